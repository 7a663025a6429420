// Passwords, keys and accounts by HTTP: what stays readable, what an admin can do and what it never opens.
#include <gtest/gtest.h>

#include <regex>

#include "bot/flow/staff_desk.h"
#include "tests/console/rig.h"

namespace careline::console {
namespace {

constexpr const char* kOther = "seven blue kettles on a hill";

class KeysOnPages : public ::testing::Test {
 protected:
  KeysOnPages() {
    rig.writer.run([&](store::Db& db) {
      hu = tests::reader(tests::hire(db, rig.keys, "hu", Role::counsellor | Role::lead));
      store::Operators(db, rig.keys).vouch(rig.lin, "hu");
    });
    thread = rig.open("case", "A1");
    rig.write(thread, {.author = "employee", .text = "a secret", .at = 1});
  }
  static nlohmann::json fresh(const std::string& password, const std::string& again) {
    return {{"fresh", password}, {"again", again}};
  }
  static std::string code_in(const web::Answer& answer) {
    const std::string html = nlohmann::json::parse(answer.body)["page"];
    static const std::regex code("<code translate=\"no\">([0-9A-Z-]+)</code>");
    std::smatch found;
    return std::regex_search(html, found, code) ? found[1].str() : "";
  }
  bool shows(Visitor& visitor) { return holds(visitor.get("/threads/" + thread.hex()).body, "a secret"); }
  std::string last_line() {
    std::string line;
    rig.writer.run([&](store::Db& db) {
      const auto last = store::Audit(db, rig.keys).lines({}).at(0);
      line = last.who + " " + last.action + (last.object.empty() ? "" : " " + last.object);
    });
    return line;
  }
  // Wang resets hu's password; hu sets one with the code. Both happen in the rig's name of each.
  void reset_hu() {
    Visitor wang(rig, "wang");
    wang.step_up("wang");
    const auto made = wang.post("/accounts/reset", {{"name", "hu"}});
    ASSERT_EQ(made.status, 200);
    activation = code_in(made);
    Visitor nobody(rig);
    auto form = fresh(kOther, kOther);
    form.update({{"name", "hu"}, {"code", activation}});
    ASSERT_EQ(nobody.post("/activate", form).status, 200);
  }

  Rig rig;
  store::Reader hu;
  ThreadId thread;
  std::string activation;
};

TEST_F(KeysOnPages, APasswordIsChangedByWhoKnowsTheOldOneAndEverythingStaysReadable) {
  Visitor here(rig, "lin");
  EXPECT_EQ(here.post("/me/password").status, 428) << "not without password and code just before";
  here.step_up("lin");
  Visitor elsewhere(rig, "lin");
  auto form = fresh(kOther, kOther);
  form["password"] = "not the password";
  here.take_cookie(here.post("/unlock", {{"password", kPassword}}));
  EXPECT_EQ(here.post("/me/password", form).status, 422);
  form["password"] = kPassword;
  form["again"] = "something else than before";
  EXPECT_EQ(here.post("/me/password", form).status, 422);
  EXPECT_EQ(here.post("/me/password", fresh("short", "short")).status, 422);
  EXPECT_EQ(here.post("/me/password", fresh("passwordpassword", "passwordpassword")).status, 422);
  form["again"] = kOther;
  const auto changed = here.post("/me/password", form);
  ASSERT_EQ(changed.status, 200);
  here.take_cookie(changed);
  EXPECT_EQ(last_line(), "lin password_changed");
  EXPECT_TRUE(shows(here));
  EXPECT_EQ(elsewhere.get("/").status, 303) << "signed out";
  EXPECT_EQ(Visitor(rig).sign_in("lin", kPassword).status, 401);
  Visitor again(rig);
  EXPECT_EQ(again.sign_in("lin", kOther).status, 200);
  EXPECT_TRUE(shows(again));
}

TEST_F(KeysOnPages, WhoResetsAPasswordAndSignsInReadsAndDoesNothing) {
  reset_hu();
  Visitor as_hu(rig);
  ASSERT_EQ(as_hu.sign_in("hu", kOther).status, 200);
  const std::string path = "/threads/" + thread.hex();
  for (const std::string& page : {std::string("/"), path, std::string("/closed"), std::string("/people")})
    EXPECT_TRUE(holds(as_hu.get(page).head, "Location: /me/lost-key")) << page;
  for (const std::string& part : {std::string("/to-do"), path + "/history"}) {
    EXPECT_EQ(as_hu.get(part).status, 409) << part;
    EXPECT_FALSE(holds(as_hu.get(part).body, "A1"));
  }
  for (const char* act : {"/close", "/opened", "/reply", "/draft"})
    EXPECT_EQ(as_hu.post(path + act).status, 409);
  as_hu.step_up("hu", kOther);
  EXPECT_EQ(as_hu.post("/people/vouch", {{"name", "wang"}}).status, 409);
  EXPECT_EQ(as_hu.post("/accounts/leave", {{"name", "lin"}}).status, 409);
  EXPECT_FALSE(rig.messages(thread).at(0).fetched);
}

TEST_F(KeysOnPages, TheRecoveryCodeBringsTheKeyBack) {
  Visitor before(rig, "hu");
  before.step_up("hu");
  const auto made = before.post("/me/recovery-code");
  ASSERT_EQ(made.status, 200);
  const std::string code = code_in(made);
  EXPECT_EQ(code.size(), 39u);
  EXPECT_EQ(last_line(), "hu recovery_code_made");
  reset_hu();
  EXPECT_EQ(before.get("/").status, 303) << "signed out by the reset";
  Visitor after(rig);
  after.sign_in("hu", kOther);
  EXPECT_TRUE(holds(after.get("/me/lost-key").body, "/me/recover"));
  EXPECT_EQ(after.post("/me/recover", {{"code", "0000"}, {"password", kOther}}).status, 422);
  EXPECT_EQ(after.post("/me/recover", {{"code", code}, {"password", kPassword}}).status, 422);
  const auto back = after.post("/me/recover", {{"code", code}, {"password", kOther}});
  ASSERT_EQ(back.status, 200);
  after.take_cookie(back);
  EXPECT_TRUE(shows(after));
  EXPECT_EQ(Visitor(rig).sign_in("hu", kOther).status, 200);
}

TEST_F(KeysOnPages, WithoutTheCodeANewKeyBeginsWithNothing) {
  reset_hu();
  Visitor after(rig);
  after.sign_in("hu", kOther);
  const auto given_up = after.post("/me/give-up", {{"password", kOther}});
  ASSERT_EQ(given_up.status, 200);
  after.take_cookie(given_up);
  EXPECT_FALSE(shows(after));
  EXPECT_TRUE(holds(after.get("/").body, "還沒有人核可"));
  Visitor lin(rig, "lin");
  EXPECT_TRUE(shows(lin));
  lin.step_up("lin");
  EXPECT_EQ(lin.post("/people/vouch", {{"name", "hu"}}).status, 200);
  EXPECT_EQ(lin.post("/people/share", {{"name", "hu"}}).status, 200);
  EXPECT_TRUE(shows(after));
}

TEST_F(KeysOnPages, AnActivationCodeIsForOnePersonOnceAndEveryMistakeLooksAlike) {
  reset_hu();
  Visitor nobody(rig);
  auto form = fresh("another seven blue kettles", "another seven blue kettles");
  std::string answer;
  for (const auto& [name, code] : {std::pair<std::string, std::string>{"hu", activation},
                                   {"hu", "0000-0000-0000-0000"},
                                   {"lin", activation},
                                   {"nobody", activation}}) {
    form.update({{"name", name}, {"code", code}});
    const auto refused = nobody.post("/activate", form);
    EXPECT_EQ(refused.status, 401) << name;
    if (answer.empty()) answer = refused.body;
    EXPECT_EQ(refused.body, answer);
  }
}

TEST_F(KeysOnPages, ALostPhoneStartsTheSecondFactorAnew) {
  Visitor signed_in(rig, "hu");
  Visitor wang(rig, "wang");
  wang.step_up("wang");
  EXPECT_EQ(wang.post("/accounts/factor", {{"name", "wang"}}).status, 409) << "not one's own";
  EXPECT_EQ(wang.post("/accounts/factor", {{"name", "hu"}}).status, 200);
  EXPECT_EQ(last_line(), "wang factor_renewed hu");
  EXPECT_EQ(signed_in.get("/").status, 303);
  EXPECT_TRUE(holds(Visitor(rig).sign_in("hu", kPassword, "").body, "/enrol"));
}

TEST_F(KeysOnPages, WhoeverLeavesIsSignedOutAndOthersGoOn) {
  Visitor hus(rig, "hu");
  Visitor lins(rig, "lin");
  EXPECT_TRUE(shows(hus));
  Visitor wang(rig, "wang");
  EXPECT_EQ(wang.post("/accounts/leave", {{"name", "hu"}}).status, 428);
  wang.step_up("wang");
  EXPECT_TRUE(holds(wang.get("/accounts").body, "/accounts/leave"));
  EXPECT_EQ(wang.post("/accounts/leave", {{"name", "wang"}}).status, 409);
  EXPECT_EQ(wang.post("/accounts/leave", {{"name", "hu"}}).status, 200);
  EXPECT_EQ(last_line(), "wang left hu");
  EXPECT_EQ(hus.get("/").status, 303);
  EXPECT_EQ(Visitor(rig).sign_in("hu", kPassword).status, 401);
  rig.write(thread, {.author = "employee", .text = "later", .at = 2});
  EXPECT_TRUE(holds(lins.get("/threads/" + thread.hex()).body, "later"));
  const auto last = wang.post("/accounts/leave", {{"name", "lin"}});
  EXPECT_EQ(last.status, 409);
  EXPECT_TRUE(holds(last.body, "沒有別人能閱讀"));
}

TEST_F(KeysOnPages, RotationKeepsWhatIsReadableAndShowsWhoSigned) {
  Visitor lin(rig, "lin");
  lin.step_up("lin");
  EXPECT_EQ(lin.post("/me/rotate", {{"password", "not the password"}}).status, 422);
  const auto rotated = lin.post("/me/rotate", {{"password", kPassword}});
  ASSERT_EQ(rotated.status, 200);
  lin.take_cookie(rotated);
  EXPECT_TRUE(shows(lin));
  EXPECT_EQ(last_line(), "lin opened " + thread.hex());
  Visitor hus(rig, "hu");
  EXPECT_TRUE(holds(hus.get("/people").body, "由本人前一把金鑰簽章核可"));
  EXPECT_TRUE(shows(hus));
}

TEST_F(KeysOnPages, TheTeamsKeyNeedsALeadAndThenTakesWhatWasBefore) {
  flow::StaffDesk desk(rig.writer, rig.keys, rig.changes, rig.house.now_ms);
  const auto team = store::public_key_of(store::random_secret());
  desk.add_team_key(flow::the_system(), team);
  const nlohmann::json form = {{"key", store::hex(store::view(team))}};
  Visitor lin(rig, "lin");
  EXPECT_TRUE(holds(lin.get("/people").body, "等待專業督導核可"));
  EXPECT_EQ(lin.post("/people/team-vouch", form).status, 404) << "no lead";
  Visitor lead(rig, "hu");
  lead.step_up("hu");
  EXPECT_EQ(lead.post("/people/team-vouch", {{"key", "00"}}).status, 409);
  EXPECT_EQ(lead.post("/people/team-vouch", form).status, 200);
  EXPECT_EQ(lead.post("/people/team-vouch", form).status, 409);
  EXPECT_TRUE(holds(lead.post("/people/team-share").body, "1 則"));
  EXPECT_TRUE(holds(lead.post("/people/team-share").body, "0 則"));
  EXPECT_EQ(last_line(), "hu recovery_granted " + thread.hex());
}

}  // namespace
}  // namespace careline::console
