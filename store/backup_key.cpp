// The key pair of backups.
#include "store/backup_key.h"

#include <sodium.h>

#include <algorithm>
#include <stdexcept>

#include "store/seal.h"

namespace careline::store {
namespace {

using Key = std::array<unsigned char, 32>;
constexpr std::string_view kPublic = "careline-backup-", kPrivate = "careline-backup-private-";
constexpr std::size_t kChecksum = 4;

static_assert(crypto_box_PUBLICKEYBYTES == 32 && crypto_box_SECRETKEYBYTES == 32);

const unsigned char* raw(std::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); }
unsigned char* raw(std::string& s) { return reinterpret_cast<unsigned char*>(s.data()); }

void start_sodium() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium could not be started");
}

std::string checksum(std::string_view prefix, std::string_view key) {
  std::string text(prefix);
  text += key;
  std::string sum(crypto_generichash_BYTES, '\0');
  crypto_generichash(raw(sum), sum.size(), raw(text), text.size(), nullptr, 0);
  sodium_memzero(text.data(), text.size());
  return sum.substr(0, kChecksum);
}

std::string to_text(std::string_view prefix, const Key& key) {
  std::string bytes(reinterpret_cast<const char*>(key.data()), key.size());
  bytes += checksum(prefix, bytes);
  std::string text = std::string(prefix) + base64url(bytes);
  sodium_memzero(bytes.data(), bytes.size());
  return text;
}

std::optional<Key> from_text(std::string_view prefix, std::string_view text) {
  if (text.substr(0, prefix.size()) != prefix) return std::nullopt;
  auto bytes = from_base64url(text.substr(prefix.size()));
  if (!bytes || bytes->size() != Key{}.size() + kChecksum) return std::nullopt;
  Key key{};
  std::copy_n(bytes->begin(), key.size(), key.begin());
  const bool right =
      checksum(prefix, std::string_view(*bytes).substr(0, key.size())) == bytes->substr(key.size());
  sodium_memzero(bytes->data(), bytes->size());
  return right ? std::optional(key) : std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

}  // namespace

std::string BackupRecipient::text() const { return to_text(kPublic, key); }

std::optional<BackupRecipient> BackupRecipient::parse(std::string_view text) {
  start_sodium();
  if (const auto key = from_text(kPublic, text)) return BackupRecipient{*key};
  return std::nullopt;
}

BackupKey BackupKey::make() {
  start_sodium();
  BackupKey made;
  randombytes_buf(made.secret_.data(), made.secret_.size());
  return made;
}

std::optional<BackupKey> BackupKey::parse(std::string_view text) {
  start_sodium();
  const auto secret = from_text(kPrivate, trimmed(text));
  if (!secret) return std::nullopt;
  BackupKey key;
  key.secret_ = *secret;
  return key;
}

BackupKey::~BackupKey() { sodium_memzero(secret_.data(), secret_.size()); }

std::string BackupKey::text() const { return to_text(kPrivate, secret_); }

BackupRecipient BackupKey::recipient() const {
  BackupRecipient recipient;
  crypto_scalarmult_base(recipient.key.data(), secret_.data());
  return recipient;
}

std::optional<std::string> BackupKey::open(std::string_view sealed) const {
  if (sealed.size() < crypto_box_SEALBYTES) return std::nullopt;
  std::string text(sealed.size() - crypto_box_SEALBYTES, '\0');
  if (crypto_box_seal_open(raw(text), raw(sealed), sealed.size(), recipient().key.data(), secret_.data()) !=
      0)
    return std::nullopt;
  return text;
}

std::string seal_to(const BackupRecipient& recipient, std::string_view text) {
  std::string sealed(text.size() + crypto_box_SEALBYTES, '\0');
  if (crypto_box_seal(raw(sealed), raw(text), text.size(), recipient.key.data()) != 0)
    throw std::runtime_error("the backup's key could not be sealed to its recipient");
  return sealed;
}

}  // namespace careline::store
