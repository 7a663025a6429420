// The second factor of signing in: codes that change every 30 s (RFC 6238: SHA-1, six digits) and recovery
// codes for the day when the phone is gone.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/db.h"
#include "store/seal.h"

namespace careline::store {

inline constexpr std::int64_t kCodeStep_ms = 30'000;
inline constexpr unsigned kCodeDigits = 6;
inline constexpr std::size_t kRecoveryCodes = 10, kRecoveryHash = 16;

struct SecondFactor {
  std::string name;    // of the operator
  std::string secret;  // 20 bytes
  bool confirmed = false;
  std::int64_t last_step = 0;
  std::string recovery;  // keyed hashes of the recovery codes that are left
  std::size_t recovery_codes_left() const { return recovery.size() / kRecoveryHash; }
  ~SecondFactor() { sodium_memzero(secret.data(), secret.size()); }
};

// The code of a step (milliseconds since 1970 by kCodeStep_ms).
std::string code_of(const std::string& secret, std::int64_t step, unsigned digits = kCodeDigits);
// Whether `typed` would be taken now: a code at most one step away and newer than the last one, or a recovery
// code. Does the same work without a factor, so that the time tells nothing.
bool fits(const Keyring& keys, const std::optional<SecondFactor>& factor, const std::string& typed,
          std::int64_t now_ms);
// The code that would be taken now: of this step, or of the next one if this one was used; nullopt for as
// long as both were.
std::optional<std::string> next_code(const SecondFactor& factor, std::int64_t now_ms);

class SecondFactors {
 public:
  SecondFactors(Db& db, const Keyring& keys) : db_(db), keys_(keys) {}

  // A fresh secret that a first code has to confirm; nothing from before fits any more.
  void renew(const std::string& name);
  // Nullopt if there is none, and if the row was changed without root.key.
  std::optional<SecondFactor> find(const std::string& name);
  // Takes what fits a confirmed factor, so that it never fits again; false if it does not.
  bool take(const std::string& name, const std::string& typed, std::int64_t now_ms);
  // Takes the first code and confirms the factor by it.
  bool confirm(const std::string& name, const std::string& code, std::int64_t now_ms);
  // Confirms without a code: for a demo only, whose codes the command line prints.
  void confirm_unseen(const std::string& name);
  // Ten fresh recovery codes of 80 bits, to be shown once; those from before are void.
  std::vector<std::string> make_recovery_codes(const std::string& name);
  void save(const SecondFactor& factor);

 private:
  std::string mark(const SecondFactor& factor, const std::string& sealed) const;
  Db& db_;
  const Keyring& keys_;
};

}  // namespace careline::store
