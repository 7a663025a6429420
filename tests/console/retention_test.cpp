// The page of keeping and shredding: two persons, a hold, a certificate; nothing for anybody else.
#include <gtest/gtest.h>

#include "store/retention.h"
#include "tests/console/rig.h"

namespace careline::console {
namespace {

class Keepers : public ::testing::Test {
 protected:
  Keepers() {
    rig.writer.run([&](store::Db& db) {
      tests::hire(db, rig.keys, "mei", Role::lead);
      tests::hire(db, rig.keys, "bo", Role::case_manager);
    });
    id = rig.open("case", "A1");
    rig.writer.run([&](store::Db& db) { store::Threads(db, rig.keys).set_closed(id, 1, rig.now); });
  }
  bool there() {
    bool found = false;
    rig.writer.run([&](store::Db& db) { found = store::Threads(db, rig.keys).find(id).has_value(); });
    return found;
  }
  std::string request() {
    std::string hex;
    rig.writer.run([&](store::Db& db) { hex = store::Retention(db, rig.keys).requests().at(0).id.hex(); });
    return hex;
  }
  Rig rig;
  ThreadId id;
};

TEST_F(Keepers, ShredTwoByTwoWhatIsOver) {
  EXPECT_FALSE(holds(Visitor(rig, "mei").get("/retention").body, "個案 A1"));
  rig.now += 3654LL * 24 * 3'600'000;
  Visitor mei(rig, "mei"), bo(rig, "bo");
  EXPECT_TRUE(holds(mei.get("/retention").body, "個案 A1"));
  EXPECT_TRUE(holds(mei.get("/").body, "保存與銷毀"));
  EXPECT_EQ(mei.post("/retention/propose-over").status, 200);
  EXPECT_TRUE(holds(mei.get("/retention").body, "這是您自己提請的"));
  mei.step_up("mei");
  EXPECT_EQ(mei.post("/retention/approve", {{"request", request()}}).status, 409) << "not one's own";
  EXPECT_TRUE(there());
  bo.step_up("bo");
  EXPECT_EQ(bo.post("/retention/approve", {{"request", request()}}).status, 200);
  EXPECT_FALSE(there());
  EXPECT_TRUE(holds(bo.get("/retention").body, "提請：mei，核准：bo"));
}

TEST_F(Keepers, HoldAndRelease) {
  Visitor mei(rig, "mei"), bo(rig, "bo");
  EXPECT_EQ(bo.post("/retention/hold", {{"label", "A1"}, {"reason", "court"}}).status, 404) << "the lead's";
  EXPECT_EQ(mei.post("/retention/hold", {{"label", "A9"}, {"reason", "court"}}).status, 409);
  EXPECT_EQ(mei.post("/retention/hold", {{"label", "A1"}, {"reason", "court"}}).status, 200);
  EXPECT_TRUE(holds(bo.get("/retention").body, "訴訟或偵查"));
  EXPECT_EQ(bo.post("/retention/propose", {{"label", "A1"}, {"reason", "mistake"}}).status, 409);
  EXPECT_EQ(mei.post("/retention/release", {{"thread", id.hex()}}).status, 200);
  EXPECT_EQ(bo.post("/retention/propose", {{"label", "A1"}, {"reason", "mistake"}}).status, 200);
  EXPECT_EQ(bo.post("/retention/withdraw", {{"request", request()}}).status, 200);
  EXPECT_TRUE(there());
}

TEST_F(Keepers, IsNotForTheEmployersSide) {
  Visitor wang(rig, "wang");
  EXPECT_EQ(wang.get("/retention").status, 404);
  EXPECT_FALSE(holds(wang.get("/undelivered").body, "保存與銷毀"));
}

TEST_F(Keepers, ACounsellorMayBeTheSecondAndProposesNothing) {
  Visitor lin(rig, "lin");
  const auto page = lin.get("/retention").body;
  EXPECT_TRUE(holds(page, "等待第二位同仁核准"));
  EXPECT_FALSE(holds(page, "/retention/propose"));
  EXPECT_FALSE(holds(page, "/retention/hold"));
  EXPECT_EQ(lin.post("/retention/propose-over").status, 404);
  EXPECT_EQ(lin.post("/retention/withdraw").status, 404);
  EXPECT_EQ(lin.post("/retention/approve").status, 428) << "password and code again";
}

}  // namespace
}  // namespace careline::console
