// Thirty-two secret bytes that are wiped when they go out of scope.
#pragma once
#include <sodium.h>

#include <array>
#include <string>
#include <string_view>

namespace careline::store {

using Key32 = std::array<unsigned char, 32>;

struct Secret {
  Key32 bytes{};
  Secret() = default;
  explicit Secret(const Key32& key) : bytes(key) {}
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  ~Secret() { sodium_memzero(bytes.data(), bytes.size()); }
  std::string_view view() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
};

inline std::string_view view(const Key32& key) {
  return {reinterpret_cast<const char*>(key.data()), key.size()};
}
Key32 key32(std::string_view bytes);  // throws std::invalid_argument unless there are exactly 32

// Bytes as libsodium takes them.
inline const unsigned char* raw(std::string_view s) {
  return reinterpret_cast<const unsigned char*>(s.data());
}
inline unsigned char* raw(std::string& s) { return reinterpret_cast<unsigned char*>(s.data()); }
// Before anything else of libsodium; may be repeated. Throws std::runtime_error.
void start_sodium();

}  // namespace careline::store
