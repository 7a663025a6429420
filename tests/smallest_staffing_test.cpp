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
  template <class Found, class Find>
  Found in_store(const Find& find) {
    Found found;
    whole.run([&](store::Db& db) { found = find(db); });
    return found;
  }

  Whole whole;
  const flow::Actor wang = whole.joins("wang", Role::admin), mei = whole.joins("mei", Role::auditor),
                    hua = whole.joins("hua", Role::counsellor | Role::lead);
};

TEST_F(SmallestStaffing, AQuestionIsAnsweredAndTheAnswerRead) {
  const auto id = whole.ask("asker", "不知道怎麼開口").id;
  EXPECT_TRUE(whole.desk->open(id, whole.lin));
  EXPECT_TRUE(whole.desk->reply(id, whole.lin, "挑一件最急的談"));
  whole.settle();
  whole.says("asker", "查看回覆");
  EXPECT_TRUE(told("asker", "挑一件最急的談"));
}

TEST_F(SmallestStaffing, TheLeadIsVouchedForReadsWhatIsNewAndIsHandedWhatIsOld) {
  const auto old = whole.ask("asker", "不知道怎麼開口").id;
  EXPECT_FALSE(whole.desk->open(old, hua));
  EXPECT_TRUE(whole.desk->vouch(whole.lin, "hua"));
  EXPECT_FALSE(whole.desk->open(old, hua));
  EXPECT_TRUE(whole.desk->share(whole.lin, "hua", false));
  EXPECT_TRUE(whole.desk->open(old, hua));
  EXPECT_TRUE(whole.desk->open(whole.apply("client", "睡不好").id, hua));
}

TEST_F(SmallestStaffing, ACaseIsDisclosedByLawTheEmployeeToldAndTheCaseShredded) {
  EXPECT_TRUE(whole.desk->vouch(whole.lin, "hua"));
  const store::Thread thread = whole.apply("client", "睡得不太好");
  const auto key = store::BackupKey::make();
  store::Disclosure request{
      .basis = "court_order", .clause = "7", .recipient_name = "法院", .labels = {thread.label}};
  request.recipient = key.recipient();
  request.until = whole.clock + 1'000;
  EXPECT_TRUE(whole.desk->ask_for_disclosure(wang, request));
  const auto id = in_store<std::vector<store::Disclosure>>(
                      [&](store::Db& db) { return store::Disclosures(db, whole.keys()).latest(1); })
                      .at(0)
                      .id;
  EXPECT_TRUE(whole.desk->approve_disclosure(hua, id));
  EXPECT_TRUE(whole.desk->approve_disclosure(mei, id));
  EXPECT_TRUE(whole.desk->disclose(whole.lin, id));
  whole.settle();
  whole.says("client", "查看回覆");
  EXPECT_TRUE(told("client", "您在這裡的對話已提供給 法院"));
  std::istringstream in(*whole.desk->fetch_disclosure(whole.lin, id));
  EXPECT_NE(store::open_disclosure(in, key, "file").find("睡得不太好"), std::string::npos);
  EXPECT_TRUE(whole.desk->close(thread.id, hua));
  EXPECT_TRUE(whole.desk->propose(thread.id, hua, "mistake"));
  const auto shredding = in_store<std::vector<store::ShredRequest>>(
                             [&](store::Db& db) { return store::Retention(db, whole.keys()).requests(); })
                             .at(0)
                             .id;
  EXPECT_FALSE(whole.desk->approve(shredding, hua)) << "not one's own proposal";
  EXPECT_TRUE(whole.desk->approve(shredding, whole.lin));
  EXPECT_FALSE(whole.desk->open(thread.id, whole.lin));
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
