// LINE's webhook events in the conversation's own terms (LINE Messaging API reference, webhook event
// objects).
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/flow/incoming.h"
#include "store/inbox.h"

namespace careline::line {

// The events of a webhook body, each as its own JSON with its unique key; nullopt if the body is not an
// object of UTF-8 JSON at most 64 levels deep. A body without an array of events has none.
std::optional<std::vector<store::Arrival>> split(std::string_view body, const store::Keyring& keys);

// Never throws: unknown types and missing fields read as `ignored` or stay empty.
flow::Incoming read_event(std::string_view json);

}  // namespace careline::line
