// Brings a database up to the newest schema that this program knows.
#pragma once
#include "store/db.h"

namespace careline::store {

int newest_schema();
int schema_of(Db& db);
// Runs each missing migration in a transaction of its own. Throws if the database is newer than the program.
void migrate(Db& db);
// The same up to one schema; a database that has it already is left alone.
void migrate(Db& db, int to);

}  // namespace careline::store
