// One admin, two counsellors of whom one is lead, one outside officer: they walk every flow together.
#include <gtest/gtest.h>

#include <sstream>

#include "store/disclosure_file.h"
#include "tests/support/whole.h"

namespace careline::tests {
namespace {

class SmallestStaffing : public ::testing::Test {
 protected:
  bool told(const std::string& who, const std::string& words) {
    return whole.last_to(who).find(words) != std::string::npos;
  }
  void ask_a_question() {
    for (const char* words : {"匿名提問", "工作安排", "不知道怎麼開口", "寫好了", "要通知", "送出"})
      whole.says("asker", words);
  }
  // Every question of the intake skipped, but for the one that must be answered.
  void apply() {
    whole.says("client", "諮商預約");
    whole.says("client", "同意");
    for (int i = 0; i < 20 && !told("client", "這樣可以送出嗎"); ++i)
      whole.says("client", told("client", "先跳過") ? "先跳過" : "用這裡的訊息就好");
    whole.says("client", "送出");
  }
  const store::Thread& thread_of(const std::string& kind) {
    held = whole.threads();
    for (const auto& thread : held)
      if (thread.kind == kind) return thread;
    throw std::runtime_error("no such thread");
  }

  Whole whole;
  std::vector<store::Thread> held;
  const flow::Actor wang = whole.hire("wang", Role::admin), mei = whole.hire("mei", Role::auditor),
                    hua = whole.hire("hua", Role::counsellor | Role::lead);
};

TEST_F(SmallestStaffing, AQuestionIsAnsweredAndTheAnswerRead) {
  ask_a_question();
  const auto id = thread_of("question").id;
  EXPECT_TRUE(whole.desk->open(id, whole.lin));
  EXPECT_TRUE(whole.desk->reply(id, whole.lin, "挑一件最急的談"));
  whole.settle();
  whole.says("asker", "查看回覆");
  EXPECT_TRUE(told("asker", "挑一件最急的談"));
}

TEST_F(SmallestStaffing, TheLeadIsVouchedForReadsWhatIsNewAndIsHandedWhatIsOld) {
  ask_a_question();
  const auto old = thread_of("question").id;
  EXPECT_FALSE(whole.desk->open(old, hua));
  EXPECT_TRUE(whole.desk->vouch(whole.lin, "hua"));
  EXPECT_FALSE(whole.desk->open(old, hua));
  EXPECT_TRUE(whole.desk->share_open(whole.lin, "hua"));
  EXPECT_TRUE(whole.desk->open(old, hua));
  apply();
  EXPECT_TRUE(whole.desk->open(thread_of("case").id, hua));
}

TEST_F(SmallestStaffing, ACaseIsDisclosedByLawAndTheEmployeeToldAndItIsClosed) {
  EXPECT_TRUE(whole.desk->vouch(whole.lin, "hua"));
  apply();
  const store::Thread thread = thread_of("case");
  whole.says("client", "睡得不太好");
  const auto key = store::BackupKey::make();
  store::Disclosure request{
      .basis = "court_order", .clause = "7", .recipient_name = "法院", .labels = {thread.label}};
  request.recipient = key.recipient();
  request.until = whole.clock + 1'000;
  EXPECT_TRUE(whole.desk->ask_for_disclosure(wang, request));
  const auto id = whole.disclosures().at(0).id;
  EXPECT_TRUE(whole.desk->approve_disclosure(hua, id));
  EXPECT_TRUE(whole.desk->approve_disclosure(mei, id));
  EXPECT_TRUE(whole.desk->disclose(whole.lin, id));
  whole.settle();
  whole.says("client", "查看回覆");
  EXPECT_TRUE(told("client", "您在這裡的對話已提供給 法院"));
  std::istringstream in(*whole.desk->fetch_disclosure(whole.lin, id));
  EXPECT_NE(store::open_disclosure(in, key, "file").find("睡得不太好"), std::string::npos);
  EXPECT_TRUE(whole.desk->close(thread.id, hua));
}

TEST_F(SmallestStaffing, TheAdminPostsToATopicAndToEverybody) {
  for (const char* words : {"主題群組", "壓力症候群-OUT", "加入"}) whole.says("member", words);
  whole.says("other", "選單");
  whole.heard_and_forget();
  whole.desk->post("stress", "換季的話題", wang);
  whole.settle();
  auto heard = whole.heard_and_forget();
  ASSERT_EQ(heard.size(), 1u);
  EXPECT_EQ(heard[0].to.find(Whole::line_id("other")), std::string::npos);
  whole.desk->post("", "一句關懷", wang);
  whole.settle();
  heard = whole.heard_and_forget();
  ASSERT_EQ(heard.size(), 1u);
  EXPECT_NE(heard[0].to.find(Whole::line_id("other")), std::string::npos);
  EXPECT_NE(heard[0].to.find(Whole::line_id("member")), std::string::npos);
}

}  // namespace
}  // namespace careline::tests
