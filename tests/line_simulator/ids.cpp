// Identifiers as LINE shapes them: random, except that message ids grow.
#include "tests/line_simulator/ids.h"

#include <openssl/evp.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <random>

namespace careline::simulator {
namespace {

std::uint64_t random_number() {
  static std::mutex mutex;
  static std::mt19937_64 engine{std::random_device{}()};
  const std::scoped_lock lock(mutex);
  return engine();
}

bool is_lower_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }
bool is_hex(char c) { return is_lower_hex(c) || (c >= 'A' && c <= 'F'); }

}  // namespace

std::string random_hex(std::size_t digits) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  while (out.size() < digits) {
    auto bits = random_number();
    for (int i = 0; i < 16 && out.size() < digits; ++i, bits >>= 4) out.push_back(kDigits[bits & 15]);
  }
  return out;
}

std::string new_line_id(char prefix) { return std::string(1, prefix).append(random_hex(32)); }

std::string new_uuid() {
  std::string hex = random_hex(32);
  hex[12] = '4';
  hex[16] = '8';
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" +
         hex.substr(20);
}

std::string new_ulid(std::int64_t unix_ms) {
  static constexpr char kAlphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::string out(26, '0');
  auto time = static_cast<std::uint64_t>(unix_ms);
  for (std::size_t i = 10; i-- > 0; time >>= 5) out[i] = kAlphabet[time & 31];
  auto bits = random_number();
  for (std::size_t i = 10; i < 26; ++i, bits >>= 5) {
    if (i == 18) bits = random_number();
    out[i] = kAlphabet[bits & 31];
  }
  return out;
}

std::string new_message_id() {
  static std::atomic<std::uint64_t> next{510000000000000001};
  return std::to_string(next++);
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !is_hex(text[i])) return false;
  }
  return true;
}

bool is_line_id(std::string_view text, char prefix) {
  return text.size() == 33 && text[0] == prefix && std::all_of(text.begin() + 1, text.end(), is_lower_hex);
}

std::string base64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::string from_base64(std::string_view text) {
  std::string out(text.size() + 3, '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (size < 0) return {};
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  out.resize(static_cast<std::size_t>(size) - padding);
  return out;
}

}  // namespace careline::simulator
