// One event through one conversation, inside the writer's transaction.
#pragma once
#include <cstdint>

#include "bot/flow/house.h"
#include "store/db.h"

namespace careline::flow {

// Changes rows only; what is to be sent goes into the outbox. `received_at` is when the webhook came (UTC
// ms): a reply token counts as fresh for 50 s from there. Throws when the store does.
void take_turn(House& house, store::Db& db, const Incoming& in, std::int64_t received_at);

}  // namespace careline::flow
