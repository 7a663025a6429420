// Operators for tests, with passwords that cost next to nothing and a confirmed second factor.
#pragma once
#include <string>

#include "bot/flow/desk.h"
#include "store/second_factor.h"
#include "store/staff.h"

namespace careline::tests {

inline constexpr const char* kPassword = "a long enough password";
inline constexpr store::PasswordCost kCheap{1, 8192};

inline store::NewOperator hire(store::Db& db, const store::Keyring& keys, const std::string& name,
                               Roles roles) {
  auto added = store::new_operator(keys, name, roles, kPassword, 0, kCheap);
  store::Operators operators(db, keys);
  operators.add(added.op);
  if (operators.vouch({name, added.seed}, name))
    store::Grants(db, keys).give_what_waited(*operators.find(name));
  store::SecondFactors factors(db, keys);
  factors.renew(name);
  factors.confirm_unseen(name);
  return added;
}
inline flow::Actor actor(const store::NewOperator& op) { return {op.op.name, op.op.roles, op.seed}; }
inline store::Reader reader(const store::NewOperator& op) { return {op.op.name, op.seed}; }

inline store::Keyring some_keys(unsigned char first) {
  return store::Keyring(store::Secret({first}), store::Secret({first, 1}));
}

}  // namespace careline::tests
