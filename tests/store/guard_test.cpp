// Each way to write to the database from outside shows, and ordinary work does not.
#include "store/guard.h"

#include <gtest/gtest.h>

#include "store/embedded.h"
#include "store/migrate.h"
#include "store/people.h"
#include "tests/store/intruder.h"
#include "tests/support/whole.h"

namespace careline::store {
namespace {

TEST(Guard, AnEditedStatusShows) {
  Intruded it;
  EXPECT_EQ(it.findings(), "");
  it.intrude("UPDATE threads SET closed = 1");
  EXPECT_EQ(it.findings(), "table_differs threads\n");
}

TEST(Guard, AnInsertedRowShows) {
  Intruded it;
  it.intrude("INSERT INTO members VALUES ('topic', x'01')");
  EXPECT_EQ(it.findings(), "table_differs members\n");
}

TEST(Guard, ADeletedRowShows) {
  Intruded it;
  it.intrude("DELETE FROM messages WHERE slot = 1");
  EXPECT_EQ(it.findings(), "table_differs messages\n");
}

TEST(Guard, TwoSwappedCiphertextsShow) {
  Intruded it;
  it.intrude(
      "CREATE TEMP TABLE t AS SELECT slot, sealed_content AS c FROM messages;"
      "UPDATE messages SET sealed_content = (SELECT c FROM t WHERE t.slot = 3 - messages.slot)");
  EXPECT_EQ(it.findings(), "table_differs messages\n");
}

TEST(Guard, ARolledBackTableShowsAlsoWithItsOldSums) {
  Intruded it;
  const auto old = it.copied("old.db");
  it.writer->run([&](Db& db) { Threads(db, it.keys).set_closed(it.thread, 1, 0); });
  const std::string attach = "ATTACH '" + old.string() + "' AS old;";
  it.intrude(attach + "UPDATE threads SET closed = (SELECT closed FROM old.threads)");
  EXPECT_EQ(it.findings(), "table_differs threads\n");
  it.writer->run([&](Db& db) { it.note(db, Action::opened); });  // the old sums are older than the trail
  it.intrude(attach + "DELETE FROM guard; INSERT INTO guard SELECT * FROM old.guard");
  EXPECT_NE(it.findings(), "");
  it.stop();
  EXPECT_NE(it.refusal(), "");
}

TEST(Guard, SumsThatTheIntruderCountsRightAreNotSealedByUs) {
  Intruded it;
  // The intruder saw the sums before and after one row came, so knows what to subtract when it goes again.
  const auto before = it.copied("before.db");
  const auto second = random_id<ThreadId>();
  it.writer->run(
      [&](Db& db) { Threads(db, it.keys).open({.id = second, .label = "A2"}, std::nullopt, std::nullopt); });
  it.intrude("ATTACH '" + before.string() + "' AS old; DELETE FROM threads WHERE label = 'A2';" +
             "DELETE FROM grants WHERE thread NOT IN (SELECT id FROM threads);" +
             "UPDATE guard SET sums = (SELECT sums FROM old.guard)");
  EXPECT_EQ(it.findings(), "seal_wrong guard\n");
  it.writer->run([&](Db& db) { it.note(db, Action::opened); });  // seals anew, but what we counted
  EXPECT_EQ(it.findings(), "table_differs grants\ntable_differs threads\n");
}

TEST(Guard, ADeletedGuardShowsAndIsNotMadeAnew) {
  Intruded it;
  it.stop();
  it.intrude("DELETE FROM guard");
  EXPECT_EQ(it.findings(), "guard_missing guard\n");
  EXPECT_NE(it.refusal(), "");
}

TEST(Guard, AForeignTriggerIsNotCarriedOutForAnybody) {
  Intruded it;
  it.intrude("CREATE TRIGGER t AFTER INSERT ON alerts BEGIN UPDATE threads SET severity = 0; END");
  EXPECT_THROW(it.writer->run([&](Db& db) { Threads(db, it.keys).raise(it.thread, 3, "k", "r", 0); }),
               std::runtime_error);
  EXPECT_EQ(it.findings(), "schema_changed sqlite_master\n");
  // Nothing else is taken in either: LINE hears 503, and the lifeline answers.
  EXPECT_THROW(it.writer->run([](Db& db) { db.query("DELETE FROM inbox").run(); }), std::runtime_error);
  it.stop();
  EXPECT_NE(it.refusal().find("schema_changed"), std::string::npos);
}

TEST(Guard, OrdinaryWritesOfEveryKindAreCounted) {
  Intruded it;
  const auto second = random_id<ThreadId>();
  it.writer->run([&](Db& db) {
    Threads threads(db, it.keys);
    threads.add(threads.open({.id = second, .label = "A2"}, std::nullopt, std::nullopt),
                {.author = "employee", .text = "three"});
    threads.raise(second, 2, "kind", "rules", 0);
    People people(db, it.keys);
    people.remember(people.find("U1"), 1);
    people.consented(people.id_of("U1"), "kind", "1", 0);
    people.consented(people.id_of("U1"), "kind", "1", 1);  // an upsert
    people.join("topic", people.id_of("U1"));
    db.query(
          "INSERT OR REPLACE INTO consents (person, kind, version, at) SELECT person, kind, version, 2 FROM "
          "consents")
        .run();
  });
  EXPECT_EQ(it.findings(), "");
  it.writer->run([&](Db& db) {
    Threads(db, it.keys).erase(second);  // takes its messages and alerts along
    People people(db, it.keys);
    people.leave("topic", people.id_of("U1"));
    people.sweep_states(5);
    people.forget(people.id_of("U1"));
  });
  EXPECT_EQ(it.findings(), "");
}

TEST(Guard, WhatIsRolledBackIsNotCounted) {
  Intruded it;
  EXPECT_THROW(it.writer->run([&](Db& db) {
    Threads(db, it.keys).erase(it.thread);
    throw std::runtime_error("no");
  }),
               std::runtime_error);
  EXPECT_EQ(it.findings(), "");
  it.writer->run([&](Db& db) {
    Threads(db, it.keys).set_closed(it.thread, 1, 0);
    db.query("SAVEPOINT turn").run();
    Threads(db, it.keys).erase(it.thread);
    db.query("ROLLBACK TO turn").run();
    db.query("RELEASE turn").run();
    // A statement that fails after its first row.
    EXPECT_THROW(db.query("INSERT INTO operators SELECT 'new' || (slot = 1), 'admin', '', 0 FROM messages "
                          "UNION ALL SELECT 'lin', 'admin', '', 0")
                     .run(),
                 std::exception);
  });
  EXPECT_EQ(it.findings(), "");
}

TEST(Guard, ARestartKeepsCounting) {
  Intruded it;
  it.stop();
  EXPECT_EQ(it.findings(), "");
  it.serve();
  it.writer->run([&](Db& db) { Threads(db, it.keys).set_closed(it.thread, 1, 0); });
  EXPECT_EQ(it.findings(), "");
  it.stop();
  it.intrude("VACUUM");
  EXPECT_EQ(it.findings(), "") << "pages that moved are no change";
  EXPECT_EQ(it.refusal(), "");
}

TEST(Guard, PagesMayBeMovedWhileItRuns) {
  Intruded it;
  it.intrude("VACUUM");
  it.writer->run([&](Db& db) { Threads(db, it.keys).set_closed(it.thread, 1, 0); });
  EXPECT_EQ(it.findings(), "");
}

TEST(Guard, AWholeConversationVerifies) {
  tests::Whole whole;
  whole.says("mei", "選單");
  whole.says("mei", "我想死");
  whole.says("mei", "1");
  const auto threads = whole.threads();
  ASSERT_FALSE(threads.empty());
  const flow::Actor& lin = whole.lin;
  EXPECT_TRUE(whole.desk->open(threads[0].id, lin));
  whole.desk->opened(threads[0].id, lin);
  EXPECT_TRUE(whole.desk->reply(threads[0].id, lin, "hello"));
  whole.settle();
  EXPECT_TRUE(whole.desk->close(threads[0].id, lin));
  whole.desk->post("", "a care message", {"wang", Role::admin, {}});
  whole.settle();

  const Keyring keys = tests::some_keys(7);
  Db db(whole.folder / "careline.db", Db::Access::read);
  const auto verified = verify(db, keys, {});
  EXPECT_TRUE(verified.findings.empty()) << code_of(verified.findings.at(0).fault);
  std::string actions;
  for (const auto& line : Audit(db, keys).lines({})) actions = line.action + " " + actions;
  EXPECT_EQ(actions, "opened acknowledged answered closed posted ");
}

// The migrations that a database of this age has, without a guard.
void make_older(Db& db, std::size_t schema) {
  for (std::size_t i = 0; i < schema; ++i) db.raw().exec(std::string(embedded()[i].second));
  db.raw().exec("PRAGMA user_version = " + std::to_string(schema));
}

TEST(Guard, AnOlderDatabaseStartsOneAtItsMigration) {
  const config::testing::TempFolder folder;
  const Keyring keys = tests::some_keys(7);
  Db db(folder.path() / "careline.db", Db::Access::write);
  make_older(db, 2);
  db.exec("INSERT INTO members VALUES ('topic', x'01', 0)");
  EXPECT_FALSE(has_guard(db));
  migrate(db, keys);
  EXPECT_TRUE(verify(db, keys, {}).findings.empty());
}

TEST(Guard, AMigrationDoesNotMakeForeignChangesOurs) {
  const config::testing::TempFolder folder;
  const Keyring keys = tests::some_keys(7);
  Db db(folder.path() / "careline.db", Db::Access::write);
  migrate(db, keys);
  db.exec("INSERT INTO members VALUES ('topic', x'01')");  // not through the guard
  db.raw().exec("PRAGMA user_version = 2");
  EXPECT_NE(config::testing::refusal<std::runtime_error>([&] { migrate(db, keys); }).find("outside"),
            std::string::npos);
}

}  // namespace
}  // namespace careline::store
