// Backups of a Careline that runs: what is in them, what is not, and everything that must stop a restore.
#include "store/backup.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

#include "store/disk.h"
#include "store/migrate.h"
#include "store/operators.h"
#include "store/restore.h"
#include "tests/config/temp_folder.h"
#include "tests/support/staff.h"
#include "tests/support/whole.h"

namespace careline::store {
namespace {
namespace fs = std::filesystem;
using config::testing::refusal;
using config::testing::TempFolder;
using Strings = std::vector<std::string>;

constexpr std::int64_t kNow = 1'795'485'600'000, kDay = std::int64_t{24} * 3600 * 1000;
constexpr const char* kQuestion = "最近換了新的業務，不知道怎麼開口說做不完。";

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void nothing_shown(std::string_view, std::uintmax_t, std::uintmax_t) {}

Strings column(const fs::path& file, const std::string& sql) {
  Db db(file, Db::Access::read);
  SQLite::Statement q(db.raw(), sql);
  Strings found;
  while (q.executeStep()) found.push_back(q.getColumn(0).getString());
  return found;
}

// Every row of a table as text.
Strings rows_of(const fs::path& file, const std::string& table) {
  const auto columns = column(file,
                              "SELECT 'quote(' || group_concat(name, ') || '','' || quote(') || ')' "
                              "FROM pragma_table_info('" +
                                  table + "')");
  auto rows = column(file, "SELECT " + columns.at(0) + " FROM " + table);
  std::sort(rows.begin(), rows.end());
  return rows;
}

std::int64_t number(const fs::path& file, const std::string& sql) {
  Db db(file, Db::Access::read);
  return db.raw().execAndGet(sql).getInt64();
}

bool no_trace(const fs::path& folder) {
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().filename() != "work.lock") return false;
  return true;
}

class Backup : public ::testing::Test {
 protected:
  // A conversation that is over, one in its middle, an answer that LINE does not take, an operator.
  void SetUp() override {
    for (const char* said : {"匿名提問", "工作安排", kQuestion, "寫好了", "要通知", "送出"})
      whole.says("amy", said);
    for (const char* said : {"匿名提問", "寫到一半"}) whole.says("ben", said);
    whole.line = [](const tests::Heard&) { return flow::Answer{flow::Answer::Kind::status, 500}; };
    whole.desk->reply(whole.threads().at(0).id, whole.lin, "謝謝您寫下來。");
    whole.settle();
    Db db(live, Db::Access::write);
    db.exec(
        "INSERT INTO inbox (request, received_at, parked, sealed_event) VALUES (1, 1, 1, randomblob(20000))");
  }

  BackupMade make(std::int64_t at = kNow, const Progress& progress = nothing_shown) {
    return make_backup({live, target.path(), key.recipient(), at}, root, progress);
  }
  Restored restore(const BackupMade& made) { return restore(made.content, made.keys, root); }
  Restored restore(const fs::path& content, const fs::path& keys, const Keyring& with) {
    return restore_backup({content, keys, restored}, key, with, nothing_shown);
  }
  std::string refused(const BackupMade& made) {
    return refusal<std::exception>([&] { restore(made); });
  }
  // Sealed values of what no backup may hold.
  Strings working_data() const {
    Strings found = column(live, "SELECT sealed_event FROM inbox");
    for (const char* sql :
         {"SELECT sealed_state FROM people WHERE sealed_state IS NOT NULL",
          "SELECT sealed_body FROM outbox WHERE sealed_body IS NOT NULL", "SELECT event FROM seen"})
      for (const auto& value : column(live, sql)) found.push_back(value);
    return found;
  }

  tests::Whole whole;
  TempFolder target, elsewhere;
  BackupKey key = BackupKey::make();
  Keyring root = tests::some_keys(7);
  fs::path live = whole.folder / "careline.db", restored = elsewhere.path() / "careline.db";
};

TEST_F(Backup, OfARunningCarelineIsRestoredElsewhereRowByRow) {
  const auto made = make();
  EXPECT_EQ(made.content.filename(), "careline-20261124-020000.content.clb");
  EXPECT_EQ(made.keys.filename(), "careline-20261124-020000.keys.clb");
  const auto result = restore(made);

  EXPECT_EQ(result.content_at, kNow);
  EXPECT_EQ(result.rows, made.rows);
  for (const std::string table :
       {"threads", "counters", "alerts", "consents", "notices_shown", "members", "operators"})
    EXPECT_EQ(rows_of(restored, table), rows_of(live, table)) << table;
  for (const std::string sql : {"SELECT hex(person) || hex(sealed_address) FROM people",
                                "SELECT hex(id) || author || hex(sealed_content) FROM messages"})
    EXPECT_EQ(column(restored, sql), column(live, sql));
  for (const std::string table : {"inbox", "outbox", "seen", "unsent"}) {
    EXPECT_EQ(rows_of(restored, table), Strings{}) << table;
  }
  EXPECT_EQ(number(restored, "SELECT count(*) FROM people WHERE sealed_state IS NOT NULL OR state_day <> 0"),
            0);
  EXPECT_FALSE(rows_of(live, "outbox").empty());
  EXPECT_EQ(number(restored, "PRAGMA user_version"), newest_schema());
  EXPECT_EQ(fs::status(restored).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_FALSE(fs::exists(whole.folder / "work"));
  EXPECT_FALSE(fs::exists(elsewhere.path() / "work"));
}

TEST_F(Backup, AnAnswerThatNobodyWillSendIsMarkedAsFailed) {
  EXPECT_EQ(number(live, "SELECT count(*) FROM messages WHERE delivery = 'waiting'"), 1);
  restore(make());
  EXPECT_EQ(
      number(restored, "SELECT count(*) FROM messages WHERE delivery = 'failed' AND failure = 'restored'"),
      1);
  EXPECT_EQ(number(restored, "SELECT count(*) FROM messages WHERE delivery = 'waiting'"), 0);
}

TEST_F(Backup, IsOneMomentWhileMessagesComeIn) {
  whole.line = [](const tests::Heard&) { return flow::Answer{flow::Answer::Kind::status, 200}; };
  std::vector<BackupMade> made;
  std::thread beside([&] {
    for (std::int64_t second = 0; second < 5; ++second) made.push_back(make(kNow + second * 1000));
  });
  for (int i = 0; i < 40; ++i) whole.says("cat", "訊息" + std::to_string(i));
  beside.join();
  ASSERT_EQ(made.size(), 5u);
  for (const auto& one : made) {
    EXPECT_GT(restore(one).rows, 0);
    fs::remove(restored);
  }
}

TEST_F(Backup, HoldsNothingReadableAndNoWorkingData) {
  Strings secrets = {kQuestion, "工作安排",    "寫到一半", "謝謝您寫下來", tests::Whole::line_id("amy"),
                     "lin",     "CREATE TABLE"};
  for (const auto& sealed : column(live, "SELECT sealed_address FROM people")) secrets.push_back(sealed);
  const auto working = working_data();
  ASSERT_GE(working.size(), 6u);
  const auto operators = column(live, "SELECT password FROM operators");
  bool looked = false;
  const auto made = make(kNow, [&](std::string_view what, std::uintmax_t, std::uintmax_t) {
    if (what != "content") return;
    looked = true;
    const fs::path work = whole.folder / "work";
    EXPECT_FALSE(fs::exists(work / "snapshot.db"));
    EXPECT_EQ(number(work / "content.db", "PRAGMA freelist_count"), 0);
    const std::string content = bytes_of(work / "content.db"), keys = bytes_of(work / "keys.db");
    for (const auto& sealed : working) EXPECT_EQ((content + keys).find(sealed), std::string::npos);
    EXPECT_EQ(content.find(operators.at(0)), std::string::npos);
    EXPECT_NE(keys.find(operators.at(0)), std::string::npos);
    EXPECT_EQ((content + keys).find(kQuestion), std::string::npos);
    EXPECT_EQ(fs::status(work / "content.db").permissions(), fs::perms::owner_read | fs::perms::owner_write);
  });
  EXPECT_TRUE(looked);
  for (const auto& file : {made.content, made.keys}) {
    const std::string bytes = bytes_of(file);
    for (const auto& list : {secrets, working})
      for (const auto& secret : list) EXPECT_EQ(bytes.find(secret), std::string::npos);
    EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  }
}

TEST_F(Backup, ThatIsCutShortAnywhereIsRefused) {
  const auto made = make();
  for (const auto& file : {made.content, made.keys}) {
    const std::string whole_file = bytes_of(file);
    const std::size_t first_piece = 146 + 8192 + 17;
    for (const std::size_t length :
         {std::size_t{0}, std::size_t{7}, std::size_t{42}, std::size_t{145}, std::size_t{146},
          std::size_t{160}, first_piece, first_piece + 1, first_piece + 65536 + 17, whole_file.size() - 17,
          whole_file.size() - 1}) {
      if (length >= whole_file.size()) continue;
      fs::remove(file);
      target.write(file.filename().string(), whole_file.substr(0, length));
      EXPECT_NE(refused(made).find("nothing was restored"), std::string::npos) << length;
      EXPECT_TRUE(no_trace(elsewhere.path())) << length;
    }
    target.write(file.filename().string(), whole_file + "x");
    EXPECT_NE(refused(made).find("is damaged"), std::string::npos);
    target.write(file.filename().string(), whole_file);
  }
  EXPECT_EQ(refused(made), "");
}

TEST_F(Backup, WithOneBitTurnedAnywhereIsRefused) {
  const auto made = make();
  for (const auto& file : {made.content, made.keys}) {
    const std::string whole_file = bytes_of(file);
    for (std::size_t at = 0; at < whole_file.size(); at += at < 200 ? 1 : 4099) {
      std::string turned = whole_file;
      turned[at] = static_cast<char>(turned[at] ^ 4);
      target.write(file.filename().string(), turned);
      EXPECT_NE(refused(made), "") << at;
      EXPECT_TRUE(no_trace(elsewhere.path())) << at;
    }
    target.write(file.filename().string(), whole_file);
  }
  EXPECT_EQ(refused(made), "");
}

TEST_F(Backup, OpensWithItsOwnTwoKeysOnly) {
  const auto made = make();
  const auto another = BackupKey::make();
  const std::string wrong_key = refusal<std::exception>(
      [&] { restore_backup({made.content, made.keys, restored}, another, root, nothing_shown); });
  EXPECT_NE(wrong_key.find("was made for another backup key, " + key.recipient().text()), std::string::npos);
  const std::string wrong_root =
      refusal<std::exception>([&] { restore(made.content, made.keys, tests::some_keys(8)); });
  EXPECT_NE(wrong_root.find("was not made with this root.key"), std::string::npos);
  EXPECT_TRUE(no_trace(elsewhere.path()));
}

TEST_F(Backup, NeedsBothFilesEachInItsPlace) {
  const auto made = make();
  EXPECT_NE(refused({made.keys, made.content}).find("is not a content file"), std::string::npos);
  EXPECT_NE(refused({made.content, made.content}).find("is not a keys file"), std::string::npos);
  fs::remove(made.keys);
  EXPECT_NE(refused(made).find(".keys.clb is not there"), std::string::npos);
  EXPECT_TRUE(no_trace(elsewhere.path()));
}

TEST_F(Backup, IsRestoredIntoAnEmptyPlaceOnly) {
  const auto made = make();
  for (const char* name : {"careline.db", "careline.db-wal"}) {
    const auto there = elsewhere.write(name, "somebody's data");
    EXPECT_NE(refused(made).find("is already there"), std::string::npos);
    EXPECT_EQ(bytes_of(there), "somebody's data");
    fs::remove(there);
  }
}

TEST_F(Backup, TakesNewerKeysSoThatDestroyedOnesStayDestroyed) {
  const auto before = make(kNow);
  {
    Db db(live, Db::Access::write);
    db.exec("DELETE FROM operators");
  }
  const auto after = make(kNow + 2000);
  restore(before.content, after.keys, root);
  EXPECT_EQ(number(restored, "SELECT count(*) FROM operators"), 0);
  fs::remove(restored);
  EXPECT_NE(refused({after.content, before.keys}).find("the keys file is older"), std::string::npos);
  EXPECT_TRUE(no_trace(elsewhere.path()));
}

// Erased today; the content still stands in yesterday's backup. A case has one more lock than its thread's
// key: an answer that waits to be fetched opens with root.key.
TEST_F(Backup, WhatWasErasedSinceOpensInNoOldContent) {
  const auto question = whole.threads().at(0);
  whole.line = [](const tests::Heard&) { return flow::Answer{flow::Answer::Kind::status, 200}; };
  const auto thread = whole.apply("cat", "睡得不太好");
  whole.desk->reply(thread.id, whole.lin, "週三下午可以嗎？");
  const auto yesterday = make(kNow);
  whole.with([&](Db& db) {
    Threads threads(db, root);
    ASSERT_EQ(threads.answers(thread, "").size(), 1u) << "before, the answer waits";
    threads.erase(thread.id);
    threads.erase(question.id);
  });
  const auto today = make(kNow + 86'400'000);
  restore(yesterday.content, today.keys, root);
  Db db(restored, Db::Access::scratch);
  Threads threads(db, root);
  for (const auto& id : {thread.id, question.id}) {
    const auto keys_of_lin = Grants(db, root).open(id, whole.lin.reader());
    const auto there = threads.messages(id, keys_of_lin);
    EXPECT_GE(there.size(), 2u);
    for (const auto& message : there) EXPECT_FALSE(message.readable);
    EXPECT_FALSE(threads.return_address(id, keys_of_lin));
  }
  EXPECT_TRUE(threads.answers(*threads.find(thread.id), "").empty());
  EXPECT_EQ(number(restored, "SELECT count(*) FROM grants"), 0);
}

TEST_F(Backup, DropsNewerKeysOfContentThatIsNotThere) {
  const fs::path content_db = target.path() / "c.db", keys_db = target.path() / "k.db";
  BackupHeader content{.kind = BackupHeader::Kind::content,
                       .snapshot = random_id<SnapshotId>(),
                       .schema = newest_schema(),
                       .made_at = kNow};
  BackupHeader of_keys{.kind = BackupHeader::Kind::keys,
                       .snapshot = random_id<SnapshotId>(),
                       .schema = newest_schema(),
                       .made_at = kNow + 1};
  for (auto* header : {&content, &of_keys}) {
    const bool is_keys = header == &of_keys;
    Db db(is_keys ? keys_db : content_db, Db::Access::scratch);
    if (!is_keys) migrate(db, root);
    db.raw().exec("PRAGMA user_version = " + std::to_string(newest_schema()));
    if (is_keys)
      db.exec(
          "CREATE TABLE grants (thread BLOB, operator TEXT, epoch INTEGER, sealed_key BLOB, mark BLOB) "
          "STRICT; "
          "INSERT INTO grants VALUES (x'01', 'lin', 1, x'aa', x''), (x'02', 'lin', 1, x'bb', x'')");
    if (!is_keys)
      db.exec(
          "INSERT INTO threads (id, kind, label, opened_at, due_at, active_at) VALUES (x'01', 'question', "
          "'A1', 0, 0, 0)");
    header->rows = rows_by_table(db);
    write_backup_file(is_keys ? keys_db : content_db, *header, key.recipient(), root,
                      target.path() / (is_keys ? "k" : "c"), nothing_shown);
  }
  restore(target.path() / "c", target.path() / "k", root);
  EXPECT_EQ(column(restored, "SELECT hex(thread) || hex(sealed_key) FROM grants"), Strings{"01AA"});
}

TEST_F(Backup, DeletesKeysFilesOverThirtyDaysOldAndNoContent) {
  const auto first = make(kNow), second = make(kNow + 2 * kDay);
  target.write("careline-notes.keys.clb", "not ours");
  const auto third = make(kNow + 30 * kDay + 60'000);
  EXPECT_EQ(third.deleted, std::vector{first.keys});
  EXPECT_FALSE(fs::exists(first.keys));
  EXPECT_TRUE(fs::exists(second.keys));
  EXPECT_TRUE(fs::exists(third.keys));
  EXPECT_TRUE(fs::exists(target.path() / "careline-notes.keys.clb"));
  for (const auto& made : {first, second, third}) EXPECT_TRUE(fs::exists(made.content));
  // The old content lives with newer keys.
  EXPECT_GT(restore(first.content, third.keys, root).rows, 0);
}

// Runs work in a process of its own; how it ended.
int in_a_child(const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      work();
    } catch (const std::exception&) {
      ::_exit(1);
    }
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

std::size_t count_like(const fs::path& folder, std::string_view ending) {
  std::size_t found = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.size() >= ending.size() && name.compare(name.size() - ending.size(), ending.size(), ending) == 0)
      ++found;
  }
  return found;
}

TEST_F(Backup, KilledAtAnyStepLeavesNothingThatLooksLikeOne) {
  int step = 0, status = 0;
  do {
    ++step;
    status = in_a_child([&] {
      make(kNow, [left = step](std::string_view, std::uintmax_t, std::uintmax_t) mutable {
        if (--left == 0) ::raise(SIGKILL);
      });
    });
    if (status != 0) {
      EXPECT_EQ(count_like(target.path(), ".clb"), 0u) << step;
    }
  } while (status != 0 && step < 100);
  EXPECT_GE(step, 4);
  EXPECT_EQ(count_like(target.path(), ".content.clb"), 1u);
  EXPECT_EQ(count_like(target.path(), ".part"), 0u);  // what the killed ones left is gone
  EXPECT_FALSE(fs::exists(whole.folder / "work"));
}

TEST_F(Backup, KilledRestoreLeavesNoDatabase) {
  const auto made = make();
  int step = 0, status = 0;
  do {
    ++step;
    status = in_a_child([&] {
      restore_backup({made.content, made.keys, restored}, key, root,
                     [left = step](std::string_view, std::uintmax_t, std::uintmax_t) mutable {
                       if (--left == 0) ::raise(SIGKILL);
                     });
    });
    if (status != 0) {
      EXPECT_FALSE(fs::exists(restored)) << step;
    }
  } while (status != 0 && step < 100);
  EXPECT_GE(step, 4);
  EXPECT_TRUE(fs::exists(restored));
}

TEST_F(Backup, ThatCannotBeWrittenToItsEndLeavesNothing) {
  const auto size = fs::file_size(live);
  for (const auto room : {std::uintmax_t{4096}, size / 2, size}) {
    const int status = in_a_child([&] {
      std::signal(SIGXFSZ, SIG_IGN);
      const rlimit most{room, room};
      ::setrlimit(RLIMIT_FSIZE, &most);
      make();
    });
    EXPECT_EQ(WEXITSTATUS(status), 1) << room;
    EXPECT_EQ(count_like(target.path(), ".clb"), 0u);
    EXPECT_EQ(count_like(target.path(), ".part"), 0u);
    EXPECT_FALSE(fs::exists(whole.folder / "work"));
  }
}

TEST_F(Backup, AsksForSpaceBeforeItStarts) {
  EXPECT_NO_THROW(require_space(target.path(), 1));
  EXPECT_NE(refusal<std::runtime_error>([&] {
              require_space(target.path(), std::uintmax_t{1} << 60);
            }).find("there is too little space in "),
            std::string::npos);
}

TEST_F(Backup, NeedsItsDirectoryAndTheWorkFolderForItself) {
  EXPECT_NE(refusal<std::runtime_error>([&] {
              make_backup({live, target.path() / "unmounted", key.recipient(), kNow}, root, nothing_shown);
            }).find("is not there: make it, or mount its disk"),
            std::string::npos);
  const auto another = WorkFolder::take(whole.folder);
  EXPECT_EQ(refusal<std::runtime_error>([&] { make(); }), "another backup is being made");
}

TEST(BackupKeyText, ComesBackAndFindsATypingError) {
  const auto key = BackupKey::make();
  const std::string text = key.recipient().text(), secret = key.text();
  EXPECT_EQ(BackupRecipient::parse(text), key.recipient());
  EXPECT_EQ(BackupKey::parse(" " + secret + "\n")->recipient(), key.recipient());
  EXPECT_FALSE(BackupRecipient::parse(secret).has_value());
  EXPECT_FALSE(BackupKey::parse(text).has_value());
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string mistyped = text;
    mistyped[at] = mistyped[at] == 'a' ? 'b' : 'a';
    EXPECT_FALSE(BackupRecipient::parse(mistyped).has_value()) << at;
    EXPECT_FALSE(BackupRecipient::parse(text.substr(0, at)).has_value()) << at;
  }
}

}  // namespace
}  // namespace careline::store
