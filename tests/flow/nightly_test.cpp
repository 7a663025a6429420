// What time takes away by itself, class by class.
#include "bot/flow/nightly.h"

#include <gtest/gtest.h>

#include "store/audit.h"
#include "store/guard.h"
#include "store/inbox.h"
#include "tests/support/whole.h"

namespace careline::tests {
namespace {

constexpr std::int64_t kMinute_ms = 60'000, kHour_ms = 60 * kMinute_ms, kDay_ms = 24 * kHour_ms;

class Nightly : public testing::Test {
 protected:
  std::int64_t count(const std::string& sql) {
    store::Db db(whole.database(), store::Db::Access::read);
    return db.raw().execAndGet(sql).getInt64();
  }
  std::vector<std::string> lines() {
    std::vector<std::string> found;
    whole.with([&](store::Db& db) {
      for (const auto& line : store::Audit(db, whole.keys()).lines({}))
        if (line.action == "retention") found.push_back(line.object);
    });
    return found;
  }
  Whole whole;
};

TEST_F(Nightly, RunsOnceANightAtThree) {
  EXPECT_TRUE(whole.night()) << "at once where it never ran";
  EXPECT_FALSE(whole.night());
  whole.later(16 * kHour_ms);  // 02:00
  EXPECT_FALSE(whole.night());
  whole.later(kHour_ms);
  EXPECT_TRUE(whole.night());
  EXPECT_FALSE(whole.night());
  whole.later(9 * kDay_ms);  // the machine was off
  EXPECT_TRUE(whole.night());
  EXPECT_FALSE(whole.night());
  EXPECT_EQ(lines().size(), 3u);
}

TEST_F(Nightly, SaysHowMuchWithoutSmallNumbers) {
  for (const char* who : {"甲", "乙", "丙"}) whole.ask(who, who);
  whole.later(92 * kDay_ms);
  whole.night();
  const std::string line = lines().at(0);
  EXPECT_TRUE(line.starts_with("question=<5 alert=0 line_message=0 event=")) << line;
  EXPECT_EQ(count("SELECT count(*) FROM threads"), 0);
  store::Db db(whole.database(), store::Db::Access::read);
  EXPECT_TRUE(store::verify_guard(db, whole.keys()).empty());
  EXPECT_TRUE(store::verify_chain(db, whole.keys(), {}).empty());
}

TEST_F(Nightly, ForgetsByWhichAMessageWasKnownAfterEightDays) {
  whole.ask("甲", "排班的事");
  const std::string known = "SELECT count(*) FROM messages WHERE line_message IS NOT NULL";
  EXPECT_EQ(count(known), 2);
  whole.later(8 * kDay_ms);
  whole.night();
  EXPECT_EQ(count(known), 2) << "not yet";
  whole.later(kDay_ms);
  whole.night();
  EXPECT_EQ(count(known), 0);
}

TEST_F(Nightly, ForgetsEventsAfterFourteenDaysAndPostsAfterThreeYears) {
  whole.with([&](store::Db& db) {
    db.exec("INSERT INTO seen (event, day) VALUES (x'01', 20781), (x'02', 20770), (x'03', 20766)");
    db.exec("INSERT INTO unsent (message, day) VALUES (x'01', 20781), (x'02', 20000)");
  });
  whole.desk->post("stress", "呼吸練習", {"wang", Role::admin, {}});
  whole.night();  // 24 November 2026 is day 20781
  EXPECT_EQ(count("SELECT count(*) FROM seen"), 2);
  EXPECT_EQ(count("SELECT count(*) FROM unsent"), 1);
  whole.later(3 * 365 * kDay_ms);
  whole.night();
  EXPECT_EQ(count("SELECT count(*) FROM posts"), 1);
  whole.later(3 * kDay_ms);
  whole.night();
  EXPECT_EQ(count("SELECT count(*) FROM posts"), 0);
}

TEST_F(Nightly, ForgetsWhatWasGivenUpAfterThirtyDays) {
  whole.with([&](store::Db& db) {
    db.exec(
        "INSERT INTO outbox (lane, person, retry_key, made_at, mode, due_at, state) VALUES "
        "(1, x'01', 'a', 0, 'push', 0, 'dead'), (1, x'01', 'b', 1795485600000, 'push', 0, 'dead')");
  });
  whole.night();
  EXPECT_EQ(count("SELECT count(*) FROM outbox WHERE state = 'dead'"), 1);
}

TEST_F(Nightly, AConversationThatWasLeftIsForgottenAfterHalfAnHour) {
  const std::string states = "SELECT count(*) FROM people WHERE sealed_state IS NOT NULL";
  whole.says("甲", "選單");
  whole.says("乙", "匿名提問");
  whole.says("乙", "主旨");  // a draft
  whole.later(29 * kMinute_ms);
  whole.forget_left();
  EXPECT_EQ(count(states), 2);
  whole.later(2 * kMinute_ms);
  whole.forget_left();
  EXPECT_EQ(count(states), 1) << "the draft stays";
  whole.later(25 * kHour_ms);
  whole.forget_left();
  EXPECT_EQ(count(states), 0);
}

TEST_F(Nightly, AnAnnouncedAnswerIsStillFoundInTheMorning) {
  const auto thread = whole.ask("甲", "排班的事");
  whole.desk->reply(thread.id, whole.lin, "可以先和主管談談");
  whole.settle();
  whole.later(12 * kHour_ms);
  whole.forget_left();
  whole.says("甲", "查看回覆");
  EXPECT_TRUE(whole.last_to("甲").find("可以先和主管談談") != std::string::npos);
}

TEST_F(Nightly, ConsentsTellTheDayOnly) {
  whole.apply("甲", "睡得不太好");
  EXPECT_EQ(count("SELECT count(*) FROM consents"), 1);
  EXPECT_EQ(count("SELECT (at + 28800000) % 86400000 FROM consents"), 0);
}

TEST_F(Nightly, StopsBetweenTwoSlicesAndIsThenDueAgain) {
  EXPECT_FALSE(whole.night_stopped());
  EXPECT_TRUE(lines().empty());
  EXPECT_TRUE(whole.night());
}

}  // namespace
}  // namespace careline::tests
