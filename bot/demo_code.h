// What `careline operator code` prints: the second factor of an operator of a demo.
#pragma once
#include <string>

#include "store/db.h"
#include "store/seal.h"

namespace careline {

// Six digits that sign in now, without using them up; "wait" for a moment in which this operator's codes were
// used already, "unknown" without such an operator, "refused" unless the database was made for a demo.
std::string demo_code(store::Db& db, const store::Keyring& keys, const std::string& name,
                      std::int64_t now_ms);

}  // namespace careline
