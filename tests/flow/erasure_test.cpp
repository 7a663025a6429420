// Whichever way something is erased, no byte of its sealed rows and no key of it is left in any file of the
// store.
#include <gtest/gtest.h>

#include "store/retention.h"
#include "tests/support/remains.h"
#include "tests/support/whole.h"

namespace careline::tests {
namespace {

constexpr std::int64_t kDay_ms = 24LL * 3'600'000;

class Erasure : public testing::Test {
 protected:
  // What of a thread is sealed: its way back, its keys, its messages and the answers.
  void note(const ThreadId& id) {
    const std::string hex = "x'" + id.hex() + "'";
    remains.note(whole.database(), "SELECT sealed_address FROM threads WHERE id = " + hex);
    remains.note(whole.database(), "SELECT sealed_key FROM grants WHERE thread = " + hex);
    remains.note(whole.database(),
                 "SELECT sealed_content, sealed_answer FROM messages WHERE thread = " + hex);
    ASSERT_GT(remains.noted(), 20u);
    ASSERT_GT(remains.in(whole.folder), 20u);
  }
  void expect_gone() { EXPECT_EQ(remains.after(whole.folder, 20), 0u); }
  bool there(const ThreadId& id) {
    bool found = false;
    whole.with([&](store::Db& db) { found = store::Threads(db, whole.keys()).find(id).has_value(); });
    return found;
  }
  void unsend(const std::string& said) {
    whole.happens("甲", {{"type", "unsend"}, {"unsend", {{"messageId", "said " + said}}}});
  }
  std::int64_t count(const std::string& sql) {
    store::Db db(whole.database(), store::Db::Access::read);
    return db.raw().execAndGet(sql).getInt64();
  }

  Whole whole;
  Remains remains;
};

TEST_F(Erasure, AMessageTakenBackFromAQuestion) {
  const auto thread = whole.ask("甲", "排班的事");
  remains.note(whole.database(), "SELECT sealed_content FROM messages WHERE slot = 2");
  ASSERT_GT(remains.in(whole.folder), 10u);
  unsend("排班的事");
  expect_gone();
  EXPECT_TRUE(whole.messages(thread.id).at(1).withdrawn);
}

TEST_F(Erasure, AMessageTakenBackFromACase) {
  const auto thread = whole.apply("甲", "睡得不太好");
  whole.says("甲", "補充一句", {{"message", {{"id", "said 補充一句"}}}});
  remains.note(whole.database(), "SELECT sealed_content FROM messages ORDER BY slot DESC LIMIT 1");
  ASSERT_GT(remains.in(whole.folder), 10u);
  unsend("補充一句");
  expect_gone();
}

TEST_F(Erasure, AMessageTakenBackFromADraft) {
  whole.says("甲", "匿名提問");
  whole.says("甲", "主旨");
  whole.says("甲", "還沒送出的話", {{"message", {{"id", "said 還沒送出的話"}}}});
  remains.note(whole.database(), "SELECT sealed_state FROM people");
  ASSERT_GT(remains.in(whole.folder), 10u);
  unsend("還沒送出的話");
  expect_gone();
  EXPECT_EQ(count("SELECT count(*) FROM people WHERE sealed_state IS NOT NULL"), 1) << "the rest of it stays";
}

TEST_F(Erasure, OneQuestionByItsReceipt) {
  const auto thread = whole.ask("甲", "排班的事");
  whole.desk->reply(thread.id, whole.lin, "可以先和主管談談");
  whole.settle();
  note(thread.id);
  whole.taps("甲", "查看");
  whole.taps("甲", "刪除這則提問");
  EXPECT_TRUE(there(thread.id)) << "it is asked once more";
  whole.taps("甲", "確定刪除");
  EXPECT_FALSE(there(thread.id));
  expect_gone();
}

// A person who has answers shown directly has them in full in the outbox too.
TEST_F(Erasure, AnAnswerOnItsWayGoesWithItsQuestion) {
  whole.says("甲", "直接顯示");
  const auto thread = whole.ask("甲", "排班的事");
  whole.line = [](const Heard& call) {
    return call.how == "push" ? flow::Answer{flow::Answer::Kind::status, 500}
                              : flow::Answer{flow::Answer::Kind::status, 200};
  };
  whole.desk->reply(thread.id, whole.lin, "可以先和主管談談");
  whole.settle();
  ASSERT_EQ(count("SELECT count(*) FROM outbox"), 1);
  remains.note(whole.database(), "SELECT sealed_body FROM outbox");
  whole.says("甲", "刪除這則提問");
  whole.says("甲", "確定刪除");
  EXPECT_EQ(count("SELECT count(*) FROM outbox"), 0);
  expect_gone();
}

TEST_F(Erasure, EverythingOfAPersonThatNoLawKeeps) {
  const auto thread = whole.ask("甲", "排班的事");
  whole.says("甲", "主題群組");
  whole.says("甲", "諮商預約");
  whole.says("甲", "同意");
  whole.says("甲", "沒有");
  whole.says("甲", "先跳過");
  note(thread.id);
  remains.note(whole.database(), "SELECT sealed_state FROM people");
  whole.says("甲", "刪除我的資料");
  whole.says("甲", "確定刪除");
  expect_gone();
  for (const char* table :
       {"people", "members", "consents", "threads", "messages", "grants", "outbox", "inbox"})
    EXPECT_EQ(count(std::string("SELECT count(*) FROM ") + table), 0) << table;
}

TEST_F(Erasure, OfSomebodyWithACaseKeepsTheCaseAndTheWayBackOnly) {
  const auto thread = whole.apply("甲", "睡得不太好");
  const auto question = whole.ask("甲", "排班的事");
  note(question.id);
  remains.note(whole.database(), "SELECT sealed_state FROM people");
  whole.says("甲", "刪除我的資料");
  EXPECT_TRUE(whole.last_to("甲").find("心理師法第 25 條") != std::string::npos);
  whole.says("甲", "確定刪除");
  expect_gone();
  EXPECT_TRUE(there(thread.id));
  EXPECT_EQ(whole.messages(thread.id).size(), 2u);
  EXPECT_EQ(count("SELECT count(*) FROM people WHERE sealed_state IS NULL"), 1);
}

TEST_F(Erasure, StoppingTellsNothingMoreUntilThePersonWritesAgain) {
  const auto thread = whole.apply("甲", "睡得不太好");
  remains.note(whole.database(), "SELECT sealed_state FROM people");
  whole.says("甲", "停止使用");
  expect_gone();
  whole.heard_and_forget();
  whole.desk->reply(thread.id, whole.lin, "週三下午可以嗎？");
  whole.settle();
  EXPECT_TRUE(whole.heard.empty());
  EXPECT_EQ(whole.messages(thread.id).back().failure, "quiet") << "the counsellor sees why";
  whole.says("甲", "查看回覆");
  EXPECT_TRUE(whole.last_to("甲").find("週三下午可以嗎？") != std::string::npos);
  EXPECT_EQ(count("SELECT quiet FROM people"), 0);
}

TEST_F(Erasure, AQuestionWhoseTermIsOver) {
  const auto old = whole.ask("甲", "排班的事");
  note(old.id);
  whole.later(60 * kDay_ms);
  const auto young = whole.ask("乙", "公文的事");
  whole.night();
  EXPECT_TRUE(there(old.id));
  whole.later(31 * kDay_ms);
  EXPECT_TRUE(whole.night());
  EXPECT_FALSE(there(old.id));
  EXPECT_TRUE(there(young.id));
  expect_gone();
}

TEST_F(Erasure, AnAlertWhoseTermIsOver) {
  whole.says("甲", "我想死");
  const auto alert = whole.threads().at(0);
  ASSERT_EQ(alert.kind, "alert");
  remains.note(whole.database(), "SELECT sealed_key FROM grants");
  remains.note(whole.database(), "SELECT sealed_content FROM messages");
  whole.later(91 * kDay_ms);
  whole.night();
  EXPECT_FALSE(there(alert.id));
  expect_gone();
}

// Nobody may make an alert vanish that nobody looked at yet, not even the person.
TEST_F(Erasure, AnAlertStaysUntilSomebodySawIt) {
  whole.says("甲", "我想死");
  const auto alert = whole.threads().at(0);
  whole.says("甲", "刪除我的資料");
  EXPECT_TRUE(whole.last_to("甲").find("有 1 則現在還不能刪") != std::string::npos);
  whole.desk->opened(alert.id, whole.lin);
  whole.says("甲", "刪除我的資料");
  EXPECT_TRUE(whole.last_to("甲").find("不能刪") == std::string::npos);
  whole.says("甲", "確定刪除");
  EXPECT_FALSE(there(alert.id));
}

TEST_F(Erasure, ACaseThatTwoPersonsShred) {
  const auto thread = whole.apply("甲", "睡得不太好");
  whole.desk->close(thread.id, whole.lin);
  note(thread.id);
  const flow::Actor lead{"lead", Role::lead, {}}, manager{"manager", Role::case_manager, {}};
  EXPECT_FALSE(whole.desk->propose_over(lead)) << "ten years are not over";
  EXPECT_FALSE(whole.desk->propose(thread.id, lead, "term"));
  EXPECT_FALSE(whole.desk->propose(thread.id, lead, "request")) << "the law keeps it";
  whole.later(3652 * kDay_ms);
  EXPECT_FALSE(whole.desk->propose_over(lead)) << "a day is missing";
  whole.later(2 * kDay_ms);
  whole.night();
  EXPECT_TRUE(there(thread.id)) << "the night takes no case";
  ASSERT_TRUE(whole.desk->propose_over(lead));
  EXPECT_FALSE(whole.desk->propose_over(manager)) << "it is proposed already";
  ShredId request;
  whole.with([&](store::Db& db) { request = store::Retention(db, whole.keys()).requests().at(0).id; });
  EXPECT_FALSE(whole.desk->approve(request, lead)) << "not by the same person";
  EXPECT_TRUE(there(thread.id));
  const auto certificate = whole.desk->approve(request, manager);
  ASSERT_TRUE(certificate);
  EXPECT_EQ(certificate->cases, 1);
  EXPECT_EQ(certificate->messages, 2);
  EXPECT_EQ(certificate->keys, 1);
  EXPECT_EQ(certificate->proposed_by + certificate->approved_by, "leadmanager");
  EXPECT_FALSE(there(thread.id));
  expect_gone();
}

TEST_F(Erasure, WhatIsHeldStaysWhicheverWay) {
  const auto question = whole.ask("甲", "排班的事");
  const flow::Actor lead{"lead", Role::lead, {}}, manager{"manager", Role::case_manager, {}};
  EXPECT_FALSE(whole.desk->hold(question.id, lead, "because"));
  ASSERT_TRUE(whole.desk->hold(question.id, lead, "court"));
  EXPECT_FALSE(whole.desk->hold(question.id, lead, "court"));
  whole.says("甲", "刪除這則提問");
  EXPECT_TRUE(whole.last_to("甲").find("現在還不能刪") != std::string::npos);
  whole.says("甲", "刪除我的資料");
  EXPECT_TRUE(whole.last_to("甲").find("有 1 則現在還不能刪") != std::string::npos);
  whole.says("甲", "確定刪除");
  EXPECT_TRUE(there(question.id));
  whole.desk->close(question.id, whole.lin);
  EXPECT_FALSE(whole.desk->propose(question.id, manager, "request"));
  whole.later(100 * kDay_ms);
  whole.night();
  EXPECT_TRUE(there(question.id));
  EXPECT_THROW(whole.with([&](store::Db& db) { store::Threads(db, whole.keys()).erase(question.id); }),
               std::exception)
      << "the database itself refuses";
  ASSERT_TRUE(whole.desk->release(question.id, lead));
  whole.later(kDay_ms);
  whole.night();
  EXPECT_FALSE(there(question.id));
}

TEST_F(Erasure, AHoldBetweenProposalAndApprovalWins) {
  const auto question = whole.ask("甲", "排班的事");
  const flow::Actor lead{"lead", Role::lead, {}}, manager{"manager", Role::case_manager, {}};
  EXPECT_FALSE(whole.desk->propose(question.id, lead, "request")) << "it is open";
  whole.desk->close(question.id, whole.lin);
  ASSERT_TRUE(whole.desk->propose(question.id, lead, "request"));
  ASSERT_TRUE(whole.desk->hold(question.id, manager, "complaint"));
  ShredId request;
  whole.with([&](store::Db& db) { request = store::Retention(db, whole.keys()).requests().at(0).id; });
  const auto certificate = whole.desk->approve(request, manager);
  ASSERT_TRUE(certificate);
  EXPECT_EQ(certificate->questions, 0);
  EXPECT_TRUE(there(question.id));
}

}  // namespace
}  // namespace careline::tests
