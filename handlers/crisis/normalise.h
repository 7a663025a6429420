// Brings everyday writing to one spelling, so that a rule has to name each word only once.
#pragma once
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace careline::crisis {

// The end of a clause in normalised text: every comma, full stop, line end… becomes this one.
inline constexpr char32_t kClauseEnd = U',';

// ASCII letters and digits: words of these match whole words only.
bool is_ascii_word(char32_t c);

// Width, case, script and spacing folded away; a table of spellings applied; repeated characters written
// once.
class Normaliser {
 public:
  using Spelling = std::pair<std::string, std::string>;  // what people type -> what the rules write
  explicit Normaliser(const std::vector<Spelling>& spellings);

  // Never throws for any bytes; a title in 《》 counts as the end of a clause.
  std::u32string operator()(std::string_view utf8) const;

 private:
  using Written = std::pair<std::u32string, std::u32string>;
  std::u32string respell(const std::u32string& text) const;
  std::unordered_map<char32_t, std::vector<Written>> spellings_;  // by first character, longest first
};

}  // namespace careline::crisis
