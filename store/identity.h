// The keys of an operator and of a thread (libsodium: Ed25519, X25519 sealed boxes, XChaCha20-Poly1305).
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "store/secret.h"

namespace careline::store {

// An operator is one seed: it signs (Ed25519), and its Curve25519 form opens what is sealed to the public
// key.
Secret random_secret();
Key32 public_key_of(const Secret& seed);
// For people to compare by voice: forty hexadecimal digits in groups of four.
std::string fingerprint(const Key32& public_key);
std::string sign(const Secret& seed, std::string_view text);
bool signed_by(const Key32& public_key, std::string_view text, std::string_view signature);
// Anybody can seal to an operator's public key; only the seed opens. Sealed boxes carry no place: what is
// sealed must name the place it is meant for, and whoever opens compares.
std::string seal_to_operator(const Key32& public_key, std::string_view text);
std::optional<std::string> open_as_operator(const Secret& seed, std::string_view sealed);

// A box is what a thread (or an asker's receipt) has: everybody writes into it, only the secret half opens.
Key32 box_of(const Secret& secret);
std::string seal_to_box(const Key32& box, std::string_view text);
inline constexpr std::size_t kBoxExtra = 72;  // bytes that a sealed text is longer: sender's key, nonce, tag
std::optional<std::string> open_box(const Secret& secret, std::string_view sealed);

// A secret under another one; `place` ties it to where it stands.
std::string wrap(const Secret& key, std::string_view text, std::string_view place);
std::optional<std::string> unwrap(const Secret& key, std::string_view wrapped, std::string_view place);
// A secret that follows from another one and a purpose (keyed BLAKE2b).
Secret derived(const Secret& from, std::string_view purpose);

}  // namespace careline::store
