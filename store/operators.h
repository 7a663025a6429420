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
  // Whether every voucher leads back to the first one by valid signatures, of keys that were replaced too.
  bool vouched(const Operator& op);
  // Who may read, with vouchers that hold: only they are granted anything.
  bool reads(const Operator& op) { return op.may_read() && vouched(op); }
  // Whether the operator, with the key of now or an earlier one, signed this text, and somebody vouched for
  // that key.
  bool signed_by_reader(const std::string& name, std::string_view text, std::string_view signature);
  // Stores what changed: password, wrapped seeds, key, roles, left_at, voucher.
  void save(const Operator& op);
  // The same, unless the row is another one than `before` by now.
  bool replace(const Operator& before, const Operator& after);
  // Keeps the key that is about to be replaced, for what it vouched for.
  void retire_key(const Operator& op);

 private:
  struct VouchedKey {
    std::string name;
    Key32 public_key{};
    std::string vouched_by, voucher;
  };
  std::string mark(const Operator& op) const;
  std::string mark(const VouchedKey& key) const;
  Operator read(Query& q) const;
  std::vector<VouchedKey> keys_of(const std::string& name);
  std::optional<VouchedKey> signer(const std::string& name, std::string_view text,
                                   std::string_view signature);
  bool leads_back(VouchedKey key);
  Db& db_;
  const Keyring& keys_;
};

// Whether the key vouches for itself, as only the first reader's does.
bool vouches_for_itself(const Operator& op);

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
// The key before vouches for the renewed one.
void succeed(Operator& op, const Secret& old_seed);

}  // namespace careline::store
