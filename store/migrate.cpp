// Numbered .sql files, forward only, embedded in the program; the version is PRAGMA user_version.
#include "store/migrate.h"

#include <SQLiteCpp/Transaction.h>

#include <stdexcept>

#include "store/embedded.h"
#include "store/guard.h"

namespace careline::store {
namespace {

// The sums are about to be made anew, and must not make anybody else's changes ours.
void refuse_foreign_changes(Db& db, const Keyring& keys) {
  if (has_guard(db) && !verify_guard(db, keys).empty())
    throw std::runtime_error(
        "the database was changed from outside: run `careline audit verify` of the program that served it, "
        "then restore a backup");
}

constexpr int kBeforeKeys = 3;  // 0004 seals content to keys that nobody had before

void refuse_old_content(Db& db) {
  if (db.raw()
          .execAndGet("SELECT (SELECT count(*) FROM operators) + (SELECT count(*) FROM threads)")
          .getInt() > 0)
    throw std::runtime_error(
        "the database holds operators or threads of a version before the first release, whose content was "
        "not sealed to counsellors: start with a new store directory");
}
}  // namespace

int newest_schema() { return static_cast<int>(embedded().size()); }

int schema_of(Db& db) { return db.raw().execAndGet("PRAGMA user_version").getInt(); }

void migrate(Db& db, const Keyring& keys) { migrate(db, keys, newest_schema()); }

void migrate(Db& db, const Keyring& keys, int to) {
  const int have = schema_of(db);
  if (have > newest_schema())
    throw std::runtime_error("the database has schema " + std::to_string(have) +
                             ", newer than this program's " + std::to_string(newest_schema()) +
                             ": install the newer program again");
  for (int at = have; at < to; ++at) {
    SQLite::Transaction step(db.raw(), SQLite::TransactionBehavior::IMMEDIATE);
    if (at == kBeforeKeys) refuse_old_content(db);
    refuse_foreign_changes(db, keys);
    db.raw().exec(std::string(embedded()[static_cast<std::size_t>(at)].second));
    db.raw().exec("PRAGMA user_version = " + std::to_string(at + 1));
    if (has_guard(db)) start_guard(db, keys);
    step.commit();
  }
}

}  // namespace careline::store
