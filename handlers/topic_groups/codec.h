// The states of a topic-group conversation as JSON, for the sealed conversation row.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>

#include "handlers/topic_groups/topic_groups.h"

namespace careline::topic_groups {

nlohmann::json encode(const State& state);
// nullopt for anything that encode does not write (damaged, unknown, of another version); never throws.
std::optional<State> decode(const nlohmann::json& stored) noexcept;

}  // namespace careline::topic_groups
