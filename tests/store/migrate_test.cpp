// A database of the first schema, with data, opens with the newest program.
#include "store/migrate.h"

#include <gtest/gtest.h>

#include "store/embedded.h"
#include "tests/config/temp_folder.h"
#include "tests/support/staff.h"

namespace careline::store {
namespace {

// Content of before 0004 was sealed under the service's key. No release had it; it must not be lost silently.
TEST(Migrate, RefusesContentFromBeforeTheKeysOfThreads) {
  const config::testing::TempFolder folder;
  Db db(folder.path() / "careline.db", Db::Access::write);
  db.raw().exec(std::string(embedded().front().second));
  db.raw().exec("PRAGMA user_version = 1");
  const Keyring keys = tests::some_keys(1);
  db.raw().exec("INSERT INTO operators VALUES ('lin', 'counsellor', '', 0)");
  EXPECT_THROW(migrate(db, keys), std::runtime_error);
  EXPECT_EQ(db.raw().execAndGet("SELECT count(*) FROM operators").getInt(), 1);
}

TEST(Migrate, BringsAnEmptyDatabaseOfTheFirstSchemaToTheNewest) {
  const config::testing::TempFolder folder;
  Db db(folder.path() / "careline.db", Db::Access::write);
  db.raw().exec(std::string(embedded().front().second));
  db.raw().exec("PRAGMA user_version = 1");
  migrate(db, tests::some_keys(1));
  EXPECT_EQ(schema_of(db), newest_schema());
  EXPECT_EQ(db.raw().execAndGet("PRAGMA integrity_check").getString(), "ok");
  EXPECT_FALSE(db.query("PRAGMA foreign_key_check").step());
}

TEST(Migrate, RefusesADatabaseFromTheFuture) {
  const config::testing::TempFolder folder;
  Db db(folder.path() / "careline.db", Db::Access::write);
  db.raw().exec("PRAGMA user_version = " + std::to_string(newest_schema() + 1));
  EXPECT_THROW(migrate(db, tests::some_keys(1)), std::runtime_error);
}

}  // namespace
}  // namespace careline::store
