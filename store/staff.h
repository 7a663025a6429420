// Operators join and leave: with keys of their own, by the command line or while the service runs.
#pragma once
#include "store/audit.h"
#include "store/epochs.h"

namespace careline::store {

// An operator with fresh keys, and the seed for as long as it takes to add them.
struct NewOperator {
  Operator op;
  Secret seed;
};

// The expensive part (Argon2id), outside any transaction.
NewOperator new_operator(const Keyring& keys, const std::string& name, Roles roles,
                         const std::string& password, std::int64_t now_ms, const PasswordCost& cost = {});
// With its audit line. False if the name is taken. The first who may read vouches for themselves, and is
// given what waited for a reader. Their second factor waits for a first code; in a demo, whose codes the
// command line prints, for none.
bool add_operator(Db& db, const Keyring& keys, const NewOperator& added);

enum class Leaving { done, unknown, last_reader, alone };
struct Left {
  Leaving how = Leaving::unknown;
  Alone alone;  // what must be handed on first
};
// An operator leaves, with the audit line: no sign-in any more, no grants, and the threads that they held go
// on under new keys. Their name is never given again. Refused while somebody's words would be left without a
// reader.
Left leave(Db& db, const Keyring& keys, const std::string& name, const AuditLine& line);
// Other roles for somebody who reads nothing, before and after. False for everybody else.
bool change_roles(Db& db, const Keyring& keys, const std::string& name, Roles roles, const AuditLine& line);

}  // namespace careline::store
