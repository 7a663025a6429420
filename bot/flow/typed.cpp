// What a typed message means.
#include "bot/flow/typed.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <map>

#include "bot/flow/commands.h"

namespace careline::flow {
namespace {
constexpr std::size_t kLongest = 200;  // bytes: longer than any choice, not worth comparing
}

std::string plain(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const auto* nfkc = icu::Normalizer2::getNFKCCasefoldInstance(status);
  auto words = icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int>(text.size())));
  if (U_SUCCESS(status)) words = nfkc->normalize(words, status);
  icu::UnicodeString kept;
  for (int i = 0; i < words.length(); i = words.moveIndex32(i, 1)) {
    const UChar32 c = words.char32At(i);
    if (!u_isspace(c) && !u_ispunct(c)) kept.append(c);
  }
  std::string out;
  kept.toUTF8String(out);
  return out;
}

std::optional<std::string> command_in(std::string_view text) {
  if (text.size() > 64) return std::nullopt;  // longer than any command: not worth comparing
  static const auto kByWords = [] {
    std::map<std::string, std::string, std::less<>> map;
    for (const auto& [words, id] : commands()) map.emplace(plain(words), id);
    return map;
  }();
  const auto found = kByWords.find(plain(text));
  if (found == kByWords.end()) return std::nullopt;
  return found->second;
}

std::optional<std::string> by_words(std::string_view text, std::initializer_list<Offer> offers) {
  if (text.size() > kLongest) return std::nullopt;
  const std::string typed = plain(text);
  if (typed.empty()) return std::nullopt;
  for (const Offer& offer : offers)
    for (const auto& [id, label] : offer.choices)
      if (plain(label) == typed) return id;
  return std::nullopt;
}

std::optional<std::string> by_number(std::string_view text, const Offer& offer) {
  if (text.size() > kLongest) return std::nullopt;
  const std::string typed = plain(text);
  if (typed.empty() || typed.size() > 2 || typed.find_first_not_of("0123456789") != std::string::npos)
    return std::nullopt;
  const auto number = static_cast<std::size_t>(std::stoi(typed));
  if (number < 1 || number > offer.choices.size()) return std::nullopt;
  return offer.choices[number - 1].first;
}

}  // namespace careline::flow
