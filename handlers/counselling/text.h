// How LINE counts and cuts text: UTF-16 units, never through a character that people see as one.
#pragma once
#include <cstddef>
#include <string>

namespace careline::counselling {

// UTF-16 units of a UTF-8 text.
std::size_t units(const std::string& text);
// Without white space at both ends (the full-width blank included).
std::string trimmed(const std::string& text);
// At most `limit` units; a longer text is cut between two graphemes and ends in an ellipsis (one unit more).
std::string shortened(const std::string& text, std::size_t limit);

}  // namespace careline::counselling
