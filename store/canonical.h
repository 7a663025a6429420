// Fields as bytes that can be read in one way only: each carries its kind and its length.
#pragma once
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace careline::store {

class Canonical {
 public:
  // `domain` says what is encoded, so that the hash of one thing never counts for another.
  explicit Canonical(std::string_view domain) { text(domain); }

  Canonical& integer(std::int64_t value) { return number('i', value); }
  Canonical& real(double value) {
    std::int64_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    return number('r', bits);
  }
  Canonical& text(std::string_view value) { return field('t', value); }
  Canonical& blob(std::string_view value) { return field('b', value); }
  Canonical& nothing() {
    bytes_ += '0';
    return *this;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  Canonical& number(char kind, std::int64_t value) {
    bytes_ += kind;
    for (int shift = 0; shift < 64; shift += 8)
      bytes_ += static_cast<char>(static_cast<std::uint64_t>(value) >> shift & 0xff);
    return *this;
  }
  Canonical& field(char kind, std::string_view value) {
    number(kind, static_cast<std::int64_t>(value.size()));
    bytes_ += value;
    return *this;
  }
  std::string bytes_;
};

}  // namespace careline::store
