// Every word that a person reads, by its key. A mistake here is ours, so all errors are std::logic_error.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace careline::config {

class Phrases {
 public:
  /// A file's name and its JSON.
  using File = std::pair<std::string_view, std::string_view>;

  /// Reads a flat JSON object of strings (or arrays of lines); throws std::logic_error if anything is off.
  static Phrases load(std::string_view json);

  /// Reads several files into one; a key that stands in two of them throws std::logic_error.
  static Phrases merge(const std::vector<File>& files);

  /// The phrases that the binary carries (config/phrases/*.json), read once.
  static const Phrases& built_in();

  /// The phrase with every {placeholder} replaced verbatim; an unknown key or a missing value throws.
  std::string text(std::string_view key, const std::map<std::string, std::string>& values = {}) const;

  bool has(std::string_view key) const;

  /// All keys, in order.
  std::vector<std::string> keys() const;

  /// The names of a phrase's placeholders, in order of appearance; an unknown key throws.
  std::vector<std::string> placeholders(std::string_view key) const;

 private:
  struct Piece {
    bool is_placeholder = false;
    std::string text;
  };
  using Template = std::vector<Piece>;

  static Template parse_template(const std::string& key, std::string_view text);
  void add(const File& file);
  const Template& find(std::string_view key) const;

  std::map<std::string, Template, std::less<>> templates_;
};

}  // namespace careline::config
