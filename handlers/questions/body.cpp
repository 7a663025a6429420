// Measuring and showing what a person wrote, as LINE counts it.
#include "handlers/questions/body.h"

#include <unicode/brkiter.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <memory>

namespace careline::questions {
namespace {

icu::UnicodeString wide(std::string_view text) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}

std::string narrow(const icu::UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  return out;
}

// Zero-width characters look like nothing, but are no white space to Unicode.
bool is_unseen(UChar32 c) { return u_isUWhiteSpace(c) || u_charType(c) == U_FORMAT_CHAR; }
bool is_line_break(UChar32 c) { return c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029; }

}  // namespace

int units_of(std::string_view text) { return wide(text).length(); }

int units_of(const std::vector<Part>& parts) {
  int units = 0;
  for (const Part& part : parts) units += units_of(part.text);
  return units;
}

std::string joined(const std::vector<Part>& parts) {
  std::string text;
  for (const Part& part : parts) {
    if (!text.empty()) text += '\n';
    text += part.text;
  }
  return text;
}

std::string beginning_of(const std::string& text, int max_units) {
  const icu::UnicodeString all = wide(text);
  if (all.length() <= max_units) return text;
  UErrorCode failed = U_ZERO_ERROR;
  const std::unique_ptr<icu::BreakIterator> characters(
      icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), failed));
  int end = all.getChar32Start(max_units);
  if (U_SUCCESS(failed)) {
    characters->setText(all);
    // From within a surrogate pair, preceding() would skip the boundary right before the pair.
    const int limit = all.getChar32Limit(max_units);
    const bool fits = limit == max_units && characters->isBoundary(max_units);
    end = fits ? max_units : characters->preceding(limit);
  }
  return narrow(all.tempSubString(0, end));
}

std::string one_line(std::string_view text) {
  const icu::UnicodeString all = wide(text);
  icu::UnicodeString line;
  bool broken = false;
  for (int i = 0; i < all.length(); i = all.moveIndex32(i, 1)) {
    const UChar32 c = all.char32At(i);
    if (is_line_break(c) || (line.isEmpty() && is_unseen(c))) {
      broken = !line.isEmpty();
      continue;
    }
    if (broken) line.append(static_cast<UChar32>(' '));
    broken = false;
    line.append(c);
  }
  int end = line.length();
  while (end > 0 && is_unseen(line.char32At(end - 1))) end = line.moveIndex32(end, -1);
  return narrow(line.tempSubString(0, end));
}

bool is_blank(std::string_view text) {
  const icu::UnicodeString all = wide(text);
  for (int i = 0; i < all.length(); i = all.moveIndex32(i, 1))
    if (!is_unseen(all.char32At(i))) return false;
  return true;
}

}  // namespace careline::questions
