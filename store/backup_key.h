// The key pair of backups (X25519): the public half stands in the settings, the private half is kept
// elsewhere.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "store/identity.h"

namespace careline::store {

// To whom backups are sealed. The text carries a checksum, so that a typing error is found.
struct BackupRecipient {
  Key32 key{};
  bool operator==(const BackupRecipient&) const = default;

  std::string text() const;  // "careline-backup-…"
  // nullopt unless it is such a text, complete and without a typing error.
  static std::optional<BackupRecipient> parse(std::string_view text);
};

// What opens them; wiped when it goes out of scope.
class BackupKey {
 public:
  static BackupKey make();
  // White space around it is ignored; nullopt as above.
  static std::optional<BackupKey> parse(std::string_view text);

  std::string text() const;  // "careline-backup-private-…": secret
  BackupRecipient recipient() const;
  // What was sealed to recipient() with crypto_box_seal; nullopt if this key does not open it.
  std::optional<std::string> open(std::string_view sealed) const;

 private:
  explicit BackupKey(const Secret& secret) : secret_(secret) {}
  Secret secret_;
};

std::string seal_to(const BackupRecipient& recipient, std::string_view text);

}  // namespace careline::store
