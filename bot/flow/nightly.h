// What time takes away by itself: every night what is over its term, every half hour conversations that were
// left.
#pragma once
#include <functional>

#include "bot/flow/house.h"

namespace careline::flow {

// Carries out the programme's [retention] if a night (03:00 in Taipei) came since the last time; true if it
// did. In slices, so that nobody waits for it; stops between two when `stop` says so, and is then due again.
// The audit trail gets one line with rounded counts. Cases are never erased here. Throws when the store does.
bool keep_to_terms(House& house, const std::function<bool()>& stop);

// Conversations that were left for half an hour, with no draft and nothing announced, and those left for a
// day.
void forget_left_conversations(House& house);

}  // namespace careline::flow
