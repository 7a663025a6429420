// What is said, as LINE's message objects within LINE's limits (reference, message objects).
#pragma once
#include <string>

#include "bot/flow/spoken.h"

namespace careline::line {

// A JSON array of at most 5 messages. Text over 5,000 UTF-16 units goes on in the next bubble, and what does
// not fit into the five ends with an ellipsis.
std::string messages_json(const flow::Spoken& spoken);

}  // namespace careline::line
