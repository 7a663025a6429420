// Reading TOML strictly: every unknown, missing or odd key becomes a ConfigError that says where it stands.
#pragma once

#include <toml++/toml.h>

#include <chrono>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config_error.h"

namespace careline::config {

/// A parsed file and the name that errors give it. Readers point into it, so it must outlive them.
struct TomlDocument {
  std::string file;
  toml::table root;
};

/// Parses text; a syntax error becomes a ConfigError that quotes no value (it could be a secret).
TomlDocument parse_toml(std::string_view text, const std::string& file);

/// Reads and parses a file of at most 1 MiB; throws ConfigError.
TomlDocument read_toml(const std::filesystem::path& file);

/// The candidate that was probably meant, or an empty view.
std::string_view nearest(std::string_view word, const std::vector<std::string>& candidates);

/// A word as errors show it, between backquotes.
std::string backquoted(std::string_view word);

/// A string and the place where it stands.
struct PlacedText {
  std::string text;
  std::string place;
};

/// One table of a document. All readers throw ConfigError for a wrong type and, unless optional, for absence.
class TomlTable {
 public:
  using Keys = std::initializer_list<std::string_view>;

  /// The root table; keys that are not listed are refused.
  TomlTable(const TomlDocument& document, Keys keys);

  bool has(std::string_view key) const;
  TomlTable table(std::string_view key, Keys keys) const;
  std::optional<TomlTable> optional_table(std::string_view key, Keys keys) const;
  std::vector<TomlTable> tables(std::string_view key, Keys keys) const;  // none if absent

  std::string text(std::string_view key) const;  // never empty
  std::optional<std::string> optional_text(std::string_view key) const;
  std::vector<PlacedText> texts(std::string_view key) const;  // an array of strings; absent reads as none
  std::optional<int> optional_whole(std::string_view key, int from, int to) const;
  bool flag(std::string_view key) const;  // absent reads as false
  std::chrono::year_month_day date(std::string_view key) const;

  /// "file:line:column" of a value, or of the table where the key is absent.
  std::string place(std::string_view key) const;

  /// Throws a ConfigError that points to a key (or to the table where it is absent).
  [[noreturn]] void refuse(std::string_view key, const std::string& message) const;

 private:
  TomlTable(const toml::table& table, std::string name, const std::string& file, Keys keys);
  void refuse_unknown(const std::vector<std::string>& known) const;
  std::string described(std::string_view key) const;
  std::string path_of(std::string_view key) const;
  const toml::node& required(std::string_view key) const;

  const toml::table* table_;
  std::string name_;
  std::string file_;
};

}  // namespace careline::config
