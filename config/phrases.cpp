// Every word that a person reads: reading the files strictly, and filling in placeholders.
#include "config/phrases.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "config/embedded.h"

namespace careline::config {
namespace {

using Json = nlohmann::json;

[[noreturn]] void fault(const std::string& what) { throw std::logic_error("phrases: " + what); }

// The library keeps the last of two equal keys without a word, so the keys are watched while it reads.
Json parse_object(const Phrases::File& file) {
  const std::string name(file.first);
  std::set<std::string> seen;
  const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::key && depth == 1 && !seen.insert(parsed.get<std::string>()).second) {
      fault(name + " holds `" + parsed.get<std::string>() + "` twice");
    }
    return true;
  };
  try {
    Json object = Json::parse(file.second, watch);
    if (!object.is_object()) fault(name + " must be one JSON object");
    return object;
  } catch (const Json::parse_error& error) {
    fault(name + " is not JSON at byte " + std::to_string(error.byte));
  }
}

std::string joined_lines(const std::string& key, const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array() || value.empty()) fault("`" + key + "` must be a string or a list of lines");
  std::string text;
  for (const Json& line : value) {
    if (!line.is_string()) fault("`" + key + "` must be a string or a list of lines");
    if (&line != &value.front()) text += '\n';
    text += line.get<std::string>();
  }
  return text;
}

bool is_name(std::string_view name) {
  const auto small = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto allowed = [&](char c) { return small(c) || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && small(name.front()) && std::all_of(name.begin(), name.end(), allowed);
}

}  // namespace

Phrases::Template Phrases::parse_template(const std::string& key, std::string_view text) {
  Template pieces;
  while (!text.empty()) {
    const auto brace = text.find_first_of("{}");
    if (brace != 0) pieces.push_back({false, std::string(text.substr(0, brace))});
    if (brace == std::string_view::npos) break;
    if (text[brace] == '}') fault("`" + key + "` closes a placeholder that is not open");
    const auto end = text.find('}', brace);
    if (end == std::string_view::npos) fault("`" + key + "` leaves a placeholder open");
    const std::string_view name = text.substr(brace + 1, end - brace - 1);
    if (!is_name(name))
      fault("`" + key + "` has a placeholder whose name is not small letters, digits and _");
    pieces.push_back({true, std::string(name)});
    text.remove_prefix(end + 1);
  }
  return pieces;
}

void Phrases::add(const File& file) {
  const Json object = parse_object(file);
  for (const auto& [key, value] : object.items()) {
    if (key.empty()) fault(std::string(file.first) + " holds an empty key");
    const std::string text = joined_lines(key, value);
    if (text.empty()) fault("`" + key + "` is empty");
    if (!templates_.emplace(key, parse_template(key, text)).second) {
      fault("`" + key + "` stands in two files, the second is " + std::string(file.first));
    }
  }
}

Phrases Phrases::load(std::string_view json) { return merge({{"phrases", json}}); }

Phrases Phrases::merge(const std::vector<File>& files) {
  Phrases phrases;
  for (const File& file : files) phrases.add(file);
  return phrases;
}

const Phrases& Phrases::built_in() {
  static const Phrases phrases = [] {
    constexpr std::string_view kFolder = "config/phrases/";
    std::vector<File> files;
    for (const auto& file : embedded()) {
      if (file.first.substr(0, kFolder.size()) == kFolder) files.push_back(file);
    }
    return merge(files);
  }();
  return phrases;
}

const Phrases::Template& Phrases::find(std::string_view key) const {
  const auto it = templates_.find(key);
  if (it == templates_.end()) fault("there is no `" + std::string(key) + "`");
  return it->second;
}

std::string Phrases::text(std::string_view key, const std::map<std::string, std::string>& values) const {
  std::string result;
  for (const Piece& piece : find(key)) {
    if (!piece.is_placeholder) {
      result += piece.text;
      continue;
    }
    const auto value = values.find(piece.text);
    if (value == values.end()) fault("`" + std::string(key) + "` was not given {" + piece.text + "}");
    result += value->second;
  }
  return result;
}

bool Phrases::has(std::string_view key) const { return templates_.find(key) != templates_.end(); }

std::vector<std::string> Phrases::keys() const {
  std::vector<std::string> all;
  for (const auto& entry : templates_) all.push_back(entry.first);
  return all;
}

std::vector<std::string> Phrases::placeholders(std::string_view key) const {
  std::vector<std::string> names;
  for (const Piece& piece : find(key)) {
    const bool known = std::find(names.begin(), names.end(), piece.text) != names.end();
    if (piece.is_placeholder && !known) names.push_back(piece.text);
  }
  return names;
}

}  // namespace careline::config
