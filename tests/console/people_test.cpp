// A newcomer reads only after a colleague vouched for their key, and old threads only after these were handed
// on.
#include <gtest/gtest.h>

#include "tests/console/rig.h"

namespace careline::console {
namespace {

class People : public ::testing::Test {
 protected:
  People() {
    rig.writer.run([&](store::Db& db) { tests::hire(db, rig.keys, "hu", Role::counsellor); });
  }
  bool lists(Visitor& visitor, const ThreadId& id) { return holds(visitor.get("/").body, id.hex()); }
  int opens(Visitor& visitor, const ThreadId& id) { return visitor.get("/threads/" + id.hex()).status; }

  Rig rig;
  const ThreadId old = rig.open("case", "A1");
};

TEST_F(People, ANewcomerSeesTheirFingerprintAndNothingElse) {
  Visitor hu(rig, "hu");
  const auto page = hu.get("/").body;
  EXPECT_TRUE(holds(page, "您的金鑰還沒有人核可"));
  std::string print;
  rig.writer.run([&](store::Db& db) {
    print = store::fingerprint(store::Operators(db, rig.keys).find("hu")->public_key);
  });
  EXPECT_TRUE(holds(page, print));
  EXPECT_TRUE(holds(Visitor(rig, "lin").get("/people").body, print)) << "what a colleague compares it with";
  EXPECT_FALSE(lists(hu, old));
  EXPECT_EQ(opens(hu, old), 404);
  hu.step_up("hu");
  EXPECT_EQ(hu.post("/people/vouch", {{"name", "hu"}}).status, 409);
}

TEST_F(People, AfterVouchingNewThreadsOpenAndOldOnesStayShut) {
  Visitor lin(rig, "lin"), hu(rig, "hu");
  EXPECT_TRUE(holds(lin.get("/people").body, "核可 hu"));
  EXPECT_EQ(lin.post("/people/vouch", {{"name", "hu"}}).status, 428) << "password and code first";
  lin.step_up("lin");
  EXPECT_EQ(lin.post("/people/vouch", {{"name", "hu"}}).status, 200);
  EXPECT_EQ(lin.post("/people/vouch", {{"name", "hu"}}).status, 409);
  const auto fresh = rig.open("case", "A2");
  EXPECT_EQ(opens(hu, fresh), 200);
  EXPECT_EQ(opens(hu, old), 404);
  EXPECT_FALSE(holds(hu.get("/").body, "還沒有人核可"));
}

TEST_F(People, HandingOnOpensWhatIsOpen) {
  Visitor lin(rig, "lin"), hu(rig, "hu");
  lin.step_up("lin");
  EXPECT_EQ(lin.post("/people/share", {{"name", "hu"}}).status, 409) << "not before somebody vouched";
  lin.post("/people/vouch", {{"name", "hu"}});
  EXPECT_EQ(lin.post("/people/share", {{"name", "hu"}}).status, 200);
  EXPECT_TRUE(lists(hu, old));
  EXPECT_EQ(opens(hu, old), 200);
  EXPECT_EQ(lin.post("/people/share", {{"name", "wang"}}).status, 409);
  EXPECT_EQ(Visitor(rig, "wang").get("/people").status, 404);
}

TEST_F(People, WhatSomebodyWithoutAGrantDoesChangesNothing) {
  Visitor hu(rig, "hu");
  const std::string path = "/threads/" + old.hex();
  EXPECT_EQ(hu.post(path + "/reply", {{"text", "hello"}, {"key", "k"}}).status, 409);
  EXPECT_EQ(hu.post(path + "/close").status, 409);
  EXPECT_EQ(hu.post(path + "/opened").status, 404);
  EXPECT_TRUE(rig.messages(old).empty());
  rig.writer.run([&](store::Db& db) { EXPECT_FALSE(store::Threads(db, rig.keys).find(old)->closed); });
}

TEST_F(People, ALeadSeesThatAThreadExistsAndWhoHoldsItButNotWhatItSays) {
  rig.write(old, {.author = "employee", .text = "words of the employee"});
  const auto risky = rig.open("alert", "B2", 3);
  rig.writer.run([&](store::Db& db) { tests::hire(db, rig.keys, "hua", Role::lead); });
  rig.now += 3 * 24 * 3'600'000LL;
  Visitor lead(rig, "hua");
  EXPECT_FALSE(lists(lead, old));
  EXPECT_EQ(opens(lead, old), 404);
  EXPECT_EQ(lead.get("/threads/" + old.hex() + "/history").status, 404);
  const auto page = lead.get("/all").body;
  EXPECT_TRUE(holds(page, "<tr><td>個案 A1</td><td>3 天</td><td>無危機</td><td>lin</td></tr>")) << page;
  EXPECT_LT(page.find("危機通報 B2"), page.find("個案 A1"));
  EXPECT_FALSE(holds(page, old.hex())) << "no way into it";
  EXPECT_FALSE(holds(page, risky.hex()));
  EXPECT_FALSE(holds(page, "words of"));
  EXPECT_EQ(Visitor(rig, "lin").get("/all").status, 404) << "counsellors see their own";
}

TEST_F(People, ALeadWhomTheEmployeeKeepsOutDoesNotEvenSeeThatTheThreadExists) {
  rig.writer.run([&](store::Db& db) {
    for (const char* name : {"hua", "mo"}) tests::hire(db, rig.keys, name, Role::lead);
    store::Threads(db, rig.keys)
        .open({.id = store::random_id<ThreadId>(), .kind = "case", .label = "A7"}, std::nullopt, std::nullopt,
              {"hua"});
  });
  EXPECT_FALSE(holds(Visitor(rig, "hua").get("/all").body, "個案 A7"));
  EXPECT_TRUE(holds(Visitor(rig, "mo").get("/all").body, "個案 A7"));
}

}  // namespace
}  // namespace careline::console
