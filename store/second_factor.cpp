// The second factor of signing in.
#include "store/second_factor.h"

#include <liboath/oath.h>

#include <stdexcept>

#include "store/base32.h"
#include "store/marks.h"

namespace careline::store {
namespace {

constexpr std::size_t kSecretBytes = 20, kRecoveryBytes = 10, kRecoveryDigits = 16;
constexpr std::int64_t kWindow = 1;  // steps that a phone's clock may be away

std::string random_string(std::size_t bytes) {
  std::string out(bytes, '\0');
  randombytes_buf(out.data(), out.size());
  return out;
}

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string hash_of(const Keyring& keys, const std::string& name, const std::string& digits) {
  return mark_of(keys, "recovery codes", {name, digits});
}

struct Fit {
  std::int64_t step = 0;               // of the code; 0 if none fits
  std::size_t at = std::string::npos;  // of the recovery code's hash
  bool any() const { return step > 0 || at != std::string::npos; }
};

// Looks at everything whatever it finds: how long it takes says nothing.
Fit fit(const Keyring& keys, const SecondFactor& factor, const std::string& typed, std::int64_t now_ms) {
  Fit found;
  std::string plain = typed;
  std::erase(plain, ' ');
  const std::int64_t now = now_ms / kCodeStep_ms;
  for (std::int64_t step = now - kWindow; step <= now + kWindow; ++step)
    if (same(code_of(factor.secret, step), plain) && step > factor.last_step) found.step = step;
  const std::string digits = crockford_digits(typed, kRecoveryDigits);
  const std::string hash = hash_of(keys, factor.name, digits);
  for (std::size_t at = 0; at < factor.recovery.size(); at += kRecoveryHash)
    if (same(std::string_view(factor.recovery).substr(at, kRecoveryHash), hash) && !digits.empty())
      found.at = at;
  return found;
}

}  // namespace

std::string code_of(const std::string& secret, std::int64_t step, unsigned digits) {
  static const bool started = oath_init() == OATH_OK;
  std::string code(digits + 1, '\0');  // liboath ends it with a NUL
  if (!started || oath_hotp_generate(secret.data(), secret.size(), static_cast<std::uint64_t>(step), digits,
                                     false, OATH_HOTP_DYNAMIC_TRUNCATION, code.data()) != OATH_OK)
    throw std::runtime_error("liboath could not make a code");
  code.pop_back();
  return code;
}

bool fits(const Keyring& keys, const std::optional<SecondFactor>& factor, const std::string& typed,
          std::int64_t now_ms) {
  static const SecondFactor nobodys{.secret = random_string(kSecretBytes),
                                    .recovery = random_string(kRecoveryCodes * kRecoveryHash)};
  const bool found = fit(keys, factor ? *factor : nobodys, typed, now_ms).any();
  return found && factor && factor->confirmed;
}

std::optional<std::string> next_code(const SecondFactor& factor, std::int64_t now_ms) {
  const std::int64_t now = now_ms / kCodeStep_ms, step = std::max(now, factor.last_step + 1);
  if (step > now + kWindow) return std::nullopt;
  return code_of(factor.secret, step);
}

std::string SecondFactors::mark(const SecondFactor& factor, const std::string& sealed) const {
  return mark_of(
      keys_, "second_factors",
      {factor.name, sealed, factor.confirmed ? "1" : "0", std::to_string(factor.last_step), factor.recovery});
}

void SecondFactors::save(const SecondFactor& factor) {
  const std::string sealed = keys_.seal(Purpose::second_factor, factor.secret, factor.name);
  db_.query(R"sql(
    INSERT INTO second_factors (operator, sealed, confirmed, last_step, recovery, mark)
    VALUES (:name, :sealed, :confirmed, :step, :recovery, :mark)
    ON CONFLICT (operator) DO UPDATE SET sealed = excluded.sealed, confirmed = excluded.confirmed,
      last_step = excluded.last_step, recovery = excluded.recovery, mark = excluded.mark)sql")
      .bind(":name", factor.name)
      .bind_blob(":sealed", sealed)
      .bind(":confirmed", factor.confirmed ? 1 : 0)
      .bind(":step", factor.last_step)
      .bind_blob(":recovery", factor.recovery)
      .bind_blob(":mark", mark(factor, sealed))
      .run();
}

void SecondFactors::renew(const std::string& name) {
  save({.name = name, .secret = random_string(kSecretBytes), .recovery = ""});
}

std::optional<SecondFactor> SecondFactors::find(const std::string& name) {
  auto q = db_.query(R"sql(
    SELECT sealed, confirmed, last_step, recovery, mark FROM second_factors WHERE operator = :name)sql");
  q.bind(":name", name);
  if (!q.step()) return std::nullopt;
  const std::string sealed = q.text(0);
  SecondFactor factor{.name = name, .secret = "", .confirmed = q.integer(1) == 1, .last_step = q.integer(2)};
  factor.recovery = q.text(3);
  const auto secret = keys_.open(Purpose::second_factor, sealed, name);
  if (!secret || q.text(4) != mark(factor, sealed)) return std::nullopt;
  factor.secret = *secret;
  return factor;
}

bool SecondFactors::take(const std::string& name, const std::string& typed, std::int64_t now_ms) {
  auto factor = find(name);
  if (!factor || !factor->confirmed) return false;
  const Fit found = fit(keys_, *factor, typed, now_ms);
  if (!found.any()) return false;
  if (found.step > 0)
    factor->last_step = found.step;
  else
    factor->recovery.erase(found.at, kRecoveryHash);
  save(*factor);
  return true;
}

bool SecondFactors::confirm(const std::string& name, const std::string& code, std::int64_t now_ms) {
  auto factor = find(name);
  if (!factor || factor->confirmed) return false;
  const Fit found = fit(keys_, *factor, code, now_ms);
  if (found.step == 0) return false;
  factor->confirmed = true;
  factor->last_step = found.step;
  save(*factor);
  return true;
}

void SecondFactors::confirm_unseen(const std::string& name) {
  auto factor = find(name);
  if (!factor) return;
  factor->confirmed = true;
  save(*factor);
}

std::vector<std::string> SecondFactors::make_recovery_codes(const std::string& name) {
  std::vector<std::string> codes;
  auto factor = find(name);
  if (!factor) return codes;
  factor->recovery.clear();
  while (codes.size() < kRecoveryCodes) {
    const std::string digits = base32(random_string(kRecoveryBytes), kCrockford);
    factor->recovery += hash_of(keys_, name, digits);
    codes.push_back(in_groups(digits, '-'));
  }
  save(*factor);
  return codes;
}

}  // namespace careline::store
