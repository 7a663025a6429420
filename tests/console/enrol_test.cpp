// The first sign-in: nothing but the page of enrolment until a first code was right, then ten recovery codes.
#include <gtest/gtest.h>

#include <regex>

#include "bot/console/qr.h"
#include "tests/console/rig.h"

namespace careline::console {
namespace {

// A rig whose counsellor has not yet set up the second factor.
struct Newcomer : Rig {
  Newcomer() {
    writer.run([&](store::Db& db) { store::SecondFactors(db, keys).renew("lin"); });
  }
};

std::string token_in(const std::string& page) { return page.substr(page.find("data-token=\"") + 12, 43); }

TEST(Enrol, WithoutAConfirmedFactorThePasswordLeadsToEnrolmentAndNowhereElse) {
  Newcomer rig;
  const ThreadId thread = rig.open("case", "A1");
  Visitor lin(rig);
  EXPECT_TRUE(holds(lin.sign_in("lin", kPassword, "").body, "/enrol"));
  EXPECT_TRUE(holds(lin.get("/").head, "Location: /enrol"));
  EXPECT_TRUE(holds(lin.get("/threads/" + thread.hex()).head, "Location: /enrol"));
  EXPECT_EQ(lin.get("/live").status, 401);
  lin.token = token_in(lin.get("/enrol").body);
  EXPECT_EQ(lin.post("/here").status, 401);
  EXPECT_TRUE(rig.console->on_duty().empty());
}

TEST(Enrol, AWrongCodeConfirmsNothingAndTheRightOneShowsTheCodesOnce) {
  Newcomer rig;
  Visitor lin(rig);
  lin.sign_in("lin", kPassword, "");
  const std::string page = lin.get("/enrol").body, before = lin.cookie;
  EXPECT_TRUE(holds(page, "<svg"));
  lin.token = token_in(page);
  EXPECT_EQ(lin.post("/enrol", {{"code", "000000"}}).status, 422);
  const auto done = lin.post("/enrol", {{"code", rig.code_of("lin")}});
  ASSERT_EQ(done.status, 200);
  const std::string html = nlohmann::json::parse(done.body)["page"];
  const std::regex code("<code>([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})</code>");
  EXPECT_EQ(std::distance(std::sregex_iterator(html.begin(), html.end(), code), {}), 10);
  lin.take_cookie(done);
  EXPECT_NE(lin.cookie, before);
  EXPECT_EQ(lin.get("/").status, 200);
  EXPECT_TRUE(holds(lin.get("/enrol").head, "Location: /"));
  EXPECT_EQ(rig.console->on_duty(), std::set<std::string>{"lin"});
  std::smatch first;
  ASSERT_TRUE(std::regex_search(html, first, code));
  Visitor without_phone(rig);
  EXPECT_EQ(without_phone.sign_in("lin", kPassword, first[1]).status, 200);
  EXPECT_EQ(without_phone.sign_in("lin", kPassword, first[1]).status, 401);
}

TEST(Enrol, AFactorWhoseRowWasTakenAwayLetsNobodyIn) {
  Rig rig;
  rig.writer.run([](store::Db& db) { db.exec("DELETE FROM second_factors"); });
  Visitor lin(rig);
  EXPECT_EQ(lin.sign_in("lin", kPassword, "").status, 401);
}

TEST(Qr, IsSquareWithAQuietZone) {
  const QrCode code = qr_code("otpauth://totp/a:b?secret=ABC");
  EXPECT_EQ(code.size, 25 + 2 * 4);                    // version 2
  EXPECT_EQ(code.path.substr(0, 12), "M4 4h1v1h-1z");  // a finder pattern begins in the corner
}

}  // namespace
}  // namespace careline::console
