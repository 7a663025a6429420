// Finding the readers whom a person means.
#include "handlers/counselling/names.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <string_view>

#include "handlers/bare.h"
#include "handlers/counselling/text.h"

namespace careline::counselling {
namespace {

constexpr std::u16string_view kBetween = u"、,，;；/／\n";

std::vector<std::string> pieces(const std::string& typed) {
  std::vector<std::string> found;
  icu::UnicodeString piece;
  const auto finish = [&] {
    std::string text;
    piece.toUTF8String(text);
    if (!trimmed(text).empty()) found.push_back(trimmed(text));
    piece.remove();
  };
  const icu::UnicodeString whole = icu::UnicodeString::fromUTF8(typed);
  for (int32_t i = 0; i < whole.length(); ++i)
    if (kBetween.find(whole.charAt(i)) != kBetween.npos)
      finish();
    else
      piece.append(whole.charAt(i));
  finish();
  return found;
}

// By the whole name; else every name that stands in the piece; else the one name of which the piece is a
// part.
std::vector<std::string> meant(const icu::UnicodeString& piece, const std::vector<std::string>& known) {
  std::vector<std::string> within, around;
  for (const std::string& name : known) {
    const icu::UnicodeString theirs = bare(name);
    if (theirs == piece) return {name};
    if (theirs.countChar32() >= 2 && piece.indexOf(theirs) >= 0) within.push_back(name);
    if (piece.countChar32() >= 2 && theirs.indexOf(piece) >= 0) around.push_back(name);
  }
  if (!within.empty()) return within;
  return around.size() == 1 ? around : std::vector<std::string>{};
}

}  // namespace

Named names_in(const std::string& typed, const std::vector<std::string>& known) {
  Named named;
  for (const std::string& piece : pieces(typed)) {
    const auto found = meant(bare(piece), known);
    if (found.empty() && named.unknown.empty()) named.unknown = piece;
    named.names.insert(named.names.end(), found.begin(), found.end());
  }
  return named;
}

}  // namespace careline::counselling
