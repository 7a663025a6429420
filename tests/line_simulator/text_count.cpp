// Counts text by ICU, so that emoji sequences and combining marks count as LINE's clients see them.
#include "tests/line_simulator/text_count.h"

#include <unicode/brkiter.h>
#include <unicode/unistr.h>

#include <memory>

namespace careline::simulator {
namespace {

icu::UnicodeString from_utf8(std::string_view utf8) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece(utf8.data(), static_cast<int32_t>(utf8.size())));
}

}  // namespace

std::size_t utf16_units(std::string_view utf8) { return static_cast<std::size_t>(from_utf8(utf8).length()); }

std::size_t graphemes(std::string_view utf8) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::BreakIterator> breaks(
      icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), status));
  if (U_FAILURE(status)) return utf16_units(utf8);
  const auto text = from_utf8(utf8);
  breaks->setText(text);
  std::size_t count = 0;
  while (breaks->next() != icu::BreakIterator::DONE) ++count;
  return count;
}

char16_t utf16_unit_at(std::string_view utf8, std::size_t index) {
  const auto text = from_utf8(utf8);
  return index < static_cast<std::size_t>(text.length()) ? text.charAt(static_cast<int32_t>(index))
                                                         : char16_t{0};
}

}  // namespace careline::simulator
