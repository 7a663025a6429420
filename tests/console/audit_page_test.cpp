// The auditor sees who did what and nothing of anybody who wrote, verifies, and carries heads and lists off.
#include <gtest/gtest.h>

#include "bot/console/audit_views.h"
#include "tests/console/rig.h"

namespace careline::console {
namespace {

class AuditPage : public ::testing::Test {
 protected:
  AuditPage() {
    rig.writer.run([&](store::Db& db) { tests::hire(db, rig.keys, "mei", Role::auditor); });
    thread = rig.open("case", "A1");
    rig.write(thread, {.author = "employee", .text = "words of the employee"});
    Visitor(rig, "lin").get("/threads/" + thread.hex());
  }
  std::string verified_page(Visitor& visitor) {
    for (int tries = 0; tries < 500; ++tries) {
      const auto part = visitor.get("/audit/verification").body;
      if (!holds(part, "<progress")) return part;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return "";
  }

  Rig rig;
  ThreadId thread;
};

TEST_F(AuditPage, SaysWhoDidWhatAndNeverWhereOrWhatWasSaid) {
  Visitor mei(rig, "mei");
  EXPECT_TRUE(holds(mei.get("/").head, "Location: /audit"));
  const auto page = mei.get("/audit").body;
  EXPECT_TRUE(holds(
      page, "<td>lin</td><td>諮商人員</td><td>開啟內容</td><td>#" + thread.hex().substr(0, 8) + "</td>"))
      << page;
  EXPECT_FALSE(holds(page, thread.hex())) << "no way into the thread";
  EXPECT_FALSE(holds(page, "A1"));
  EXPECT_FALSE(holds(page, "words of"));
}

TEST_F(AuditPage, FindsByDayPersonAndAction) {
  Visitor mei(rig, "mei");
  const auto go = [&](const nlohmann::json& filter) {
    return nlohmann::json::parse(mei.post("/audit/find", filter).body)["go"].get<std::string>();
  };
  EXPECT_EQ(go({{"day", ""}, {"who", ""}, {"action", ""}}), "/audit");
  EXPECT_EQ(go({{"who", "a&b"}}), "/audit?who=a%26b");
  const auto rows = [&](const std::string& address) {
    const auto body = mei.get(address).body;
    return std::pair(holds(body, "<td>lin</td>"), holds(body, "<td>mei</td>"));
  };
  EXPECT_EQ(rows(go({{"who", "lin"}})), std::pair(true, false));
  EXPECT_EQ(rows(go({{"who", "mei"}})), std::pair(false, true));
  EXPECT_EQ(rows(go({{"action", "opened"}})), std::pair(true, false));
  EXPECT_EQ(rows(go({{"day", "2026-11-24"}})), std::pair(true, true));
  EXPECT_EQ(rows(go({{"day", "2026-11-23"}})), std::pair(false, false));
  EXPECT_TRUE(holds(mei.get(go({{"day", "soon"}})).body, "日期不正確"));
}

TEST_F(AuditPage, LeadsToOlderLines) {
  rig.writer.run([&](store::Db& db) {
    for (int i = 0; i < 60; ++i)
      store::Audit(db, rig.keys).note({rig.now, "old", "counsellor", store::Action::opened});
    for (int i = 0; i < 50; ++i)
      store::Audit(db, rig.keys).note({rig.now, "new", "counsellor", store::Action::opened});
  });
  Visitor mei(rig, "mei");
  const auto first = mei.get("/audit?action=opened").body;
  EXPECT_FALSE(holds(first, "<td>old</td>"));
  const auto at = first.find("/audit?action=opened&amp;before=");
  ASSERT_NE(at, std::string::npos);
  const auto number = first.substr(at + 32, first.find('"', at) - at - 32);
  EXPECT_TRUE(holds(mei.get("/audit?action=opened&before=" + number).body, "<td>old</td>"));
}

TEST_F(AuditPage, VerifiesInTheBackgroundAndSaysWhatWasChanged) {
  Visitor mei(rig, "mei");
  EXPECT_EQ(mei.post("/audit/verify", {{"anchors", "no anchor"}}).status, 200);
  EXPECT_TRUE(holds(verified_page(mei), "這一行不是錨點"));
  EXPECT_EQ(mei.post("/audit/verify").status, 200);
  EXPECT_TRUE(holds(verified_page(mei), "都沒有被外部改動"));
  EXPECT_TRUE(holds(mei.get("/audit?action=verified").body, "發現問題")) << "itself an audit line";
  SQLite::Database outside(rig.database().string(), SQLite::OPEN_READWRITE, 5000);
  outside.exec("UPDATE threads SET severity = 3");
  EXPECT_EQ(mei.post("/audit/verify").status, 200);
  EXPECT_TRUE(holds(verified_page(mei), "<code>threads</code>"));
}

TEST_F(AuditPage, TheHeadToCarryOffFitsTheTrail) {
  Visitor mei(rig, "mei");
  const auto file = mei.get("/audit/anchor");
  EXPECT_TRUE(holds(file.head, "attachment; filename=\"careline-anchor-"));
  EXPECT_EQ(file.body.rfind("careline-anchor v1 ", 0), 0u);
  EXPECT_TRUE(holds(mei.get("/audit").body, "careline-anchor v1 "));
  mei.post("/audit/verify", {{"anchors", file.body}});
  EXPECT_TRUE(holds(verified_page(mei), "都沒有被外部改動"));
}

TEST_F(AuditPage, IsCarriedOffOnlyAfterPasswordAndCodeAndNoted) {
  Visitor mei(rig, "mei");
  EXPECT_EQ(mei.post("/audit/export").status, 428);
  EXPECT_EQ(mei.get("/audit/file").status, 303);
  EXPECT_FALSE(holds(mei.get("/audit?action=exported").body, "<td>匯出</td>"));
  mei.step_up("mei");
  EXPECT_TRUE(holds(mei.post("/audit/export", {{"who", "lin"}}).body, "/audit/file?who=lin"));
  const auto file = mei.get("/audit/file?who=lin");
  EXPECT_TRUE(holds(file.head, "text/csv"));
  EXPECT_EQ(file.body.rfind("\xef\xbb\xbf\"序號\",\"時間\"", 0), 0u) << file.body;
  EXPECT_TRUE(holds(file.body, "\"開啟內容\",\"#" + thread.hex().substr(0, 8) + "\""));
  EXPECT_FALSE(holds(file.body, thread.hex()));
  EXPECT_FALSE(holds(file.body, "\"mei\""));
  EXPECT_TRUE(holds(mei.get("/audit?action=exported").body, "<td>匯出</td>"));
}

TEST_F(AuditPage, EverybodySeesTheirOwnActionsAndNobodyElses) {
  Visitor lin(rig, "lin"), mei(rig, "mei");
  const auto mine = lin.get("/me/actions?who=mei").body;
  EXPECT_TRUE(holds(mine, "<td>開啟內容</td>"));
  EXPECT_FALSE(holds(mine, "<td>mei</td>"));
  EXPECT_EQ(lin.get("/audit").status, 404);
}

TEST(AuditCsv, ASpreadsheetRunsNothing) {
  const auto line =
      csv_lines(config::Phrases::built_in(), {{1, 0, "=1+1\"x", "unknown", "opened", "", "done"}});
  EXPECT_TRUE(holds(line, "\"'=1+1\"\"x\"")) << line;
}

TEST(AuditWords, EachActionAndFindingHasOne) {
  const auto& phrases = config::Phrases::built_in();
  EXPECT_EQ(actions_view(phrases, "opened").size(), static_cast<std::size_t>(store::kLastAction) + 1);
  for (int i = 0; i <= static_cast<int>(store::Fault::anchor_differs); ++i)
    EXPECT_TRUE(phrases.has(std::string("console.finding.") + store::code_of(static_cast<store::Fault>(i))));
}

}  // namespace
}  // namespace careline::console
