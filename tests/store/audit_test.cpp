// The audit trail: its order, its heads and anchors, and each way to change it from outside.
#include "store/audit.h"

#include <gtest/gtest.h>

#include "tests/store/intruder.h"

namespace careline::store {
namespace {

constexpr const char* kFree =
    "DROP TRIGGER audit_is_not_changed; DROP TRIGGER audit_is_not_cut;"
    "DROP TRIGGER audit_heads_are_not_changed; DROP TRIGGER audit_heads_are_not_cut;";

bool holds(const std::string& text, const std::string& line) {
  return text.find(line + "\n") != std::string::npos;
}

TEST(Audit, SaysWhoDidWhatNewestFirstAndInPages) {
  Intruded it;
  it.writer->run([&](Db& db) {
    Audit audit(db, it.keys);
    audit.note({5, "wang", "admin", Action::posted});
    const auto first = audit.lines({.limit = 2});
    ASSERT_EQ(first.size(), 2u);
    EXPECT_EQ(first[0].who + " " + first[0].role + " " + first[0].action, "wang admin posted");
    EXPECT_EQ(first[0].object, "");
    EXPECT_EQ(first[1].action, "closed");
    EXPECT_EQ(first[1].object, it.thread.hex());
    const auto older = audit.lines({.who = "lin", .before = first[1].seq});
    ASSERT_EQ(older.size(), 2u);
    EXPECT_EQ(older[0].action, "answered");
    EXPECT_EQ(older[1].seq, 1);
    EXPECT_TRUE(audit.lines({.who = "nobody"}).empty());
  });
  EXPECT_EQ(it.findings(), "");
}

TEST(Audit, SignsAHeadEveryHourAndEveryThousandLines) {
  Intruded it;
  const auto heads = [&] {
    std::string all;
    it.writer->run([&](Db& db) {
      auto q = db.query("SELECT seq FROM audit_heads ORDER BY seq");
      while (q.step()) all += std::to_string(q.integer(0)) + " ";
    });
    return all;
  };
  EXPECT_EQ(heads(), "1 ");
  it.writer->run([&](Db& db) { it.note(db, Action::opened, 1'000 + 60 * 60'000); });
  EXPECT_EQ(heads(), "1 4 ");
  it.writer->run([&](Db& db) {
    for (int seq = 5; seq <= 1'001; ++seq) it.note(db, Action::opened, 1'001 + 60 * 60'000);
  });
  EXPECT_EQ(heads(), "1 4 1000 ");
  EXPECT_EQ(it.findings(), "");
}

TEST(Audit, ALineThatIsNotCommittedIsNotInTheChain) {
  Intruded it;
  EXPECT_THROW(it.writer->run([&](Db& db) {
    it.note(db, Action::exported);
    throw std::runtime_error("the export failed");
  }),
               std::runtime_error);
  it.writer->run([&](Db& db) {
    it.note(db, Action::opened);
    EXPECT_EQ(Audit(db, it.keys).end().seq, 4);
  });
  EXPECT_EQ(it.findings(), "");
}

TEST(Audit, RefusesChangesInTheDatabaseItself) {
  Intruded it;
  EXPECT_THROW(it.intrude("UPDATE audit SET who = 'chen'"), std::exception);
  EXPECT_THROW(it.intrude("DELETE FROM audit WHERE seq = 2"), std::exception);
  EXPECT_THROW(it.intrude("DELETE FROM audit_heads"), std::exception);
}

TEST(Audit, AChangedLineShows) {
  Intruded it;
  it.intrude(std::string(kFree) + "UPDATE audit SET who = 'chen' WHERE seq = 2");
  EXPECT_TRUE(holds(it.findings(), "line_differs audit 2"));
  EXPECT_TRUE(holds(it.findings(), "table_differs audit"));
}

TEST(Audit, ADeletedLineShows) {
  Intruded it;
  it.intrude(std::string(kFree) + "DELETE FROM audit WHERE seq = 2");
  EXPECT_TRUE(holds(it.findings(), "line_missing audit 3"));
}

TEST(Audit, ADeletedLineShowsAlsoWhenTheOthersMoveUp) {
  Intruded it;
  it.intrude(
      "DROP TRIGGER audit_is_not_changed; DROP TRIGGER audit_is_not_cut;"
      "DELETE FROM audit WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3;");
  EXPECT_TRUE(holds(it.findings(), "line_differs audit 2"));
}

TEST(Audit, ACutEndShowsAtOnceAtTheNextStart) {
  Intruded it;
  it.stop();
  it.intrude("PRAGMA writable_schema=ON; DELETE FROM sqlite_master WHERE name = 'audit_is_not_cut'");
  it.intrude("DELETE FROM audit WHERE seq = 3");
  EXPECT_TRUE(holds(it.findings(), "audit_end_differs audit 2"));
  EXPECT_NE(it.refusal(), "");
}

TEST(Audit, ACutEndShowsAlsoWhenTheTrailGoesOn) {
  Intruded it;
  std::string trigger;
  it.writer->run([&](Db& db) {
    auto q = db.query("SELECT sql FROM sqlite_master WHERE name = 'audit_is_not_cut'");
    q.step();
    trigger = q.text(0);
  });
  it.intrude("DROP TRIGGER audit_is_not_cut; DELETE FROM audit WHERE seq = 3; " + trigger);
  it.writer->run([&](Db& db) { it.note(db, Action::opened); });  // becomes line 3, rightly chained
  EXPECT_EQ(it.findings(), "table_differs audit\n");
}

TEST(Audit, AnInventedLineAndAnInventedHeadShow) {
  Intruded it;
  it.intrude("INSERT INTO audit VALUES (4, 1, 'lin', 'counsellor', 'opened', NULL, 'done', zeroblob(32))");
  it.intrude("INSERT INTO audit_heads VALUES (2, zeroblob(32), 1, zeroblob(64))");
  const auto found = it.findings();
  EXPECT_TRUE(holds(found, "line_differs audit 4"));
  EXPECT_TRUE(holds(found, "head_differs audit_heads 2"));
  EXPECT_TRUE(holds(found, "audit_end_differs audit 4"));
}

TEST(Audit, AWholeOldCopyOfTheFileIsFoundByAnAnchor) {
  Intruded it;
  const auto old = it.copied("old.db");
  const auto early = it.anchor();
  it.writer->run([&](Db& db) { it.note(db, Action::exported); });
  const auto late = it.anchor();
  EXPECT_EQ(it.findings({early, late}), "");
  it.stop();
  std::filesystem::remove(it.file());
  std::filesystem::rename(old, it.file());
  EXPECT_EQ(it.refusal(), "") << "an old copy is consistent in itself";
  EXPECT_EQ(it.findings({early}), "");
  EXPECT_EQ(it.findings({early, late}), "anchor_newer anchor 2\n");
  it.serve();
  it.writer->run([&](Db& db) { it.note(db, Action::searched); });
  EXPECT_EQ(it.findings({early, late}), "anchor_differs anchor 2\n") << "another line where that one stood";
}

TEST(Audit, AnchorsThatAreNotOurs) {
  Intruded it;
  auto forged = it.anchor();
  forged[20] = forged[20] == '1' ? '2' : '1';  // the number of lines
  const Keyring others = tests::some_keys(8);
  const auto foreign = anchor_line({3, std::string(32, 'x')}, 0, others);
  EXPECT_EQ(it.findings({"", "hello", forged, foreign, it.anchor()}),
            "anchor_unreadable anchor 1\nanchor_unreadable anchor 2\nanchor_unreadable anchor 3\n"
            "anchor_foreign anchor 4\n");
}

TEST(Audit, AnAnchorMayBeTakenBeforeTheFirstLine) {
  Intruded it;
  Db empty(it.folder.path() / "empty.db", Db::Access::write);
  empty.exec("CREATE TABLE audit (seq INTEGER PRIMARY KEY, hash BLOB)");
  const auto anchor = anchor_line(Audit(empty, it.keys).end(), 0, it.keys);
  EXPECT_EQ(anchor.rfind("careline-anchor v1 0 0000", 0), 0u);
  EXPECT_EQ(it.findings({anchor}), "");
}

}  // namespace
}  // namespace careline::store
