// What an outbox row tells to somebody who reads the table.
#include "store/outbox.h"

#include <gtest/gtest.h>

#include "store/migrate.h"
#include "tests/config/temp_folder.h"
#include "tests/support/staff.h"

namespace careline::store {
namespace {

TEST(Outbox, ARowDoesNotNameThePersonOfOtherTables) {
  const config::testing::TempFolder folder;
  const Keyring keys = tests::some_keys(3);
  Db db(folder.path() / "careline.db", Db::Access::write);
  migrate(db, keys);
  Outbox outbox(db, keys);
  const auto person = random_id<PersonId>(), other = random_id<PersonId>();
  for (const auto& who : {person, person, other}) {
    Parcel parcel{.person = who};
    parcel.retry_key = random_uuid();
    parcel.body = "{}\n[]";
    outbox.put(parcel);
  }
  auto count = [&](const char* sql) { return db.raw().execAndGet(sql).getInt(); };
  EXPECT_EQ(count("SELECT count(DISTINCT person) FROM outbox"), 2) << "one person's parcels keep their order";
  auto q = db.query("SELECT count(*) FROM outbox WHERE person IN (:person, :other)");
  q.bind(":person", person).bind(":other", other);
  ASSERT_TRUE(q.step());
  EXPECT_EQ(q.integer(0), 0);
  outbox.drop_for(person);
  EXPECT_EQ(count("SELECT count(*) FROM outbox"), 1);
}

}  // namespace
}  // namespace careline::store
