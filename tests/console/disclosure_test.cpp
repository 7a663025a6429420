// The way of a lawful disclosure, and each refusal on it.
#include <gtest/gtest.h>

#include <sstream>

#include "store/disclosure_file.h"
#include "tests/console/rig.h"

namespace careline::console {
namespace {

constexpr const char* kWords = "words of the employee";
constexpr std::int64_t kDay_ms = 24 * 3'600'000;

class Disclosing : public ::testing::Test {
 protected:
  Disclosing() {
    rig.writer.run([&](store::Db& db) {
      tests::hire(db, rig.keys, "hua", Role::lead);
      tests::hire(db, rig.keys, "mei", Role::auditor);
      tests::hire(db, rig.keys, "hu", Role::counsellor);
      store::Operators(db, rig.keys).vouch(rig.lin, "hu");
      const store::Person person{.id = store::People(db, rig.keys).id_of("LINE-ID"), .line_id = "LINE-ID"};
      store::People(db, rig.keys).remember(person, 1);
      store::Thread named{.id = thread, .kind = "case", .label = "A1", .person = person.id};
      store::Threads(db, rig.keys).open(named, std::nullopt, std::nullopt, {"hu"});
    });
    rig.write(thread, {.author = "employee", .text = kWords, .at = rig.now});
    rig.open("case", "A2");
  }

  Visitor arrived(const std::string& name) { return Visitor(rig, name).step_up(name); }
  nlohmann::json request() const {
    return {{"basis", "court_order"}, {"clause", "order 7"},
            {"labels", "A1"},         {"recipient_name", "A court"},
            {"days", "14"},           {"recipient", recipient.recipient().text()}};
  }
  int ask(const std::string& name = "wang", const nlohmann::json& changed = {}) {
    rig.now += 1;  // the newest is the one that was asked for last
    auto form = request();
    if (changed.is_object()) form.update(changed);
    return arrived(name).post("/disclosures", form).status;
  }
  store::Disclosure stored() {
    std::optional<store::Disclosure> newest;
    rig.writer.run([&](store::Db& db) { newest = store::Disclosures(db, rig.keys).latest(1).at(0); });
    return *newest;
  }
  std::string place(const char* act) { return "/disclosures/" + stored().id.hex() + "/" + act; }
  int approve(const std::string& name) { return arrived(name).post(place("approve")).status; }
  int make(const std::string& name) { return arrived(name).post(place("export")).status; }
  web::Answer fetch(const std::string& name) { return arrived(name).get(place("file")); }
  std::size_t promised() {
    std::int64_t count = 0;
    rig.writer.run([&](store::Db& db) { count = store::Outbox(db, rig.keys).counts().waiting; });
    return static_cast<std::size_t>(count);
  }
  std::size_t noted(const std::string& action, const std::string& outcome) {
    std::size_t count = 0;
    rig.writer.run([&](store::Db& db) {
      for (const auto& line : store::Audit(db, rig.keys).lines({.action = action}))
        if (line.outcome == outcome) ++count;
    });
    return count;
  }

  Rig rig;
  const ThreadId thread = store::random_id<ThreadId>();
  const store::BackupKey recipient = store::BackupKey::make();
};

TEST_F(Disclosing, TwoApproveACounsellorCarriesItOutAndOnlyTheRecipientReads) {
  EXPECT_EQ(ask(), 200);
  EXPECT_EQ(approve("hua"), 200);
  EXPECT_EQ(approve("mei"), 200);
  EXPECT_TRUE(holds(arrived("lin").get("/disclosures").body, "製作檔案"));
  EXPECT_EQ(make("lin"), 200);
  EXPECT_EQ(promised(), 1u) << "the employee is told";
  EXPECT_TRUE(holds(rig.messages(thread).back().text, "A court"));

  const auto file = fetch("lin");
  EXPECT_EQ(file.status, 200);
  EXPECT_FALSE(holds(file.body, kWords));
  std::istringstream in(file.body);
  const std::string text = store::open_disclosure(in, recipient, "file");
  EXPECT_TRUE(holds(text, kWords));
  EXPECT_TRUE(holds(text, stored().code()));
  EXPECT_TRUE(holds(text, "order 7"));
  EXPECT_FALSE(holds(text, "LINE-ID"));
  std::istringstream again(file.body);
  EXPECT_THROW(store::open_disclosure(again, store::BackupKey::make(), "file"), std::runtime_error);

  EXPECT_EQ(noted("disclosure_requested", "done"), 1u);
  EXPECT_EQ(noted("disclosure_approved", "done"), 2u);
  EXPECT_EQ(noted("disclosed", stored().code()), 1u);
  EXPECT_EQ(noted("disclosure_fetched", "done"), 1u);
  EXPECT_EQ(make("lin"), 409) << "once";
}

TEST_F(Disclosing, NobodyIsToldWhenTheOrderForbidsItAndItsClauseIsKept) {
  ask("wang", {{"silent_clause", "article 9"}});
  approve("hua");
  approve("mei");
  EXPECT_EQ(make("lin"), 200);
  EXPECT_EQ(promised(), 0u);
  EXPECT_EQ(rig.messages(thread).size(), 1u);
  EXPECT_TRUE(holds(arrived("mei").get("/disclosures").body, "article 9"));
}

TEST_F(Disclosing, OneApprovalIsNotEnoughAndTheSamePersonCountsOnce) {
  ask();
  EXPECT_EQ(make("lin"), 409) << "nobody approved";
  EXPECT_EQ(approve("mei"), 200);
  EXPECT_EQ(approve("mei"), 409);
  EXPECT_EQ(noted("disclosure_approved", "refused"), 1u);
  EXPECT_EQ(make("lin"), 409);
  EXPECT_EQ(noted("disclosed", "refused"), 2u);
  EXPECT_EQ(fetch("lin").status, 404);
}

TEST_F(Disclosing, WhoAsksDoesNotApprove) {
  EXPECT_EQ(ask("hua"), 200);
  EXPECT_EQ(approve("hua"), 409);
  EXPECT_EQ(approve("wang"), 404) << "an admin approves nothing";
  EXPECT_EQ(approve("lin"), 404) << "nor does a counsellor";
}

TEST_F(Disclosing, ApprovingAndCarryingOutAskForPasswordAndCodeAgain) {
  ask();
  EXPECT_EQ(Visitor(rig, "mei").post(place("approve")).status, 428);
  approve("hua");
  approve("mei");
  EXPECT_EQ(Visitor(rig, "lin").post(place("export")).status, 428);
  EXPECT_EQ(stored().exported_at, 0);
}

TEST_F(Disclosing, WithoutAGrantNothingIsCarriedOut) {
  ask();
  approve("hua");
  approve("mei");
  EXPECT_EQ(make("hu"), 409);
  EXPECT_FALSE(holds(arrived("hu").get("/disclosures").body, "order 7"));
  EXPECT_EQ(stored().exported_at, 0);
}

TEST_F(Disclosing, AnotherThreadThanThoseNamedIsNotInTheFileAndAForeignOneStopsIt) {
  ask("wang", {{"labels", "A2"}});
  approve("hua");
  approve("mei");
  EXPECT_EQ(make("hu"), 200) << "hu holds A2";
  std::istringstream in(fetch("hu").body);
  EXPECT_FALSE(holds(store::open_disclosure(in, recipient, "file"), kWords));
  ask("wang", {{"labels", "A1\nA2"}});
  approve("hua");
  approve("mei");
  EXPECT_EQ(make("hu"), 409) << "hu does not hold A1";
  ask("wang", {{"labels", "A99"}});
  approve("hua");
  approve("mei");
  EXPECT_EQ(make("lin"), 409) << "there is no A99, and asking for it told nobody so";
}

TEST_F(Disclosing, AfterItsTimeNothingIsApprovedOrCarriedOut) {
  ask("wang", {{"days", "1"}});
  approve("hua");
  rig.now += kDay_ms;
  EXPECT_EQ(approve("mei"), 409);
  ask("wang", {{"days", "1"}});
  approve("hua");
  approve("mei");
  rig.now += kDay_ms;
  EXPECT_EQ(make("lin"), 409);
}

TEST_F(Disclosing, TheFileIsForItsMakerForThreeDays) {
  ask();
  approve("hua");
  approve("mei");
  make("lin");
  EXPECT_EQ(fetch("wang").status, 404) << "an admin gets no file";
  EXPECT_EQ(fetch("hua").status, 404);
  EXPECT_EQ(Visitor(rig, "lin").get(place("file")).status, 303) << "password and code again";
  rig.now += 3 * kDay_ms - 1;
  EXPECT_EQ(fetch("lin").status, 200);
  rig.now += 1;
  EXPECT_EQ(fetch("lin").status, 404);
  const auto id = stored().id;
  rig.writer.run([&](store::Db& db) {
    EXPECT_TRUE(store::Disclosures(db, rig.keys).file(id));
    EXPECT_TRUE(store::Disclosures(db, rig.keys).drop_files(rig.now));
    EXPECT_FALSE(store::Disclosures(db, rig.keys).file(id));
  });
}

TEST_F(Disclosing, AnAdminSeesHowItStandsAndNeitherThreadsNorWords) {
  ask("hua", {{"labels", "the label"}, {"clause", "order 8"}});
  const auto page = arrived("wang").get("/disclosures").body;
  EXPECT_TRUE(holds(page, stored().code()));
  EXPECT_TRUE(holds(page, "等待兩位同意"));
  EXPECT_FALSE(holds(page, "the label"));
  EXPECT_FALSE(holds(page, "order 8"));
  EXPECT_FALSE(holds(page, "A court"));
}

TEST_F(Disclosing, WhatIsIncompleteIsNotFiled) {
  for (const nlohmann::json& wrong : {nlohmann::json{{"basis", "curiosity"}},
                                      {{"clause", " "}},
                                      {{"labels", ""}},
                                      {{"days", "31"}},
                                      {{"days", "0"}},
                                      {{"days", "soon"}},
                                      {{"recipient_name", ""}},
                                      {{"recipient", "careline-backup-AAAA"}},
                                      {{"labels", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11"}}})
    EXPECT_EQ(ask("wang", wrong), 422) << wrong.dump();
  EXPECT_EQ(ask("lin"), 404) << "counsellors do not ask";
}

TEST_F(Disclosing, AnApprovalThatWasWrittenIntoTheDatabaseDoesNotCount) {
  ask();
  approve("mei");
  rig.writer.run([&](store::Db& db) {
    db.exec(
        "INSERT INTO disclosure_approvals SELECT disclosure, 'hua', roles, at, mark FROM "
        "disclosure_approvals");
  });
  EXPECT_FALSE(stored().approved());
  EXPECT_EQ(make("lin"), 409);
}

TEST_F(Disclosing, ARequestThatWasChangedInTheDatabaseIsOff) {
  ask();
  approve("hua");
  approve("mei");
  rig.writer.run([&](store::Db& db) { db.exec("UPDATE disclosures SET until = until + 1"); });
  EXPECT_FALSE(stored().intact);
  EXPECT_EQ(make("lin"), 409);
}

TEST_F(Disclosing, WhatCannotBeNotedIsNotDone) {
  ask();
  approve("hua");
  approve("mei");
  Visitor lin = arrived("lin");
  rig.writer.run([](store::Db& db) {
    db.exec("CREATE TEMP TRIGGER full BEFORE INSERT ON main.audit BEGIN SELECT raise(ABORT, 'full'); END");
  });
  EXPECT_EQ(lin.post(place("export")).status, 500);
  EXPECT_EQ(stored().exported_at, 0);
  EXPECT_EQ(promised(), 0u);
}

}  // namespace
}  // namespace careline::console
