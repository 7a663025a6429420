// What operators do in the console stands in the audit trail, and what cannot be noted is not done.
#include <gtest/gtest.h>

#include "store/audit.h"
#include "tests/console/rig.h"

namespace careline::console {
namespace {

class AuditTrail : public ::testing::Test {
 protected:
  // "lin counsellor opened OBJECT" for each line, oldest first.
  std::vector<std::string> trail() {
    std::vector<std::string> said;
    rig.writer.run([&](store::Db& db) {
      for (const auto& line : store::Audit(db, rig.keys).lines({}))
        said.insert(said.begin(), line.who + " " + line.role + " " + line.action +
                                      (line.object.empty() ? "" : " " + line.object));
    });
    return said;
  }
  void make_it_fail() {  // the next audit line
    rig.writer.run([](store::Db& db) {
      db.exec("CREATE TEMP TRIGGER full BEFORE INSERT ON main.audit BEGIN SELECT raise(ABORT, 'full'); END");
    });
  }

  Rig rig;
  ThreadId thread = rig.open("case", "A1");
  const std::string path = "/threads/" + thread.hex();
};

using Lines = std::vector<std::string>;

TEST_F(AuditTrail, SaysWhoCameWhoWasRefusedAndWhoLeft) {
  Visitor visitor(rig);
  visitor.sign_in("lin", "not the password");
  visitor.sign_in("nobody whom we know", "not the password");
  visitor.sign_in("lin", kPassword);
  visitor.post("/sign-out");
  EXPECT_EQ(trail(), (Lines{"lin counsellor sign_in_refused", "unknown unknown sign_in_refused",
                            "lin counsellor signed_in", "lin counsellor signed_out"}));
}

TEST_F(AuditTrail, SaysWhatACounsellorDidWithAThread) {
  Visitor lin(rig, "lin");
  EXPECT_EQ(lin.get(path).status, 200);
  EXPECT_EQ(lin.get(path + "/history").status, 200);  // the same look goes on
  EXPECT_EQ(lin.post(path + "/reply", {{"text", "hello"}, {"key", "k"}}).status, 200);
  EXPECT_EQ(lin.post(path + "/close").status, 200);
  const auto id = " " + thread.hex();
  EXPECT_EQ(trail(), (Lines{"lin counsellor signed_in", "lin counsellor opened" + id,
                            "lin counsellor answered" + id, "lin counsellor closed" + id}));
}

TEST_F(AuditTrail, SaysWhatWentWrongOutside) {
  rig.desk.alarm(flow::Alarm::chat_mode, true);
  rig.desk.alarm(flow::Alarm::chat_mode, false);
  EXPECT_EQ(trail(), (Lines{"system system alarm_started chat_mode", "system system alarm_ended chat_mode"}));
}

TEST_F(AuditTrail, NobodyReadsAPartOfAThreadUnseen) {
  Visitor lin(rig, "lin");
  EXPECT_EQ(lin.get(path + "/history").status, 200);
  EXPECT_EQ(trail().back(), "lin counsellor opened " + thread.hex());
}

TEST_F(AuditTrail, WhatDoesNotExistIsNotNoted) {
  Visitor lin(rig, "lin");
  EXPECT_EQ(lin.get("/threads/" + std::string(32, '0')).status, 404);
  EXPECT_EQ(trail(), Lines{"lin counsellor signed_in"});
}

TEST_F(AuditTrail, ARefusedRouteIsNotedOnceAMinuteWithoutTheThread) {
  Visitor wang(rig, "wang");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(wang.get(path).status, 404);
  wang.get(path + "/history");
  const Lines once{"wang admin signed_in", "wang admin refused GET /threads/{id}",
                   "wang admin refused GET /threads/{id}/history"};
  EXPECT_EQ(trail(), once);
  rig.now += 60'000;
  wang.get(path);
  EXPECT_EQ(trail().size(), 4u);
}

TEST_F(AuditTrail, ACareMessageIsNoted) {
  Visitor wang(rig, "wang");
  EXPECT_EQ(wang.post("/care/send", {{"text", "hello"}, {"key", "k"}}).status, 200);
  EXPECT_EQ(trail().back().rfind("wang admin posted ", 0), 0u);
}

TEST_F(AuditTrail, WhatCannotBeNotedIsNotDone) {
  Visitor lin(rig, "lin");
  rig.write(thread, {.author = "employee", .text = "a secret"});
  make_it_fail();
  for (const auto& answer : {lin.get(path), lin.get(path + "/history")}) {
    EXPECT_EQ(answer.status, 500);
    EXPECT_FALSE(holds(answer.body, "a secret"));
  }
  EXPECT_EQ(lin.post(path + "/reply", {{"text", "hello"}, {"key", "k"}}).status, 500);
  EXPECT_EQ(rig.messages(thread).size(), 1u);
  EXPECT_EQ(lin.post(path + "/close").status, 500);
  EXPECT_EQ(Visitor(rig).sign_in("lin", kPassword).status, 500);
}

}  // namespace
}  // namespace careline::console
