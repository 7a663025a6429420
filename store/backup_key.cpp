// The key pair of backups.
#include "store/backup_key.h"

#include <algorithm>

#include "store/seal.h"

namespace careline::store {
namespace {

constexpr std::string_view kPublic = "careline-backup-", kPrivate = "careline-backup-private-";
constexpr std::size_t kChecksum = 4;

std::string checksum(std::string_view prefix, std::string_view key) {
  std::string text(prefix);
  text += key;
  std::string sum(crypto_generichash_BYTES, '\0');
  crypto_generichash(raw(sum), sum.size(), raw(text), text.size(), nullptr, 0);
  sodium_memzero(text.data(), text.size());
  return sum.substr(0, kChecksum);
}

std::string to_text(std::string_view prefix, const Key32& key) {
  std::string bytes(view(key));
  bytes += checksum(prefix, bytes);
  std::string text = std::string(prefix) + base64url(bytes);
  sodium_memzero(bytes.data(), bytes.size());
  return text;
}

std::optional<Key32> from_text(std::string_view prefix, std::string_view text) {
  if (text.substr(0, prefix.size()) != prefix) return std::nullopt;
  auto bytes = from_base64url(text.substr(prefix.size()));
  if (!bytes || bytes->size() != Key32{}.size() + kChecksum) return std::nullopt;
  Key32 key{};
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
  return BackupKey(random_secret());
}

std::optional<BackupKey> BackupKey::parse(std::string_view text) {
  start_sodium();
  const auto secret = from_text(kPrivate, trimmed(text));
  if (!secret) return std::nullopt;
  return BackupKey(Secret(*secret));
}

std::string BackupKey::text() const { return to_text(kPrivate, secret_.bytes); }

BackupRecipient BackupKey::recipient() const { return {box_of(secret_)}; }

std::optional<std::string> BackupKey::open(std::string_view sealed) const {
  return open_box(secret_, sealed);
}

std::string seal_to(const BackupRecipient& recipient, std::string_view text) {
  return seal_to_box(recipient.key, text);
}

}  // namespace careline::store
