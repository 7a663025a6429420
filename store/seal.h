// Sealing under keys derived from root.key: nothing readable on disk (libsodium XChaCha20-Poly1305, BLAKE2b).
#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "store/identity.h"
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
  pending,        // a counsellor's answer in a case until it is fetched
  record,         // marks on rows that hold keys: nobody without root.key can change or add one
  pepper,         // of passwords
  deliver,        // one of the two locks of an anonymous asker's address
  order,          // who a parcel is for, without saying who that is elsewhere
  asker,          // what a receipt opens
  backup,         // that a backup was made by this service
  audit,          // the chain of audit lines
  row,            // rows of guarded tables and the seal over their sums
  head,           // signs the chain's end
  second_factor,  // the secrets that make operators' codes
  disclosure,     // why content is to be handed to somebody outside, and which
  last_           // how many there are
};

using Digest = Key32;

// The working keys, derived once from root.key and held in memory only. Thread-safe. What is soon erased
// (inbox, states, outbox, answers on their way) needs passing.key too, which no backup holds: neither an old
// backup nor the root key alone opens any of it.
class Keyring {
 public:
  // Throws std::runtime_error (without any key material) unless each file holds exactly 32 bytes.
  static Keyring load(const std::filesystem::path& key_file, const std::filesystem::path& passing_file);
  Keyring(const Secret& root, const Secret& passing);

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
  // A key of its own for each text (keyed BLAKE2b).
  Secret secret(Purpose purpose, std::string_view text) const { return derived(key(purpose), text); }
  // 32 bytes of keyed BLAKE2b.
  Digest mac(Purpose purpose, std::string_view text) const { return secret(purpose, text).bytes; }
  // Ed25519 with the pair that grows from the purpose's key.
  std::string sign(Purpose purpose, std::string_view text) const { return store::sign(key(purpose), text); }
  Key32 public_key(Purpose purpose) const { return public_key_of(key(purpose)); }

 private:
  void hash_into(Purpose, std::string_view, std::array<unsigned char, 16>&) const;
  const Secret& key(Purpose purpose) const { return keys_[static_cast<std::size_t>(purpose)]; }
  std::array<Secret, static_cast<std::size_t>(Purpose::last_)> keys_{};
};

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

}  // namespace careline::store
