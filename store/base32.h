// Bytes as text that people copy by hand, and back: base 32 in five-bit digits.
#pragma once
#include <string>
#include <string_view>

namespace careline::store {

inline constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";  // no I, L, O, U
inline constexpr std::string_view kRfc4648 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

// A digit for every five bits; bits that do not fill one are left out.
std::string base32(std::string_view bytes, std::string_view digits);
// And back, as far as whole bytes go; "" for anything but such digits.
std::string from_base32(std::string_view text, std::string_view digits);
// In groups of four, with `between` between them.
std::string in_groups(std::string digits, char between);
// Crockford's digits as they were meant: blanks and hyphens out, small letters large, O as 0, I and L as 1;
// "" unless there are exactly `count`.
std::string crockford_digits(std::string_view typed, std::size_t count);

}  // namespace careline::store
