// Bytes as text that people copy by hand, and back.
#include "store/base32.h"

#include <cstdint>

namespace careline::store {
namespace {
constexpr std::size_t kGroup = 4;
}

std::string base32(std::string_view bytes, std::string_view digits) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char byte : bytes) {
    bits = (bits << 8U | static_cast<unsigned char>(byte)) & 0xFFFU;
    for (count += 8; count >= 5; count -= 5) out += digits[bits >> (count - 5) & 31U];
  }
  return out;
}

std::string from_base32(std::string_view text, std::string_view digits) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const auto digit = digits.find(c);
    if (digit == std::string_view::npos) return "";
    bits = (bits << 5U | static_cast<std::uint32_t>(digit)) & 0xFFFU;
    count += 5;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> count & 0xFFU);
  }
  return out;
}

std::string in_groups(std::string digits, char between) {
  if (digits.empty()) return digits;
  for (std::size_t at = (digits.size() - 1) / kGroup * kGroup; at > 0; at -= kGroup)
    digits.insert(at, 1, between);
  return digits;
}

std::string crockford_digits(std::string_view typed, std::size_t count) {
  std::string digits;
  for (char c : typed) {
    if (c == ' ' || c == '-') continue;
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == 'O') c = '0';
    if (c == 'I' || c == 'L') c = '1';
    if (kCrockford.find(c) == std::string_view::npos) return "";
    digits += c;
  }
  return digits.size() == count ? digits : "";
}

}  // namespace careline::store
