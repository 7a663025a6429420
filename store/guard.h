// Shows what somebody without root.key wrote to the database. Our one writing connection carries triggers
// that keep, for each guarded table, the sum mod 2^256 of a keyed hash of every row; each commit stores the
// sums under one MAC, together with the schema and the end of the audit trail. Writes of others are not
// counted, so that they show when the rows are added up again; the sums live in our memory between commits,
// so that nobody can slip others under us. A whole older copy of the file is consistent in itself: an anchor
// of the audit trail finds it.
//
// Guarded is every table but those named in guard.cpp, which change with every event and hold nothing for
// long.
#pragma once
#include <memory>
#include <vector>

#include "store/db.h"
#include "store/finding.h"
#include "store/seal.h"

namespace careline::store {

class Guard {
 public:
  // Checks the seal and the end of the audit trail (not the rows: verify_guard), then counts what this
  // connection writes. Throws std::runtime_error if they are wrong or the guard is gone. The newest schema
  // must be there, and nobody else may write.
  Guard(Db& db, const Keyring& keys);
  // Stores the sums, within the transaction and last in it. Throws, with or without news, once the schema was
  // changed from outside: what a foreign trigger did is not ours and must not be committed, and a service
  // that cannot take turns must not go on taking in messages.
  void seal();

 private:
  void refuse_foreign_schema();
  Db& db_;
  const Keyring& keys_;
  std::int64_t schema_version_ = 0;
  Digest schema_{};
  std::unique_ptr<bool> changed_ =
      std::make_unique<bool>(false);  // something was counted since the last seal
};

// Whether the database has one: those before schema 3 do not.
bool has_guard(Db& db);
// Adds up all rows anew and seals: after a migration, or when a copy was made that leaves rows out on
// purpose. The caller has verified what was there before.
void start_guard(Db& db, const Keyring& keys);
std::size_t guarded_count(Db& db);  // tables
// The seal and the end of the audit trail alone, whatever the rows say: costs next to nothing.
// In a read transaction of its own.
std::vector<Finding> verify_seal(Db& db, const Keyring& keys);
// Adds up all rows (about a microsecond each) and compares, within the caller's transaction, on any
// connection.
std::vector<Finding> verify_guard(Db& db, const Keyring& keys, const Steps& steps = kNoSteps);

}  // namespace careline::store
