// Checks of single properties, worded as LINE words its details.
#include "tests/line_simulator/checks.h"

#include <algorithm>

#include "tests/line_simulator/text_count.h"

namespace careline::simulator {
namespace {

constexpr std::size_t kMostDetails = 50;

std::string between(const char* what, std::size_t min, std::size_t max) {
  return std::string(what) + " must be between " + std::to_string(min) + " and " + std::to_string(max);
}

bool starts_with(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

}  // namespace

void Problems::add(std::string property, std::string message) {
  if (details_.size() < kMostDetails)
    details_.push_back({{"message", std::move(message)}, {"property", std::move(property)}});
}

Json Problems::body() const {
  return {{"message", "The request body has " + std::to_string(details_.size()) + " error(s)"},
          {"details", details_}};
}

std::string At::of(std::string_view key) const {
  return path.empty() ? std::string(key) : path + "." + std::string(key);
}

At At::item(const Json& inner, std::string_view key, std::size_t index) const {
  return {inner, of(key) + "[" + std::to_string(index) + "]", problems};
}

const Json* value_at(const At& at, std::string_view key, Need need) {
  const auto found = at.object.is_object() ? at.object.find(std::string(key)) : at.object.end();
  if (found != at.object.end() && !found->is_null()) return &*found;
  if (need == Need::kRequired) at.wrong(key, "May not be empty");
  return nullptr;
}

const std::string* string_at(const At& at, std::string_view key, Need need) {
  const Json* value = value_at(at, key, need);
  if (!value) return nullptr;
  if (!value->is_string()) {
    at.wrong(key, "Must be a string");
    return nullptr;
  }
  return value->get_ptr<const std::string*>();
}

const Json* object_at(const At& at, std::string_view key, Need need) {
  const Json* value = value_at(at, key, need);
  if (value && !value->is_object()) {
    at.wrong(key, "Must be an object");
    return nullptr;
  }
  return value;
}

const Json* array_at(const At& at, std::string_view key, Need need, std::size_t min, std::size_t max) {
  const Json* value = value_at(at, key, need);
  if (!value) return nullptr;
  if (!value->is_array()) {
    at.wrong(key, "Must be an array");
    return nullptr;
  }
  if (value->size() < min || value->size() > max) {
    at.wrong(key, between("Size", min, max));
    return nullptr;
  }
  return value;
}

void check_text(const At& at, std::string_view key, Need need, Count count, std::size_t max) {
  const std::string* text = string_at(at, key, need);
  if (!text) return;
  if (text->empty()) return at.wrong(key, "May not be empty");
  const auto length = count == Count::kUtf16 ? utf16_units(*text) : graphemes(*text);
  if (length > max) at.wrong(key, between("Length", 0, max));
}

void check_one_of(const At& at, std::string_view key, Need need, const std::vector<std::string>& values) {
  const Json* value = value_at(at, key, need);
  if (!value) return;
  const bool known = value->is_string() &&
                     std::find(values.begin(), values.end(), value->get<std::string>()) != values.end();
  if (known) return;
  std::string list;
  for (const auto& each : values) list += (list.empty() ? "" : ", ") + each;
  at.wrong(key, "Must be one of the following values: [" + list + "]");
}

void check_number(const At& at, std::string_view key, Need need, double min, double max) {
  const Json* value = value_at(at, key, need);
  if (!value) return;
  if (!value->is_number() || value->get<double>() < min || value->get<double>() > max)
    at.wrong(key, "Must be a number between " + Json(min).dump() + " and " + Json(max).dump());
}

void check_integer(const At& at, std::string_view key, Need need, long long min, long long max) {
  const Json* value = value_at(at, key, need);
  if (!value) return;
  if (!value->is_number_integer() || value->get<long long>() < min || value->get<long long>() > max)
    at.wrong(key, "Must be between " + std::to_string(min) + " and " + std::to_string(max));
}

void check_bool(const At& at, std::string_view key) {
  const Json* value = value_at(at, key, Need::kOptional);
  if (value && !value->is_boolean()) at.wrong(key, "Must be true or false");
}

void check_color(const At& at, std::string_view key, std::size_t alpha_digits) {
  const std::string* color = string_at(at, key, Need::kOptional);
  if (!color) return;
  const bool size_fits = color->size() == 7 || color->size() == alpha_digits + 1;
  const bool hex = color->find_first_not_of("0123456789abcdefABCDEF", 1) == std::string::npos;
  if (!size_fits || color->front() != '#' || !hex) at.wrong(key, "invalid property");
}

void check_url(const At& at, std::string_view key, Need need, const std::vector<std::string>& schemes,
               std::size_t max) {
  const std::string* url = string_at(at, key, need);
  if (!url) return;
  if (url->empty()) return at.wrong(key, "May not be empty");
  if (utf16_units(*url) > max) return at.wrong(key, between("Length", 0, max));
  const bool scheme = std::any_of(schemes.begin(), schemes.end(), [&](const std::string& each) {
    return starts_with(*url, each) && url->size() > each.size();
  });
  const bool encoded = std::all_of(url->begin(), url->end(),
                                   [](char c) { return c > 0x20 && c < 0x7f && c != '"' && c != '<'; });
  if (!scheme) return at.wrong(key, "invalid uri scheme");
  if (!encoded) at.wrong(key, "invalid uri");
}

void check_picture(const At& at, std::string_view key, Need need) {
  check_url(at, key, need, {"https://"}, 2000);
}

}  // namespace careline::simulator
