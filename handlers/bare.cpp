// Names without their dress.
#include "handlers/bare.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>

namespace careline {

icu::UnicodeString bare(const std::string& text) {
  UErrorCode failed = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFKCCasefoldInstance(failed);
  if (U_FAILURE(failed)) return {};
  const icu::UnicodeString folded = normalizer->normalize(icu::UnicodeString::fromUTF8(text), failed);
  icu::UnicodeString letters;
  for (int i = 0; i < folded.length(); i = folded.moveIndex32(i, 1))
    if (const UChar32 c = folded.char32At(i); u_isalnum(c)) letters.append(c);
  return letters;
}

}  // namespace careline
