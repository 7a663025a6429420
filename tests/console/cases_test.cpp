// Two counsellors: what one of them was not given is nowhere on the other's pages, and an alert opens to
// those on duty what they need and no more.
#include <gtest/gtest.h>

#include "store/audit.h"
#include "tests/console/rig.h"

namespace careline::console {
namespace {

class Cases : public ::testing::Test {
 protected:
  Cases() {
    rig.writer.run([&](store::Db& db) {
      hu = tests::actor(tests::hire(db, rig.keys, "hu", Role::counsellor));
      store::Operators(db, rig.keys).vouch(rig.lin, "hu");
    });
  }
  ThreadId open(const std::string& kind, const std::set<std::string>& kept_out,
                const std::optional<ThreadId>& about = {}, const std::set<std::string>& holds_already = {}) {
    store::Thread thread{.id = store::random_id<ThreadId>(), .kind = kind};
    thread.label = thread.id.hex();
    thread.about = about;
    rig.writer.run([&](store::Db& db) {
      store::Threads threads(db, rig.keys);
      thread = threads.open(thread, std::nullopt, std::nullopt, kept_out, holds_already);
    });
    return thread.id;
  }
  std::int64_t rows(const std::string& from) {
    std::int64_t count = 0;
    rig.writer.run(
        [&](store::Db& db) { count = db.raw().execAndGet("SELECT count(*) FROM " + from).getInt64(); });
    return count;
  }
  static std::string path(const ThreadId& id) { return "/threads/" + id.hex(); }

  Rig rig;
  flow::Actor hu;
};

TEST_F(Cases, WhatIsKeptFromACounsellorIsNowhere) {
  const auto kept = open("case", {"hu"}), both = open("case", {});
  rig.write(kept, {.author = "employee", .text = "a secret", .at = 1});
  Visitor lin(rig, "lin"), other(rig, "hu");
  EXPECT_TRUE(holds(lin.get("/").body, kept.hex()));
  for (const char* page : {"/", "/to-do", "/closed"})
    EXPECT_FALSE(holds(other.get(page).body, kept.hex())) << page;
  EXPECT_TRUE(holds(other.get("/").body, both.hex()));
  for (const std::string part : {"", "/history"}) EXPECT_EQ(other.get(path(kept) + part).status, 404);
  EXPECT_EQ(other.post(path(kept) + "/reply", {{"text", "x"}, {"key", "k"}}).status, 409);
  EXPECT_EQ(other.post(path(kept) + "/close").status, 409);
  EXPECT_EQ(other.post(path(kept) + "/opened").status, 404);
  EXPECT_EQ(other.post(path(kept) + "/contact", {{"reason", "danger"}}).status, 409);
}

TEST_F(Cases, HandingOnPassesByWhoIsKeptOut) {
  const auto kept = open("case", {"hu"}), before = open("case", {}, {}, {"hu"});
  Visitor lin(rig, "lin"), other(rig, "hu");
  lin.step_up("lin");
  EXPECT_EQ(lin.post("/people/share", {{"name", "hu"}}).status, 409) << "it says that not everything went";
  EXPECT_EQ(other.get(path(before)).status, 200);
  EXPECT_EQ(other.get(path(kept)).status, 404);
  EXPECT_EQ(rows("audit WHERE action = 'shared' AND object = '" + kept.hex() + "'"), 0);
}

// What was missed before the stream opened, and what comes while it is open.
TEST_F(Cases, NewsOfAThreadReachItsHoldersOnly) {
  const auto kept = open("case", {"hu"}), both = open("case", {});
  Visitor lin(rig, "lin"), other(rig, "hu");
  const auto stream = [&](Visitor& visitor) {
    const std::string page = visitor.get("/").body;
    const auto at = page.find("/live?after=");
    return web::get(page.substr(at, page.find('"', at) - at), "Cookie: careline=" + visitor.cookie + "\r\n");
  };
  const auto news = [&] {
    for (const char* what : {"list:", "thread:", "alert:"}) rig.changes.tell(what + kept.hex());
    rig.changes.tell("thread:" + both.hex());
    rig.changes.tell("alarms");  // meant for everybody: nothing comes after it
  };
  web::Wire open_lin(rig.server->port()), open_hu(rig.server->port());
  open_lin.send(stream(lin));
  open_hu.send(stream(other));
  ASSERT_TRUE(open_lin.await(": open") && open_hu.await(": open"));
  const std::string late_lin = stream(lin), late_hu = stream(other);
  news();
  web::Wire missed_lin(rig.server->port()), missed_hu(rig.server->port());
  missed_lin.send(late_lin);
  missed_hu.send(late_hu);
  for (web::Wire* wire : {&open_lin, &open_hu, &missed_lin, &missed_hu})
    ASSERT_TRUE(wire->await("event: alarms")) << wire->received();
  for (const web::Wire* wire : {&open_lin, &missed_lin})
    for (const std::string& event :
         {"thread-" + kept.hex(), std::string("alert"), std::string("list"), "thread-" + both.hex()})
      EXPECT_TRUE(holds(wire->received(), "event: " + event + "\n")) << event;
  for (const web::Wire* wire : {&open_hu, &missed_hu}) {
    EXPECT_TRUE(holds(wire->received(), "event: thread-" + both.hex()));
    for (const std::string& event : {kept.hex(), std::string("event: alert\n"), std::string("event: list")})
      EXPECT_FALSE(holds(wire->received(), event)) << event;
  }
}

TEST_F(Cases, AThreadThatWasChangedFromOutsideIsMarked) {
  const auto id = open("case", {});
  Visitor lin(rig, "lin");
  EXPECT_FALSE(holds(lin.get("/").body, "資料被人從外部改動"));
  rig.writer.run([](store::Db& db) { db.raw().exec("UPDATE threads SET kept_out = zeroblob(16)"); });
  EXPECT_TRUE(holds(lin.get("/to-do").body, "資料被人從外部改動"));
  const auto page = lin.get(path(id)).body;
  EXPECT_TRUE(holds(page, "已停止收發"));
  EXPECT_FALSE(holds(page, "/reply\""));
}

class AlertBeside : public Cases {
 protected:
  AlertBeside() {
    rig.write(card, {.author = "system", .text = "聯絡方式：分機 1234", .at = 1});
    rig.write(copy, {.author = "employee", .text = "the message", .at = 1});
  }
  // hu does not hold the case; the contact card is theirs.
  const ThreadId the_case = open("case", {}, {}, {"hu"});
  const ThreadId card = open("case", {}, the_case);
  const ThreadId copy = open("alert", {}, the_case, {"lin"});
};

TEST_F(AlertBeside, ShowsTheMessageAndOnRequestTheContactCardOnly) {
  rig.write(the_case, {.author = "employee", .text = "the rest", .at = 1});
  Visitor other(rig, "hu");
  EXPECT_FALSE(holds(other.get("/").body, card.hex())) << "a card is no thread of the list";
  EXPECT_EQ(other.get(path(the_case)).status, 404);
  const auto page = other.get(path(copy)).body;
  EXPECT_TRUE(holds(page, "the message"));
  EXPECT_FALSE(holds(page, "the rest"));
  EXPECT_FALSE(holds(page, "分機 1234"));
  EXPECT_TRUE(holds(page, "查看聯絡方式"));
  EXPECT_EQ(other.post(path(copy) + "/contact").status, 422) << "not without a reason";
  EXPECT_EQ(other.post(path(copy) + "/reply", {{"text", "x"}, {"key", "k"}}).status, 409);
  const auto answer = other.post(path(copy) + "/contact", {{"reason", "danger"}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(holds(answer.body, "分機 1234"));
  EXPECT_FALSE(holds(other.get(path(copy)).body, "分機 1234")) << "shown once";
  EXPECT_EQ(
      rows("audit WHERE action = 'contact_opened' AND who = 'hu' AND outcome = 'danger' AND object = '" +
           the_case.hex() + "'"),
      1);
  EXPECT_EQ(rows("audit WHERE action = 'alert_opened' AND object = '" + the_case.hex() + "'"), 2);
}

TEST_F(AlertBeside, WithoutItsAuditLineTheCardStaysShut) {
  Visitor other(rig, "hu");
  rig.writer.run([](store::Db& db) {
    db.exec("CREATE TEMP TRIGGER full BEFORE INSERT ON main.audit BEGIN SELECT raise(ABORT, 'full'); END");
  });
  const auto answer = other.post(path(copy) + "/contact", {{"reason", "danger"}});
  EXPECT_EQ(answer.status, 500);
  EXPECT_FALSE(holds(answer.body, "分機 1234"));
}

TEST_F(AlertBeside, IsGoneOnceItIsClosed) {
  Visitor other(rig, "hu");
  const auto answer = other.post(path(copy) + "/close");
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(holds(answer.body, R"("go":"/")"));
  EXPECT_EQ(other.get(path(copy)).status, 404);
  EXPECT_EQ(other.post(path(copy) + "/contact", {{"reason", "danger"}}).status, 409);
  EXPECT_EQ(
      rows("threads WHERE kind = 'alert'") + rows("messages WHERE thread NOT IN (SELECT id FROM threads)"),
      0);
  EXPECT_EQ(rows("grants WHERE thread NOT IN (SELECT id FROM threads)"), 0);
}

TEST_F(AlertBeside, IsGoneWithItsCase) {
  EXPECT_EQ(Visitor(rig, "lin").post(path(the_case) + "/close").status, 200);
  EXPECT_EQ(rows("threads"), 1);
  EXPECT_EQ(Visitor(rig, "hu").get(path(copy)).status, 404);
}

TEST_F(AlertBeside, StaysClosedWhileItIsOnHold) {
  rig.writer.run([&](store::Db& db) {
    db.query("INSERT INTO holds (thread, reason, who, at) VALUES (:thread, 'court', 'lin', 0)")
        .bind(":thread", copy)
        .run();
  });
  Visitor other(rig, "hu");
  EXPECT_EQ(other.post(path(copy) + "/close").status, 200);
  EXPECT_FALSE(holds(other.get(path(copy)).body, "查看聯絡方式"));
  EXPECT_EQ(other.post(path(copy) + "/contact", {{"reason", "danger"}}).status, 409);
}

TEST_F(AlertBeside, AHolderOfTheCaseHasNoCopyAndNobodyElseTheCard) {
  Visitor lin(rig, "lin"), wang(rig, "wang");
  EXPECT_EQ(lin.post(path(copy) + "/contact", {{"reason", "danger"}}).status, 409);
  EXPECT_EQ(wang.post(path(copy) + "/contact", {{"reason", "danger"}}).status, 404);
  EXPECT_EQ(Visitor(rig, "hu").post(path(card) + "/contact", {{"reason", "danger"}}).status, 409)
      << "no alert";
}

TEST_F(AlertBeside, ANewcomerGetsTheCardsWithTheirVoucher) {
  rig.writer.run([&](store::Db& db) { tests::hire(db, rig.keys, "chen", Role::counsellor); });
  Visitor(rig, "lin").step_up("lin").post("/people/vouch", {{"name", "chen"}});
  EXPECT_EQ(rows("grants WHERE operator = 'chen'"), 1);
  Visitor chen(rig, "chen");
  for (const char* part : {"", "/history"})
    EXPECT_EQ(chen.get(path(card) + part).status, 404) << "a card opens beside an alert only";
  EXPECT_EQ(chen.post(path(card) + "/opened").status, 404);
  EXPECT_FALSE(holds(chen.post("/search", {{"words", "分機"}}).body, "1234"));
  EXPECT_EQ(chen.post(path(card) + "/close").status, 409);
  EXPECT_EQ(chen.get(path(the_case)).status, 404);
}

}  // namespace
}  // namespace careline::console
