// Sizes that tell little: what is sealed is first filled up to one of a few sizes.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace careline::store {

// Filled up to `least` bytes, or twice, four times … as much.
std::string padded(std::string_view text, std::size_t least);
// Undoes it. What was never padded comes back as it is: rows that are older than their padding hold such
// texts, and none of them ends in a byte that padding ends in.
std::optional<std::string> without_padding(std::optional<std::string> text);

}  // namespace careline::store
