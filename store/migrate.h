// Brings a database up to the newest schema that this program knows.
#pragma once
#include "store/db.h"
#include "store/seal.h"

namespace careline::store {

int newest_schema();
int schema_of(Db& db);
// Runs each missing migration in a transaction of its own, which verifies the guard before and starts it anew
// after. Throws if the database is newer than the program or was changed from outside.
void migrate(Db& db, const Keyring& keys);
// The same up to one schema; a database that has it already is left alone.
void migrate(Db& db, const Keyring& keys, int to);

}  // namespace careline::store
