// Who may sign in at the console, with the key of each and who vouched for it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/db.h"
#include "store/model/roles.h"
#include "store/password.h"
#include "store/seal.h"

namespace careline::store {

struct Operator {
  std::string name;
  Roles roles;
  std::int64_t added_at = 0, left_at = 0;
  std::string password;  // a record of store/password.h
  Key32 public_key{};
  std::string wrapped_seed;   // under the password; "" after somebody else reset it
  std::string recovery_seed;  // under the recovery code; "" until one was made
  std::string vouched_by;     // "" while nobody who reads vouched for the key: nothing is granted to it
  std::string voucher;        // their signature
  bool intact = true;         // false: somebody changed the row without root.key

  bool may_read() const { return intact && left_at == 0 && roles.any_of(kReaders) && !vouched_by.empty(); }
};

// Somebody who reads with their own key, for the time of one request.
struct Reader {
  std::string name;
  Secret seed;
};

class Operators {
 public:
  Operators(Db& db, const Keyring& keys) : db_(db), keys_(keys) {}
  // False if the name is taken.
  bool add(const Operator& op);
  std::optional<Operator> find(const std::string& name);
  std::vector<Operator> all();
  // Those to whom new threads are granted.
  std::vector<Operator> readers();
  // Somebody who may read vouches for the key of a newcomer; the very first reader for their own, as there is
  // nobody else. False unless both are as they should be.
  bool vouch(const Reader& by, const std::string& name);
  // Whether every voucher leads back to the first one by valid signatures.
  bool vouched(const Operator& op);
  // Stores what changed: password, wrapped seeds, key, roles, left_at, voucher.
  void save(const Operator& op);

 private:
  std::string mark(const Operator& op) const;
  Operator read(Query& q) const;
  Db& db_;
  const Keyring& keys_;
};

// The seed, if the password is right and wraps one; `known` tells the two apart. Takes as long without an
// operator.
struct Unlocked {
  bool right = false;
  std::optional<Secret> seed;
};
Unlocked unlock(const Keyring& keys, const std::optional<Operator>& op, const std::string& name,
                const std::string& password);
// A new password for the same key; needs the seed.
void set_password(const Keyring& keys, Operator& op, const Secret& seed, const std::string& password,
                  const PasswordCost& cost = {});
// Somebody else sets a password: the key stays behind its recovery code.
void reset_password(const Keyring& keys, Operator& op, const std::string& password,
                    const PasswordCost& cost = {});
// A recovery code (160 random bits as 32 characters in groups of four) that opens the seed without the
// password. To be shown once.
std::string make_recovery_code(Operator& op, const Secret& seed);
std::optional<Secret> recover(const Operator& op, const std::string& code);
// A new key pair: opens nothing that was granted before, and needs somebody to vouch for it.
Secret renew_key(Operator& op);

}  // namespace careline::store
