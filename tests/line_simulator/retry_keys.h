// X-Line-Retry-Key: one key, one request, for 24 hours.
#pragma once
#include <optional>

#include "tests/line_simulator/api.h"

namespace careline::simulator {

/// Checks the key of a call before it runs; an answer means that it must not run. Needs the lock.
std::optional<ApiAnswer> refuse_by_retry_key(World& world, const Route& route, const ApiCall& call);
/// Remembers that a call with a key was accepted. Needs the lock.
void remember_accepted(World& world, const ApiCall& call, const ApiAnswer& answer);
/// Notes a broken rule (another body under the same key, a key on reply, a key past its day), whatever
/// becomes of the call. Needs the lock.
void watch_retry_key(World& world, const Route& route, const ApiCall& call);

}  // namespace careline::simulator
