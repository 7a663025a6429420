// The keys of an operator and of a thread.
#include "store/identity.h"

#include <stdexcept>

namespace careline::store {
namespace {

constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;

struct SigningPair {
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> open{};
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> hidden{};
  explicit SigningPair(const Secret& seed) {
    crypto_sign_seed_keypair(open.data(), hidden.data(), seed.bytes.data());
  }
  ~SigningPair() { sodium_memzero(hidden.data(), hidden.size()); }
  SigningPair(const SigningPair&) = delete;
  SigningPair& operator=(const SigningPair&) = delete;
};

struct Sender {
  Key32 open{};
  Secret hidden;
  Sender() { crypto_box_keypair(open.data(), hidden.bytes.data()); }
};

static_assert(kBoxExtra == crypto_box_PUBLICKEYBYTES + crypto_box_NONCEBYTES + crypto_box_MACBYTES);

}  // namespace

void start_sodium() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium could not be started");
}

Key32 key32(std::string_view bytes) {
  Key32 key{};
  if (bytes.size() != key.size()) throw std::invalid_argument("a key has 32 bytes");
  std::copy(bytes.begin(), bytes.end(), key.begin());
  return key;
}

Secret random_secret() {
  Secret secret;
  randombytes_buf(secret.bytes.data(), secret.bytes.size());
  return secret;
}

Key32 public_key_of(const Secret& seed) { return SigningPair(seed).open; }

std::string fingerprint(const Key32& public_key) {
  constexpr std::size_t kBytes = 20, kGroup = 4;
  std::array<unsigned char, kBytes> hash{};
  crypto_generichash(hash.data(), hash.size(), public_key.data(), public_key.size(), nullptr, 0);
  std::string out(kBytes * 2 + 1, '\0');
  sodium_bin2hex(out.data(), out.size(), hash.data(), hash.size());
  out.pop_back();  // the terminating NUL
  for (std::size_t at = out.size() - kGroup; at > 0; at -= kGroup) out.insert(at, 1, ' ');
  return out;
}

std::string sign(const Secret& seed, std::string_view text) {
  const SigningPair pair(seed);
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(raw(signature), nullptr, raw(text), text.size(), pair.hidden.data());
  return signature;
}

bool signed_by(const Key32& public_key, std::string_view text, std::string_view signature) {
  return signature.size() == crypto_sign_BYTES &&
         crypto_sign_verify_detached(raw(signature), raw(text), text.size(), public_key.data()) == 0;
}

std::string seal_to_operator(const Key32& public_key, std::string_view text) {
  Key32 box{};
  if (crypto_sign_ed25519_pk_to_curve25519(box.data(), public_key.data()) != 0)
    throw std::invalid_argument("not a public key");
  return seal_to_box(box, text);
}

std::optional<std::string> open_as_operator(const Secret& seed, std::string_view sealed) {
  const SigningPair pair(seed);
  Secret hidden;
  crypto_sign_ed25519_sk_to_curve25519(hidden.bytes.data(), pair.hidden.data());
  return open_box(hidden, sealed);
}

Key32 box_of(const Secret& secret) {
  Key32 box{};
  crypto_scalarmult_base(box.data(), secret.bytes.data());
  return box;
}

std::string seal_to_box(const Key32& box, std::string_view text) {
  // A pair for each text: one for all that is committed together would show that it was.
  const Sender own;
  std::string out(text.size() + kBoxExtra, '\0');
  std::copy(own.open.begin(), own.open.end(), out.begin());
  unsigned char* nonce = raw(out) + own.open.size();
  randombytes_buf(nonce, crypto_box_NONCEBYTES);
  if (crypto_box_easy(nonce + crypto_box_NONCEBYTES, raw(text), text.size(), nonce, box.data(),
                      own.hidden.bytes.data()) != 0)
    throw std::invalid_argument("not a public key");
  return out;
}

std::optional<std::string> open_box(const Secret& secret, std::string_view sealed) {
  if (sealed.size() < kBoxExtra) return std::nullopt;
  const unsigned char* nonce = raw(sealed) + Key32{}.size();
  std::string out(sealed.size() - kBoxExtra, '\0');
  if (crypto_box_open_easy(raw(out), nonce + crypto_box_NONCEBYTES, out.size() + crypto_box_MACBYTES, nonce,
                           raw(sealed), secret.bytes.data()) != 0)
    return std::nullopt;
  return out;
}

std::string wrap(const Secret& key, std::string_view text, std::string_view place) {
  std::string out(kNonce + text.size() + kTag, '\0');
  randombytes_buf(out.data(), kNonce);
  crypto_aead_xchacha20poly1305_ietf_encrypt(raw(out) + kNonce, nullptr, raw(text), text.size(), raw(place),
                                             place.size(), nullptr, raw(out), key.bytes.data());
  return out;
}

std::optional<std::string> unwrap(const Secret& key, std::string_view wrapped, std::string_view place) {
  if (wrapped.size() < kNonce + kTag) return std::nullopt;
  std::string out(wrapped.size() - kNonce - kTag, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(raw(out), nullptr, nullptr, raw(wrapped) + kNonce,
                                                 wrapped.size() - kNonce, raw(place), place.size(),
                                                 raw(wrapped), key.bytes.data()) != 0)
    return std::nullopt;
  return out;
}

Secret derived(const Secret& from, std::string_view purpose) {
  Secret out;
  crypto_generichash(out.bytes.data(), out.bytes.size(), raw(purpose), purpose.size(), from.bytes.data(),
                     from.bytes.size());
  return out;
}

}  // namespace careline::store
