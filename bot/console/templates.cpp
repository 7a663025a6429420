// The pages: mustache files that the binary carries.
#include "bot/console/templates.h"

#include <kainjow/mustache.hpp>
#include <stdexcept>

#include "console/embedded.h"

namespace careline::console {
namespace {

namespace mustache = kainjow::mustache;
constexpr std::string_view kFolder = "bot/console/pages/";
constexpr std::string_view kEnding = ".html";

mustache::data data_of(const Json& value) {
  if (value.is_object()) {
    mustache::data object{mustache::data::type::object};
    for (const auto& [name, inner] : value.items()) object.set(name, data_of(inner));
    return object;
  }
  if (value.is_array()) {
    mustache::data list{mustache::data::type::list};
    for (const Json& inner : value) list.push_back(data_of(inner));
    return list;
  }
  if (value.is_boolean()) return mustache::data{value.get<bool>()};
  if (value.is_null()) return mustache::data{false};
  return mustache::data{value.is_string() ? value.get<std::string>() : value.dump()};
}

Json words_of(const config::Phrases& phrases) {
  Json words = {{"console", Json::object()}};
  for (const std::string& key : phrases.keys()) {
    if (key.substr(0, 8) != "console." || !phrases.placeholders(key).empty()) continue;
    Json* place = &words;
    for (std::size_t from = 0; from < key.size();) {
      const std::size_t dot = std::min(key.find('.', from), key.size());
      place = &(*place)[key.substr(from, dot - from)];
      from = dot + 1;
    }
    *place = phrases.text(key);
  }
  return words;
}

}  // namespace

Templates::Templates(const config::Phrases& phrases) : words_(words_of(phrases)) {}

std::vector<std::string> Templates::names() {
  std::vector<std::string> all;
  for (const auto& [path, content] : embedded())
    if (path.substr(0, kFolder.size()) == kFolder)
      all.emplace_back(path.substr(kFolder.size(), path.size() - kFolder.size() - kEnding.size()));
  return all;
}

std::string_view Templates::source(std::string_view name) {
  const std::string wanted = std::string(kFolder) + std::string(name) + std::string(kEnding);
  for (const auto& [path, content] : embedded())
    if (path == wanted) return content;
  throw std::logic_error("console: there is no page " + std::string(name));
}

std::string Templates::render(std::string_view name, const Json& view) const {
  Json whole = view;
  whole["console"] = words_.at("console");
  mustache::data data = data_of(whole);
  for (const std::string& partial : names())
    data.set("pages/" + partial,
             mustache::data{mustache::partial{[partial] { return std::string(source(partial)); }}});
  mustache::mustache parsed{std::string(source(name))};
  if (!parsed.is_valid())
    throw std::logic_error("console: " + std::string(name) + ": " + parsed.error_message());
  std::string html = parsed.render(data);
  if (!parsed.is_valid())
    throw std::logic_error("console: " + std::string(name) + ": " + parsed.error_message());
  return html;
}

std::string Templates::page(std::string_view name, Json view, const Json& frame) const {
  view.update(frame);
  view["content"] = render(name, view);
  return render("layout", view);
}

}  // namespace careline::console
