// The receipt of an anonymous question: how it is made, read and checked.
#include "handlers/questions/receipt.h"

#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <cstdint>

namespace careline::questions {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kRandom = 24, kCheck = 2, kLength = kRandom + kCheck;

// The 26 characters, read as one number in base 32, are a multiple of 1021, the largest prime below 32 * 32.
// One wrong character changes the number by d * 32^k with 0 < |d| < 32, and two exchanged characters change
// it by (a - b) * (32^j - 32^i). A prime divides such a product only if it divides a factor: it divides
// neither d nor a - b nor 32, and 32^n - 1 only from n = 204 on (the order of 32 modulo 1021). So every
// single wrong character and every exchange of two characters, neighbours or not, is caught wherever it
// happens, the check characters included; of other mistakes one in 1021 slips through.
constexpr std::uint32_t kPrime = 1021;

std::uint32_t value_of(char digit) { return static_cast<std::uint32_t>(kAlphabet.find(digit)); }

std::uint32_t remainder_of(std::string_view digits) {
  std::uint32_t rest = 0;
  for (char digit : digits) rest = (rest * 32 + value_of(digit)) % kPrime;
  return rest;
}

// Blanks of every width, hyphens and dashes, and the invisible characters that copying brings along.
bool is_separator(UChar32 c) {
  return u_isUWhiteSpace(c) || u_charType(c) == U_DASH_PUNCTUATION || u_charType(c) == U_FORMAT_CHAR ||
         c == 0x2212 || c == 0x30FC;
}

// The digit that a person meant, or '\0'.
char digit_of(UChar32 c) {
  if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;  // full-width forms
  if (c >= 'a' && c <= 'z') c -= 'a' - 'A';
  if (c == 'O') c = '0';
  if (c == 'I' || c == 'L') c = '1';
  if (c <= 0 || c > 'Z') return '\0';
  const char digit = static_cast<char>(c);
  return kAlphabet.find(digit) == std::string_view::npos ? '\0' : digit;
}

struct Typed {
  std::string digits;
  bool has_figure = false;  // one of 0-9 was really typed, not only O, I or L
};

// nullopt unless there are exactly 26 digits and nothing but separators around them.
std::optional<Typed> clean(std::string_view typed) {
  Typed cleaned;
  const auto text = icu::UnicodeString::fromUTF8({typed.data(), static_cast<std::int32_t>(typed.size())});
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 c = text.char32At(i);
    if (is_separator(c)) continue;
    const char digit = digit_of(c);
    if (digit == '\0' || cleaned.digits.size() == kLength) return std::nullopt;
    cleaned.digits.push_back(digit);
    cleaned.has_figure |= u_charDigitValue(c) >= 0;
  }
  if (cleaned.digits.size() != kLength) return std::nullopt;
  return cleaned;
}

// Two check characters can write 1021 to 1023 too, which make_receipt never does.
bool is_right(std::string_view digits) {
  return remainder_of(digits) == 0 && value_of(digits[kRandom]) * 32 + value_of(digits[kRandom + 1]) < kPrime;
}

}  // namespace

std::string make_receipt(const std::array<unsigned char, 15>& random) {
  std::string digits;
  std::uint32_t bits = 0;
  int count = 0;
  for (unsigned char byte : random) {
    bits = (bits << 8U | byte) & 0xFFFU;  // at most 4 bits are left over from the byte before
    for (count += 8; count >= 5; count -= 5) digits.push_back(kAlphabet[bits >> (count - 5) & 31U]);
  }
  const std::uint32_t check = (kPrime - remainder_of(digits) * 1024 % kPrime) % kPrime;
  digits.push_back(kAlphabet[check / 32]);
  digits.push_back(kAlphabet[check % 32]);
  return digits;
}

std::optional<std::string> read_receipt(std::string_view typed) {
  const auto cleaned = clean(typed);
  if (!cleaned || !is_right(cleaned->digits)) return std::nullopt;
  return cleaned->digits;
}

bool looks_like_receipt(std::string_view typed) {
  const auto cleaned = clean(typed);
  return cleaned && cleaned->has_figure && !is_right(cleaned->digits);
}

}  // namespace careline::questions
