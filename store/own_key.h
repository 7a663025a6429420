// What becomes of an operator's own key: another password, a reset by somebody else, the way back by the
// recovery code, another key in its place.
#pragma once
#include "store/audit.h"
#include "store/operators.h"

namespace careline::store {

// A row before and after. The expensive part (Argon2id) is done outside any transaction; what was stored in
// between by somebody else makes it void.
struct KeyChange {
  Operator before, after;
};
// The same key under another password.
KeyChange with_password(const Keyring& keys, const Operator& op, const Secret& seed,
                        const std::string& password, const PasswordCost& cost = {});
// Somebody else's doing, or a one-time code's: a key that was vouched for stays behind its recovery code; any
// other gives way to a new one, under this password.
KeyChange with_reset_password(const Keyring& keys, const Operator& op, const std::string& password,
                              const PasswordCost& cost = {});
// Another key, under this password.
struct NewKey {
  KeyChange change;
  Secret seed;
};
NewKey with_new_key(const Keyring& keys, const Operator& op, const std::string& password,
                    const PasswordCost& cost = {});

// Each with its audit line, in the caller's transaction; false if the change is void.
bool store_change(Db& db, const Keyring& keys, const KeyChange& change, const AuditLine& line);
// And signs the operator out everywhere.
bool store_reset(Db& db, const Keyring& keys, const KeyChange& change, const AuditLine& line);
// The key before vouches for the new one, and everything that was granted is sealed to the new one instead.
bool rotate_key(Db& db, const Keyring& keys, const NewKey& renewed, const Secret& old_seed,
                const AuditLine& line);
// Nothing opens the key before any more: its grants end, each thread goes on under a new key for those who
// are left, and somebody must vouch for the new key.
bool give_up_key(Db& db, const Keyring& keys, const NewKey& renewed, const AuditLine& line);

// The password of now is void at once. The code (80 bits, in groups of four, to be shown once) lets the
// operator set one within 24 hours. Nullopt if there is no such operator.
std::optional<std::string> make_activation(Db& db, const Keyring& keys, const std::string& name,
                                           const AuditLine& line);
// Whether the code would be taken now.
bool activation_fits(Db& db, const Keyring& keys, const std::string& name, const std::string& code,
                     std::int64_t now_ms);
// Takes the code and stores what with_reset_password gave.
bool activate(Db& db, const Keyring& keys, const KeyChange& change, const std::string& code,
              const AuditLine& line);
// The second factor starts anew at the next sign-in.
bool renew_factor(Db& db, const Keyring& keys, const std::string& name, const AuditLine& line);

}  // namespace careline::store
