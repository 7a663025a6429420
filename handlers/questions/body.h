// Measuring and showing what a person wrote, as LINE counts it.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "handlers/event.h"

namespace careline::questions {

// UTF-16 units of one text (an emoji is two).
int units_of(std::string_view text);
// UTF-16 units of all messages together; the line breaks that join them when shown are not counted.
int units_of(const std::vector<Part>& parts);
// The messages in their order, one line break between two.
std::string joined(const std::vector<Part>& parts);
// The text up to `max_units`, never cutting through a character as a person sees it.
std::string beginning_of(const std::string& text, int max_units);
// Without blanks (of every width, and invisible ones) at both ends; line breaks within become one blank.
std::string one_line(std::string_view text);
// True if there is nothing to see in it.
bool is_blank(std::string_view text);

}  // namespace careline::questions
