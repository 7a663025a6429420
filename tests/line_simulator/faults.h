// Faults on demand: which call is struck, and what it meets instead of an honest answer.
#pragma once
#include <httplib.h>

#include <optional>
#include <string>

#include "tests/line_simulator/api.h"

namespace careline::simulator {

/// Reads {"endpoint","kind","times","ms","status","accept"}; throws std::invalid_argument with what is wrong.
Fault read_fault(const Json& body, const std::vector<std::string>& endpoints);
Json fault_json(const Fault& fault);
/// The fault that strikes this endpoint now, counted down. Needs the lock.
std::optional<Fault> take_fault(World& world, const std::string& endpoint);
/// True when the call takes effect although the fault spoils its answer, or merely comes late.
bool runs_anyway(const Fault& fault);
/// True when the connection is closed without an answer.
bool closes(const Fault& fault);
/// Replaces the answer, when this kind of fault does so.
void spoil(const Fault& fault, ApiAnswer& answer);
/// Waits for `ms`, less when faults are cleared. Must not hold the lock.
void hold(World& world, std::int64_t ms);
/// Cuts the connection of a request that is being served, without an answer.
void cut(const httplib::Request& request);

}  // namespace careline::simulator
