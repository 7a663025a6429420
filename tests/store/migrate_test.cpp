// A database of the first schema, with data, opens with the newest program.
#include "store/migrate.h"

#include <gtest/gtest.h>

#include "store/content.h"
#include "store/embedded.h"
#include "store/threads.h"
#include "tests/config/temp_folder.h"

namespace careline::store {
namespace {

TEST(Migrate, KeepsTheMessagesOfTheFirstSchema) {
  const config::testing::TempFolder folder;
  Db db(folder.path() / "careline.db", Db::Access::write);
  db.raw().exec(std::string(embedded().front().second));
  db.raw().exec("PRAGMA user_version = 1");
  const Keyring keys({});
  const auto id = random_id<ThreadId>();
  Threads threads(db, keys);
  threads.open({.id = id, .label = "A1"}, std::nullopt, std::nullopt);
  for (const std::int64_t slot : {2, 1}) {
    const auto message = random_id<MessageId>();
    db.query(R"sql(
      INSERT INTO messages (id, thread, slot, author, sealed_content) VALUES (:id, :thread, :slot, 'employee', :text))sql")
        .bind(":id", message)
        .bind(":thread", id)
        .bind(":slot", slot)
        .bind_blob(":text", seal_content(keys, id, message, "7\nmessage " + std::to_string(slot)))
        .run();
  }

  migrate(db, keys);

  EXPECT_EQ(schema_of(db), newest_schema());
  const auto kept = threads.messages(id);
  ASSERT_EQ(kept.size(), 2u);
  EXPECT_EQ(kept[0].text, "message 1");
  EXPECT_EQ(kept[1].text, "message 2");
  EXPECT_EQ(db.raw().execAndGet("PRAGMA integrity_check").getString(), "ok");
  EXPECT_FALSE(db.query("PRAGMA foreign_key_check").step());
}

TEST(Migrate, RefusesADatabaseFromTheFuture) {
  const config::testing::TempFolder folder;
  Db db(folder.path() / "careline.db", Db::Access::write);
  db.raw().exec("PRAGMA user_version = " + std::to_string(newest_schema() + 1));
  EXPECT_THROW(migrate(db, Keyring({})), std::runtime_error);
}

}  // namespace
}  // namespace careline::store
