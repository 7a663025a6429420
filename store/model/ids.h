// Typed ids: 16 random or keyed-hash bytes. An id of a person has no operator<<, so that a log line with a
// person in it does not compile.
#pragma once
#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace careline {

template <class Tag>
struct Id {
  std::array<unsigned char, 16> bytes{};
  auto operator<=>(const Id&) const = default;

  std::string_view view() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
  std::string hex() const {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string out;
    for (unsigned char b : bytes) {
      out += kDigits[b >> 4];
      out += kDigits[b & 15];
    }
    return out;
  }
  static Id of(std::string_view raw) {
    Id id;
    std::memcpy(id.bytes.data(), raw.data(), std::min(raw.size(), id.bytes.size()));
    return id;
  }
  // nullopt unless exactly 32 lower-case hex digits.
  static std::optional<Id> from_hex(std::string_view hex) {
    if (hex.size() != 32) return std::nullopt;
    Id id;
    for (std::size_t i = 0; i < 32; ++i) {
      const char c = hex[i];
      const int v = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
      if (v < 0) return std::nullopt;
      id.bytes[i / 2] = static_cast<unsigned char>(id.bytes[i / 2] << 4 | v);
    }
    return id;
  }
};

using PersonId = Id<struct PersonTag>;    // keyed hash of the LINE user id
using ThreadId = Id<struct ThreadTag>;    // random
using MessageId = Id<struct MessageTag>;  // random
using LineKey = Id<struct LineKeyTag>;    // keyed hash of a LINE message id or webhook event id
using AlertId = Id<struct AlertTag>;      // random
using BroadcastId = Id<struct BroadcastTag>;
using ShredId = Id<struct ShredTag>;  // random: of a request, then of its certificate

}  // namespace careline
