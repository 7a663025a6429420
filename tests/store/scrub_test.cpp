// What is erased leaves no byte in any file of the store.
#include "store/scrub.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "store/threads.h"
#include "store/writer.h"
#include "tests/config/temp_folder.h"
#include "tests/support/remains.h"
#include "tests/support/staff.h"

namespace careline::store {
namespace {

class Scrub : public testing::Test {
 protected:
  std::vector<ThreadId> fill(int count) {
    std::vector<ThreadId> ids;
    writer->run([&](Db& db) {
      Threads threads(db, keys);
      tests::hire(db, keys, "lin", Role::counsellor);
      for (int i = 0; i < count; ++i) {
        const Thread thread{.id = random_id<ThreadId>(), .kind = "question", .label = std::to_string(i)};
        ids.push_back(threads.open(thread, "receipt" + std::to_string(i), "address").id);
      }
      for (int i = 0; i < 12 * count; ++i) {
        const auto thread = threads.find(ids.at(static_cast<std::size_t>(i * 7 % count))).value();
        threads.add(thread, {.author = "employee", .text = std::string(100 + i % 19 * 150, 'x')});
      }
    });
    return ids;
  }
  void note(const ThreadId& id) {
    const std::string where = " WHERE thread = x'" + id.hex() + "'";
    remains.note(file, "SELECT sealed_content FROM messages" + where);
    remains.note(file, "SELECT sealed_key FROM grants" + where);
    remains.note(file, "SELECT sealed_address FROM threads WHERE id = x'" + id.hex() + "'");
  }

  const config::testing::TempFolder folder;
  const std::filesystem::path file = folder.path() / "careline.db";
  const Keyring keys = tests::some_keys(3);
  std::optional<Writer> writer{std::in_place, file, keys};
  tests::Remains remains;
};

// With secure_delete alone, some of 3,000 messages stay behind in the middle of pages.
TEST_F(Scrub, NothingOfManyErasedThreadsIsLeft) {
  const auto ids = fill(250);
  for (std::size_t i = 0; i < ids.size(); i += 2) note(ids[i]);
  ASSERT_GT(remains.noted(), 100'000u);
  ASSERT_GT(remains.in(folder.path()), 100'000u);
  writer->run([&](Db& db) {
    for (std::size_t i = 0; i < ids.size(); i += 2) Threads(db, keys).erase(ids[i]);
  });
  writer->erase_soon();
  EXPECT_EQ(remains.after(folder.path(), 10), 0u);
  writer.reset();
  Db db(file, Db::Access::read);
  EXPECT_EQ(db.raw().execAndGet("PRAGMA integrity_check").getString(), "ok");
  EXPECT_TRUE(verify_guard(db, keys).empty());
  EXPECT_EQ(db.raw().execAndGet("SELECT count(*) FROM threads").getInt(), 125);
}

// A reader that stays holds the truncation up, and only as long as it stays.
TEST_F(Scrub, ALongReaderDelaysItOnly) {
  const auto ids = fill(2);
  note(ids[0]);
  Db reader(file, Db::Access::read);
  reader.exec("BEGIN");
  ASSERT_TRUE(reader.query("SELECT 1 FROM threads").step());
  writer->run([&](Db& db) { Threads(db, keys).erase(ids[0]); });
  writer->erase_soon();
  std::this_thread::sleep_for(std::chrono::milliseconds(2500));
  EXPECT_GT(remains.in(folder.path()), 0u) << "the reader still sees it";
  reader.exec("COMMIT");
  EXPECT_EQ(remains.after(folder.path(), 10), 0u);
}

// A process that was killed right after an erasure: the next one cleans up without being asked.
TEST_F(Scrub, WhatAKilledProcessLeftGoesWithTheNext) {
  fill(2);
  writer.reset();
  {
    Db killed(file, Db::Access::write);
    sqlite3_db_config(killed.raw().getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    killed.exec("INSERT INTO counters (name, value) VALUES ('killed', 1)");
  }
  const std::string wal = file.string() + "-wal";
  ASSERT_GT(std::filesystem::file_size(wal), 0u);
  writer.emplace(file, keys);
  for (int tenths = 50; tenths > 0 && std::filesystem::file_size(wal) > 0; --tenths)
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_EQ(std::filesystem::file_size(wal), 0u);
}

TEST(ScrubPage, ZeroesTheMiddleAndNothingElse) {
  std::vector<unsigned char> page(512, 7);
  page[0] = 13;              // a leaf of a table
  page[3] = 0, page[4] = 2;  // two cells
  page[5] = 1, page[6] = 0;  // which begin at 256
  EXPECT_TRUE(scrub(page.data(), page.size(), 0));
  for (std::size_t i = 7; i < page.size(); ++i) EXPECT_EQ(page[i], i >= 12 && i < 256 ? 0 : 7) << i;
  EXPECT_FALSE(scrub(page.data(), page.size(), 0)) << "clean already";
  page.assign(512, 7);  // no b-tree page
  EXPECT_FALSE(scrub(page.data(), page.size(), 0));
  EXPECT_EQ(page[100], 7);
}

}  // namespace
}  // namespace careline::store
