// Operators join.
#include "store/staff.h"

#include "store/audit.h"
#include "store/second_factor.h"
#include "store/traits.h"

namespace careline::store {

NewOperator new_operator(const Keyring& keys, const std::string& name, Roles roles,
                         const std::string& password, std::int64_t now_ms, const PasswordCost& cost) {
  NewOperator added{.op = {.name = name, .roles = roles, .added_at = now_ms}, .seed = random_secret()};
  added.op.public_key = public_key_of(added.seed);
  set_password(keys, added.op, added.seed, password, cost);
  return added;
}

bool add_operator(Db& db, const Keyring& keys, const NewOperator& added) {
  Operators operators(db, keys);
  if (!operators.add(added.op)) return false;
  SecondFactors factors(db, keys);
  factors.renew(added.op.name);
  if (made_for_demo(db, keys)) factors.confirm_unseen(added.op.name);
  const Reader reader{added.op.name, added.seed};
  if (operators.vouch(reader, added.op.name))
    Grants(db, keys).give_what_waited(*operators.find(added.op.name));
  Audit(db, keys).note({added.op.added_at, "system", "system", Action::operator_added, added.op.name});
  return true;
}

}  // namespace careline::store
