// Reading TOML strictly: every unknown, missing or odd key becomes a ConfigError that says where it stands.
#include "config/toml_reader.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <numeric>
#include <system_error>

namespace careline::config {
namespace {

constexpr std::uintmax_t kLargestFileBytes = 1024 * 1024;

std::string place_of(const std::string& file, const toml::source_region& region) {
  const auto line = std::max<toml::source_index>(region.begin.line, 1);
  const auto column = std::max<toml::source_index>(region.begin.column, 1);
  return file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

// The parser quotes what it stumbled over. One character helps; a longer quotation could be a pasted secret.
std::string without_quoted_values(std::string_view description) {
  const auto first = description.find('\'');
  const auto last = description.rfind('\'');
  const bool names_a_key = description.find("cannot ") != std::string_view::npos;
  if (first == std::string_view::npos || names_a_key || last - first <= 8) return std::string(description);
  std::string shortened(description.substr(0, first));
  while (!shortened.empty() && (shortened.back() == ' ' || shortened.back() == ',')) shortened.pop_back();
  return shortened + " (the text itself is not shown)";
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const auto& word : words) all.append(all.empty() ? "" : ", ").append(backquoted(word));
  return all;
}

std::vector<std::string> strings(TomlTable::Keys keys) { return {keys.begin(), keys.end()}; }

}  // namespace

std::string backquoted(std::string_view word) { return std::string("`").append(word).append("`"); }

TomlDocument parse_toml(std::string_view text, const std::string& file) {
  try {
    return {file, toml::parse(text, file)};
  } catch (const toml::parse_error& error) {
    throw ConfigError(place_of(file, error.source()) + ": " + without_quoted_values(error.description()));
  }
}

TomlDocument read_toml(const std::filesystem::path& file) {
  const std::string start = file.string() + ":1:1: ";
  std::error_code failed;
  if (std::filesystem::is_directory(file, failed))
    throw ConfigError(start + "this is a directory, not a file");
  std::ifstream in(file, std::ios::binary);
  if (!in) throw ConfigError(start + "the file cannot be opened");
  const auto size = std::filesystem::file_size(file, failed);
  if (!failed && size > kLargestFileBytes) throw ConfigError(start + "the file is larger than 1 MiB");
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (in.bad()) throw ConfigError(start + "the file cannot be read");
  return parse_toml(text, file.string());
}

std::string_view nearest(std::string_view word, const std::vector<std::string>& candidates) {
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const auto& candidate : candidates) {
    // Half a key is a frequent slip (`channel_secret`), though far away in letters.
    const bool begins = word.size() >= 4 && candidate.compare(0, word.size(), word) == 0;
    const std::size_t distance = begins ? 1 : edit_distance(word, candidate);
    if (distance >= best_distance || distance >= candidate.size()) continue;
    best_distance = distance;
    best = candidate;
  }
  return best;
}

TomlTable::TomlTable(const TomlDocument& document, Keys keys)
    : TomlTable(document.root, "", document.file, keys) {}

TomlTable::TomlTable(const toml::table& table, std::string name, const std::string& file, Keys keys)
    : table_(&table), name_(std::move(name)), file_(file) {
  refuse_unknown(strings(keys));
}

void TomlTable::refuse_unknown(const std::vector<std::string>& known) const {
  const toml::key* first = nullptr;
  const auto earlier = [](const toml::key& a, const toml::key& b) {
    return a.source().begin < b.source().begin;
  };
  for (const auto& [key, node] : *table_) {
    const bool allowed = std::find(known.begin(), known.end(), key.str()) != known.end();
    if (!allowed && (first == nullptr || earlier(key, *first))) first = &key;
  }
  if (first == nullptr) return;
  const bool is_table = name_.empty() && table_->get(first->str())->is_table();
  const std::string what =
      is_table ? "table [" + std::string(first->str()) + "]" : "key " + described(first->str());
  const std::string_view near = nearest(first->str(), known);
  const std::string hint =
      near.empty() ? "known here: " + joined(known) : "did you mean " + backquoted(near) + "?";
  throw ConfigError(place_of(file_, first->source()) + ": unknown " + what + " (" + hint + ")");
}

std::string TomlTable::described(std::string_view key) const {
  const std::string name = backquoted(key);
  return name_.empty() ? name : name + " in [" + name_ + "]";
}

std::string TomlTable::path_of(std::string_view key) const {
  std::string path = name_;
  if (!path.empty()) path += '.';
  return path.append(key);
}

bool TomlTable::has(std::string_view key) const { return table_->contains(key); }

std::string TomlTable::place(std::string_view key) const {
  const toml::node* node = table_->get(key);
  return place_of(file_, node != nullptr ? node->source() : table_->source());
}

void TomlTable::refuse(std::string_view key, const std::string& message) const {
  throw ConfigError(place(key) + ": " + message);
}

const toml::node& TomlTable::required(std::string_view key) const {
  const toml::node* node = table_->get(key);
  if (node == nullptr) refuse(key, "missing key " + described(key));
  return *node;
}

std::optional<TomlTable> TomlTable::optional_table(std::string_view key, Keys keys) const {
  const toml::node* node = table_->get(key);
  if (node == nullptr) return std::nullopt;
  if (!node->is_table()) refuse(key, described(key) + " must be a table");
  return TomlTable(*node->as_table(), path_of(key), file_, keys);
}

TomlTable TomlTable::table(std::string_view key, Keys keys) const {
  auto found = optional_table(key, keys);
  if (found) return *found;
  refuse(key, "missing table [" + path_of(key) + "]");
}

std::vector<TomlTable> TomlTable::tables(std::string_view key, Keys keys) const {
  const toml::node* node = table_->get(key);
  if (node == nullptr) return {};
  const auto is_list = node->is_array() && (node->as_array()->empty() || node->is_array_of_tables());
  if (!is_list) refuse(key, described(key) + " must be a list of tables ([[...]])");
  std::vector<TomlTable> found;
  for (const auto& entry : *node->as_array()) {
    found.push_back(TomlTable(*entry.as_table(), path_of(key), file_, keys));
  }
  return found;
}

std::string TomlTable::text(std::string_view key) const {
  const toml::node& node = required(key);
  const auto* value = node.as_string();
  if (value == nullptr) refuse(key, described(key) + " must be a string in quotes");
  if (value->get().empty()) refuse(key, described(key) + " must not be empty");
  if (value->get().find('\0') != std::string::npos) refuse(key, described(key) + " holds a NUL character");
  return value->get();
}

std::optional<std::string> TomlTable::optional_text(std::string_view key) const {
  if (!has(key)) return std::nullopt;
  return text(key);
}

std::vector<PlacedText> TomlTable::texts(std::string_view key) const {
  if (!has(key)) return {};
  const auto* list = required(key).as_array();
  if (list == nullptr) refuse(key, described(key) + " must be a list of strings");
  std::vector<PlacedText> found;
  for (const auto& entry : *list) {
    const auto* value = entry.as_string();
    if (value == nullptr) {
      throw ConfigError(place_of(file_, entry.source()) + ": " + described(key) +
                        " must hold only strings in quotes");
    }
    found.push_back({value->get(), place_of(file_, entry.source())});
  }
  return found;
}

std::optional<int> TomlTable::optional_whole(std::string_view key, int from, int to) const {
  if (!has(key)) return std::nullopt;
  const auto* value = required(key).as_integer();
  if (value == nullptr) refuse(key, described(key) + " must be a whole number");
  if (value->get() < from || value->get() > to) {
    refuse(key, described(key) + " must lie between " + std::to_string(from) + " and " + std::to_string(to));
  }
  return static_cast<int>(value->get());
}

bool TomlTable::flag(std::string_view key) const {
  if (!has(key)) return false;
  const auto* value = required(key).as_boolean();
  if (value == nullptr) refuse(key, described(key) + " must be true or false");
  return value->get();
}

std::chrono::year_month_day TomlTable::date(std::string_view key) const {
  const auto* value = required(key).as_date();
  if (value == nullptr) refuse(key, described(key) + " must be a date such as 2027-01-31, without quotes");
  const toml::date& date = value->get();
  return std::chrono::year_month_day{std::chrono::year{date.year}, std::chrono::month{date.month},
                                     std::chrono::day{date.day}};
}

}  // namespace careline::config
