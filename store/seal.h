// Sealing under keys derived from root.key: nothing readable on disk (libsodium XChaCha20-Poly1305, BLAKE2b).
#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "store/model/ids.h"

namespace careline::store {

enum class Purpose : std::uint64_t {
  person = 1,
  seen,
  receipt,
  session,
  inbox,
  state,
  address,
  outbox,
  content,
  token,
  oper,
  audit,  // the chain of audit lines
  row,    // rows of guarded tables and the seal over their sums
  head    // signs the chain's end
};

using Digest = std::array<unsigned char, 32>;

// The working keys, derived once from the 32 bytes of root.key and held in memory only. Thread-safe.
class Keyring {
 public:
  // Throws std::runtime_error (without any key material) unless the file holds exactly 32 bytes.
  static Keyring load(const std::filesystem::path& key_file);
  explicit Keyring(const std::array<unsigned char, 32>& root);

  // nonce || ciphertext || tag; `aad` ties the text to its place, so that a moved row does not open.
  std::string seal(Purpose purpose, std::string_view text, std::string_view aad) const;
  // nullopt if the key, the place or a single bit differs.
  std::optional<std::string> open(Purpose purpose, std::string_view sealed, std::string_view aad) const;
  // 16 bytes of keyed BLAKE2b: the same input gives the same id, which nobody without the key can compute.
  template <class SomeId>
  SomeId hash(Purpose purpose, std::string_view text) const {
    SomeId id;
    hash_into(purpose, text, id.bytes);
    return id;
  }
  // 32 bytes of keyed BLAKE2b.
  Digest mac(Purpose purpose, std::string_view text) const;
  // Ed25519 with the pair that grows from the purpose's key: 64 bytes, and the public half (32 bytes).
  std::string sign(Purpose purpose, std::string_view text) const;
  std::string public_key(Purpose purpose) const;

 private:
  void hash_into(Purpose, std::string_view, std::array<unsigned char, 16>&) const;
  std::array<std::array<unsigned char, 32>, 15> keys_{};
};

// Whether the owner of the public key signed the text.
bool signed_by(std::string_view public_key, std::string_view text, std::string_view signature);

// Creates a key file (0600) unless one is there; true if it made one.
bool make_key_file(const std::filesystem::path& key_file);

// From the system's generator.
std::array<unsigned char, 16> random_bytes();
template <class SomeId>
SomeId random_id() {
  return SomeId{random_bytes()};
}
std::string random_uuid();
std::string random_token();  // 43 characters base64url, 256 bits
std::string base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);
std::string hex(std::string_view bytes);                     // lower case
std::optional<std::string> from_hex(std::string_view text);  // whole bytes only
inline std::string_view view(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace careline::store
