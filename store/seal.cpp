// Sealing under keys derived from root.key.
#include "store/seal.h"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <vector>

namespace careline::store {
namespace {

struct SigningPair {
  explicit SigningPair(const std::array<unsigned char, 32>& seed) {
    static_assert(crypto_sign_SEEDBYTES == 32);
    crypto_sign_seed_keypair(open.data(), secret.data(), seed.data());
  }
  ~SigningPair() { sodium_memzero(secret.data(), secret.size()); }
  SigningPair(const SigningPair&) = delete;
  SigningPair& operator=(const SigningPair&) = delete;
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> open{};
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> secret{};
};

Secret read_key_file(const std::filesystem::path& file, const std::string& name) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error(name + " cannot be read");
  Secret key;
  in.read(reinterpret_cast<char*>(key.bytes.data()), 32);
  if (in.gcount() != 32 || in.peek() != std::ifstream::traits_type::eof())
    throw std::runtime_error(name + " does not hold exactly 32 bytes");
  return key;
}

bool passes(Purpose purpose) {
  return purpose == Purpose::inbox || purpose == Purpose::state || purpose == Purpose::outbox ||
         purpose == Purpose::pending;
}

}  // namespace

Keyring::Keyring(const Secret& root, const Secret& passing) {
  static_assert(crypto_kdf_KEYBYTES == 32);
  start_sodium();
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    Key32& key = keys_[i].bytes;
    crypto_kdf_derive_from_key(key.data(), key.size(), i, "careline", root.bytes.data());
    if (passes(static_cast<Purpose>(i))) keys_[i] = derived(passing, keys_[i].view());
  }
}

Keyring Keyring::load(const std::filesystem::path& key_file, const std::filesystem::path& passing_file) {
  return Keyring(read_key_file(key_file, "the key file"),
                 read_key_file(passing_file, "passing.key (`careline serve` makes a new one)"));
}

std::string Keyring::seal(Purpose purpose, std::string_view text, std::string_view aad) const {
  return wrap(key(purpose), text, aad);
}

std::optional<std::string> Keyring::open(Purpose purpose, std::string_view sealed,
                                         std::string_view aad) const {
  return unwrap(key(purpose), sealed, aad);
}

void Keyring::hash_into(Purpose purpose, std::string_view text, std::array<unsigned char, 16>& out) const {
  const Key32& with = key(purpose).bytes;
  crypto_generichash(out.data(), out.size(), raw(text), text.size(), with.data(), with.size());
}

bool make_key_file(const std::filesystem::path& key_file) {
  start_sodium();
  const int fd = ::open(key_file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0 && errno == EEXIST) return false;
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "the key file cannot be made");
  std::array<unsigned char, 32> root{};
  randombytes_buf(root.data(), root.size());
  const bool written = ::write(fd, root.data(), root.size()) == 32 && ::fsync(fd) == 0;
  sodium_memzero(root.data(), root.size());
  ::close(fd);
  if (!written) {
    ::unlink(key_file.c_str());
    throw std::runtime_error("the key file cannot be written");
  }
  return true;
}

std::array<unsigned char, 16> random_bytes() {
  std::array<unsigned char, 16> out{};
  randombytes_buf(out.data(), out.size());
  return out;
}

std::string random_uuid() {
  auto b = random_bytes();
  b[6] = static_cast<unsigned char>((b[6] & 0x0f) | 0x40);
  b[8] = static_cast<unsigned char>((b[8] & 0x3f) | 0x80);
  std::string out = Id<void>{b}.hex();
  for (std::size_t at : {20U, 16U, 12U, 8U}) out.insert(at, 1, '-');
  return out;
}

std::string random_token() {
  std::string bytes(32, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return base64url(bytes);
}

std::string base64url(std::string_view bytes) {
  std::string out(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(out.data(), out.size(), raw(bytes), bytes.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  out.pop_back();  // the terminating NUL
  return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string out(text.size(), '\0');
  std::size_t length = 0;
  const char* end = nullptr;
  // libsodium answers 0 for garbage when an end pointer is given: the end must be checked too.
  if (sodium_base642bin(raw(out), out.size(), text.data(), text.size(), nullptr, &length, &end,
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
      end != text.data() + text.size())
    return std::nullopt;
  out.resize(length);
  return out;
}

std::string hex(std::string_view bytes) {
  std::string out(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(out.data(), out.size(), raw(bytes), bytes.size());
  out.pop_back();  // the terminating NUL
  return out;
}

std::optional<std::string> from_hex(std::string_view text) {
  std::string out(text.size() / 2, '\0');
  std::size_t length = 0;
  const char* end = nullptr;
  if (text.size() % 2 != 0 ||
      sodium_hex2bin(raw(out), out.size(), text.data(), text.size(), nullptr, &length, &end) != 0 ||
      end != text.data() + text.size())
    return std::nullopt;
  return out;
}

}  // namespace careline::store
