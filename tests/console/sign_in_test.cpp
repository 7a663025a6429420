// Signing in and out by HTTP: neutral answers, slowing, cookies, limits of a session, and who counts as on
// duty.
#include <gtest/gtest.h>

#include "bot/console/sessions.h"
#include "bot/console/slowing.h"
#include "tests/console/rig.h"

namespace careline::console {
namespace {

TEST(SignIn, AWrongPasswordAndAnUnknownNameGetTheSameAnswer) {
  Rig rig;
  Visitor visitor(rig);
  const auto wrong = visitor.sign_in("lin", "not the password at all");
  const auto unknown = visitor.sign_in("nobody", "not the password at all");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.head, unknown.head);
  EXPECT_EQ(wrong.body, unknown.body);
  EXPECT_TRUE(holds(wrong.body, "帳號或密碼不正確"));
  EXPECT_FALSE(holds(wrong.head, "Set-Cookie"));
}

TEST(SignIn, WrongMissingAndUsedCodesGetTheSameAnswerAsAWrongPassword) {
  Rig rig;
  Visitor visitor(rig);
  const std::string code = rig.code_of("lin");
  const auto wrong_password = visitor.sign_in("lin", "not the password at all", code);
  EXPECT_EQ(wrong_password.status, 401);
  EXPECT_EQ(visitor.sign_in("lin", kPassword, code).status, 200);  // the attempt before used nothing up
  Visitor again(rig);
  for (const std::string& bad :
       {code, std::string(), std::string("12345"), std::string("0000-0000-0000-0000")}) {
    const auto answer = again.sign_in("lin", kPassword, bad);
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(answer.head, wrong_password.head);
    EXPECT_EQ(answer.body, wrong_password.body);
  }
}

TEST(SignIn, GuessingIsSlowedForKnownAndUnknownNamesAlikeAndNeverLocked) {
  Rig rig;
  for (const std::string name : {"lin", "nobody"}) {
    Visitor visitor(rig);
    for (int i = 0; i < kFreeFailures; ++i) EXPECT_EQ(visitor.sign_in(name, "wrong wrong wrong").status, 401);
    const auto slowed = visitor.sign_in(name, "wrong wrong wrong");
    EXPECT_EQ(slowed.status, 429);
    EXPECT_TRUE(holds(slowed.head, "Retry-After: 2\r\n"));
  }
  Visitor rightful(rig);
  EXPECT_EQ(rightful.sign_in("lin", kPassword).status, 429);
  rig.now += 2'000;
  EXPECT_EQ(rightful.sign_in("lin", kPassword).status, 200);
  Visitor again(rig);
  EXPECT_EQ(again.sign_in("lin", "wrong wrong wrong").status, 401);  // a success forgets the failures
}

TEST(SignIn, TheCookieIsForThisServerAloneAndNewEachTime) {
  Rig rig;
  Visitor visitor(rig);
  const auto first = visitor.sign_in("lin", kPassword);
  EXPECT_TRUE(holds(first.head, "; Path=/; HttpOnly; SameSite=Strict\r\n"));
  const std::string old = visitor.cookie;
  EXPECT_GE(old.size(), 43u);  // 256 bits
  visitor.sign_in("lin", kPassword);
  EXPECT_NE(visitor.cookie, old);
  visitor.cookie = old;
  EXPECT_EQ(visitor.get("/").status, 303);  // the session before has ended
}

TEST(SignIn, BehindTheProxyTheCookieIsSecure) {
  Rig rig;
  Visitor visitor(rig);
  const auto answer = visitor.ask(
      "POST", "/sign-in",
      "X-Forwarded-Proto: https\r\nOrigin: https://a\r\nContent-Type: application/json\r\n",
      nlohmann::json{{"name", "lin"}, {"password", kPassword}, {"code", rig.code_of("lin")}}.dump());
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(holds(answer.head, "Set-Cookie: __Host-careline="));
  EXPECT_TRUE(holds(answer.head, "; Secure\r\n"));
  EXPECT_TRUE(holds(answer.head, "Strict-Transport-Security: "));
}

TEST(SignIn, ItLeadsOnlyToOurOwnPages) {
  EXPECT_EQ(safe_place("/threads/0123abcd"), "/threads/0123abcd");
  for (const char* foreign :
       {"", "//evil", "/\\evil", "https://evil", "evil", "/sign-in", "/a?b", "/a\r\nb", "/%2f"})
    EXPECT_EQ(safe_place(foreign), "/") << foreign;
}

TEST(SignIn, OversizedNamesAndPasswordsAreRefusedUnread) {
  Rig rig;
  Visitor visitor(rig);
  EXPECT_EQ(visitor.sign_in(std::string(1000, 'a'), kPassword).status, 401);
  EXPECT_EQ(visitor.sign_in("lin", std::string(100'000, 'a')).status, 401);
  EXPECT_EQ(
      visitor.ask("POST", "/sign-in", "Origin: http://a\r\nContent-Type: application/json\r\n", "{").status,
      401);
  EXPECT_EQ(visitor
                .ask("POST", "/sign-in", "Origin: http://a\r\nContent-Type: application/json\r\n",
                     R"({"name":["lin"],"password":{}})")
                .status,
            401);
}

TEST(SignOut, EndsTheSessionAndCleansTheBrowser) {
  Rig rig;
  Visitor visitor(rig, "lin");
  const auto answer = visitor.post("/sign-out");
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(holds(answer.head, "Clear-Site-Data: \"cache\", \"cookies\", \"storage\""));
  EXPECT_TRUE(holds(answer.head, "Max-Age=0"));
  EXPECT_EQ(visitor.get("/").status, 303);
}

TEST(Duty, ACounsellorCountsFor15MinutesAndLiveUpdatesDoNotPutItOff) {
  Rig rig;
  EXPECT_TRUE(rig.console->on_duty().empty());
  Visitor admin(rig, "wang");
  EXPECT_TRUE(rig.console->on_duty().empty());
  Visitor visitor(rig, "lin");
  EXPECT_EQ(rig.console->on_duty(), std::set<std::string>{"lin"});
  rig.now += kIdle_ms - 1;
  EXPECT_EQ(visitor.get("/to-do").status, 200);  // the page refreshes itself
  EXPECT_EQ(rig.console->on_duty(), std::set<std::string>{"lin"});
  rig.now += 1;
  EXPECT_TRUE(rig.console->on_duty().empty());
  EXPECT_EQ(visitor.get("/to-do").status, 423);
}

TEST(Duty, ActivityPutsOffTheEndButNotBeyond8Hours) {
  Rig rig;
  Visitor visitor(rig, "lin");
  for (std::int64_t at = 0; at + kIdle_ms < kAbsolute_ms; at += kIdle_ms - 1000) {
    EXPECT_EQ(visitor.post("/here").status, 200);
    rig.now += kIdle_ms - 1000;
  }
  rig.now += kIdle_ms - 1000;
  EXPECT_EQ(visitor.get("/").status, 303);
}

TEST(Slowing, DelaysDoubleToAQuarterOfAnHour) {
  Slowing slowing;
  std::int64_t now = 0, expected = kFirstDelay_ms;
  for (int i = 0; i < kFreeFailures; ++i) EXPECT_EQ(slowing.begin("lin", now), 0);
  for (int i = 0; i < 12; ++i) {
    EXPECT_EQ(slowing.begin("lin", now), expected);
    EXPECT_EQ(slowing.begin("wang", now), 0) << "others are not slowed";
    slowing.succeeded("wang");
    now += expected;
    EXPECT_EQ(slowing.begin("lin", now), 0);  // fails too
    expected = std::min(expected * 2, kLongestDelay_ms);
  }
  EXPECT_EQ(expected, kLongestDelay_ms);
}

}  // namespace
}  // namespace careline::console
