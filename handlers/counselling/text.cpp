// UTF-16 counting, trimming and cutting with ICU.
#include "handlers/counselling/text.h"

#include <unicode/brkiter.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <memory>

namespace careline::counselling {
namespace {

constexpr char16_t kEllipsis = 0x2026;

std::string utf8(const icu::UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  return out;
}

// The last boundary between graphemes at or before `limit`; without break data, between code points.
int32_t cut_at(const icu::UnicodeString& text, int32_t limit) {
  UErrorCode status = U_ZERO_ERROR;
  std::unique_ptr<icu::BreakIterator> graphemes(
      icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), status));
  if (U_FAILURE(status) || !graphemes) return text.getChar32Start(limit);
  graphemes->setText(text);
  if (graphemes->isBoundary(limit)) return limit;
  const int32_t before = graphemes->preceding(limit);
  return before > 0 ? before : text.getChar32Start(limit);
}

}  // namespace

std::size_t units(const std::string& text) {
  return static_cast<std::size_t>(icu::UnicodeString::fromUTF8(text).length());
}

std::string trimmed(const std::string& text) {
  const icu::UnicodeString whole = icu::UnicodeString::fromUTF8(text);
  int32_t from = 0, to = whole.length();
  while (from < to && u_isUWhiteSpace(whole.char32At(from))) from = whole.moveIndex32(from, 1);
  while (to > from && u_isUWhiteSpace(whole.char32At(to - 1))) to = whole.moveIndex32(to, -1);
  return utf8(whole.tempSubStringBetween(from, to));
}

std::string shortened(const std::string& text, std::size_t limit) {
  const icu::UnicodeString whole = icu::UnicodeString::fromUTF8(text);
  if (static_cast<std::size_t>(whole.length()) <= limit) return text;
  icu::UnicodeString head = whole.tempSubStringBetween(0, cut_at(whole, static_cast<int32_t>(limit)));
  return utf8(icu::UnicodeString(head).append(kEllipsis));
}

}  // namespace careline::counselling
