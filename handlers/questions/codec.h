// The states of a question conversation as JSON, for the sealed conversation row.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>

#include "handlers/questions/questions.h"

namespace careline::questions {

nlohmann::json encode(const State& state);
// nullopt for anything that encode does not write (damaged, unknown, of another version); never throws.
std::optional<State> decode(const nlohmann::json& stored) noexcept;

}  // namespace careline::questions
