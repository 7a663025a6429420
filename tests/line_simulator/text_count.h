// Counts text as LINE counts it: UTF-16 code units, or grapheme clusters for labels and template texts.
#pragma once
#include <cstddef>
#include <string_view>

namespace careline::simulator {

/// UTF-16 code units of a UTF-8 text.
std::size_t utf16_units(std::string_view utf8);
/// Extended grapheme clusters of a UTF-8 text.
std::size_t graphemes(std::string_view utf8);
/// The UTF-16 unit at `index`, or 0 outside the text.
char16_t utf16_unit_at(std::string_view utf8, std::size_t index);

}  // namespace careline::simulator
