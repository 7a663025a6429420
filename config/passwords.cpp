// Which passwords an operator may choose.
#include "config/passwords.h"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <vector>

#include "config/embedded.h"

namespace careline::config {
namespace {

constexpr std::size_t kMustRemain = 6;                       // characters that no list knows
constexpr std::size_t kFewDifferent = 5, kShortestName = 3;  // bytes

std::size_t characters(const std::string& utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string small_letters(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

// One word a line; long ones first, so that a short one inside takes nothing away from them.
std::vector<std::string> read_words() {
  std::vector<std::string> words;
  for (const auto& [name, text] : embedded()) {
    if (name != "config/common_passwords.txt") continue;
    for (std::size_t from = 0; from < text.size();) {
      const std::size_t end = std::min(text.find('\n', from), text.size());
      if (end > from && text[from] != '#') words.emplace_back(text.substr(from, end - from));
      from = end + 1;
    }
  }
  if (words.empty()) throw std::logic_error("the binary carries no list of common passwords");
  std::ranges::stable_sort(words, [](const auto& a, const auto& b) { return a.size() > b.size(); });
  return words;
}

void take_out(std::string& text, const std::string& word) {
  if (word.empty()) return;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at))
    text.erase(at, word.size());
}

}  // namespace

std::optional<PasswordFault> password_fault(const std::string& password, const std::string& name) {
  static const std::vector<std::string> words = read_words();
  const std::size_t length = characters(password);
  if (length < kShortestPassword || length > kLongestPassword) return PasswordFault::length;
  if (std::set<char>(password.begin(), password.end()).size() < kFewDifferent) return PasswordFault::common;
  std::string rest = small_letters(password);
  if (name.size() >= kShortestName) take_out(rest, small_letters(name));
  for (const std::string& word : words) take_out(rest, word);
  return characters(rest) < kMustRemain ? std::optional(PasswordFault::common) : std::nullopt;
}

}  // namespace careline::config
