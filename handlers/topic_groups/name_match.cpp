// Finding the topic that a person meant by a name typed a little differently.
#include "handlers/topic_groups/name_match.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

namespace careline::topic_groups {
namespace {

// Letters and figures only, in one width and case: what is left of a name when its dress is taken off.
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

}  // namespace

const Topic* closest_name(const std::vector<Topic>& topics, const std::string& typed) {
  const icu::UnicodeString wanted = bare(typed);
  if (wanted.countChar32() < 2) return nullptr;
  const Topic* found = nullptr;
  for (const Topic& topic : topics) {
    if (bare(topic.name).indexOf(wanted) < 0) continue;
    if (found != nullptr) return nullptr;
    found = &topic;
  }
  return found;
}

}  // namespace careline::topic_groups
