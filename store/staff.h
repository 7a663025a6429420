// Operators join: with keys of their own, by the command line or while the service runs.
#pragma once
#include "store/grants.h"

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

}  // namespace careline::store
