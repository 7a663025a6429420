// The menu's one state as JSON, for the conversations table.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>

#include "handlers/menu/menu.h"

namespace careline::menu {

nlohmann::json encode(const State& state);
// std::nullopt for anything unknown or damaged; never throws.
std::optional<State> decode(const nlohmann::json& json);

}  // namespace careline::menu
