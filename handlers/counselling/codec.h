// Intake states as JSON, for the conversations table.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>

#include "handlers/counselling/counselling.h"

namespace careline::counselling {

nlohmann::json encode(const State& state);
// std::nullopt for anything unknown or damaged; never throws.
std::optional<State> decode(const nlohmann::json& json);

}  // namespace careline::counselling
