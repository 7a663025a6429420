// Finding the topic that a person meant by a name typed a little differently.
#pragma once
#include <string>
#include <vector>

#include "handlers/topic_groups/topic_groups.h"

namespace careline::topic_groups {

// The one topic whose name holds what was typed, regardless of case, width, blanks and punctuation; nullptr
// when there is none, more than one, or fewer than two characters to go by.
const Topic* closest_name(const std::vector<Topic>& topics, const std::string& typed);

}  // namespace careline::topic_groups
