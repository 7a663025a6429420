// The public help lines of Taiwan, read once from the list that the binary carries.
#include "config/hotlines.h"

#include <algorithm>
#include <stdexcept>

#include "config/embedded.h"
#include "config/toml_reader.h"

namespace careline::config {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string number_from(const TomlTable& table) {
  std::string number = table.text("number");
  const auto allowed = [](char c) { return is_digit(c) || c == '-'; };
  const bool good = is_digit(number.front()) && is_digit(number.back()) && number.size() >= 3 &&
                    number.find("--") == std::string::npos &&
                    std::all_of(number.begin(), number.end(), allowed);
  if (!good) table.refuse("number", "`number` must be digits, with single hyphens between them");
  return number;
}

// Kept as text, because it is only ever shown and compared.
std::string date_from(const TomlTable& table, std::string_view key) {
  std::string date = table.optional_text(key).value_or("");
  if (date.empty()) return date;
  std::string shape = date;
  std::replace_if(shape.begin(), shape.end(), is_digit, '0');
  if (shape != "0000-00-00") table.refuse(key, backquoted(key) + " must look like \"2026-11-23\"");
  return date;
}

std::string digits_of(const std::string& number) {
  std::string digits;
  std::copy_if(number.begin(), number.end(), std::back_inserter(digits), is_digit);
  return digits;
}

Hotline hotline_from(const TomlTable& table) {
  Hotline line;
  line.number = number_from(table);
  line.dial = table.flag("mobile_needs_area_code") ? "" : digits_of(line.number);
  line.name = table.text("name");
  line.hours = table.optional_text("hours").value_or("");
  line.about = table.text("about");
  line.verified = table.flag("verified");
  line.last_verified = date_from(table, "last_verified");
  line.verified_by = table.optional_text("verified_by").value_or("");
  if (line.verified && (line.last_verified.empty() || line.verified_by.empty())) {
    table.refuse("verified", "a verified line must say `last_verified` and `verified_by`");
  }
  return line;
}

std::vector<Hotline> built_in() {
  for (const auto& [name, content] : embedded()) {
    if (name == "config/hotlines.toml") return parse_hotlines(content, std::string(name));
  }
  throw std::logic_error("the binary carries no list of hotlines");
}

}  // namespace

std::vector<Hotline> parse_hotlines(std::string_view toml, const std::string& name) {
  const TomlDocument document = parse_toml(toml, name);
  const TomlTable root(document, {"hotlines"});
  std::vector<Hotline> lines;
  for (const TomlTable& table :
       root.tables("hotlines", {"number", "name", "hours", "about", "verified", "last_verified",
                                "verified_by", "mobile_needs_area_code"})) {
    Hotline line = hotline_from(table);
    const auto same = [&](const Hotline& other) { return other.number == line.number; };
    if (std::any_of(lines.begin(), lines.end(), same))
      table.refuse("number", "this number stands here twice");
    lines.push_back(std::move(line));
  }
  return lines;
}

const std::vector<Hotline>& hotlines() {
  static const std::vector<Hotline> lines = built_in();
  return lines;
}

const Hotline* hotline(std::string_view number) {
  const auto& lines = hotlines();
  const auto it =
      std::find_if(lines.begin(), lines.end(), [&](const Hotline& line) { return line.number == number; });
  return it == lines.end() ? nullptr : &*it;
}

}  // namespace careline::config
