// The receipt of an anonymous question: 24 random and 2 check characters of Crockford's base 32.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace careline::questions {

// The 26 characters for 15 random bytes (120 bits) of the caller, upper case, without separators.
std::string make_receipt(const std::array<unsigned char, 15>& random);
// The receipt in its canonical form, if that is all that was typed: lower case, blanks, hyphens, full-width
// forms and O, I, L for 0, 1, 1 are accepted. nullopt when it is something else or the check is wrong.
std::optional<std::string> read_receipt(std::string_view typed);
// True for a receipt with a slip: the right number of its characters, a digit among them (so that a sentence
// in English is not taken for one), and a wrong check. To be answered with "please check".
bool looks_like_receipt(std::string_view typed);

}  // namespace careline::questions
