// Operators join and leave.
#include "store/staff.h"

#include <algorithm>

#include "store/audit.h"
#include "store/second_factor.h"
#include "store/sessions.h"
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

Left leave(Db& db, const Keyring& keys, const std::string& name, const AuditLine& line) {
  Operators operators(db, keys);
  auto op = operators.find(name);
  if (!op || !op->intact || op->left_at != 0) return {};
  const auto readers = operators.readers();
  const bool reads = std::ranges::any_of(readers, [&](const Operator& one) { return one.name == name; });
  if (reads && readers.size() == 1) return {Leaving::last_reader, {}};
  if (const Alone alone = held_alone(db, keys, name); alone.any()) return {Leaving::alone, alone};
  op->left_at = line.at;
  op->password.clear();
  op->wrapped_seed.clear();
  op->recovery_seed.clear();
  operators.save(*op);
  take_from(db, keys, name);
  db.query("DELETE FROM reply_drafts WHERE operator = :name").bind(":name", name).run();
  db.query("DELETE FROM activations WHERE operator = :name").bind(":name", name).run();
  SessionRows(db, keys).remove_all_of(name);
  Audit(db, keys).note(line);
  return {Leaving::done, {}};
}

bool change_roles(Db& db, const Keyring& keys, const std::string& name, Roles roles, const AuditLine& line) {
  Operators operators(db, keys);
  auto op = operators.find(name);
  if (!op || !op->intact || op->left_at != 0 || roles == Roles{} || !may_be_held_together(roles) ||
      op->roles.any_of(kReaders) || roles.any_of(kReaders))
    return false;
  op->roles = roles;
  operators.save(*op);
  SessionRows(db, keys).remove_all_of(name);
  Audit(db, keys).note(line);
  return true;
}

}  // namespace careline::store
