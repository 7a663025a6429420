// Finding the topic that a person meant by a name typed a little differently.
#include "handlers/topic_groups/name_match.h"

#include "handlers/bare.h"

namespace careline::topic_groups {

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
