// Sessions that survive a restart, content that locks after 15 minutes or when the operator signs in
// elsewhere, the strip that stays live, the draft that comes back, and giving password and code again.
#include <gtest/gtest.h>

#include "bot/console/sessions.h"
#include "store/reply_drafts.h"
#include "tests/console/rig.h"

namespace careline::console {
namespace {

std::string in_database(Rig& rig, const char* sql) {
  std::string found;
  rig.writer.run([&](store::Db& db) { found = db.raw().execAndGet(sql).getString(); });
  return found;
}

Session of(const store::Reader& who, Roles roles = Role::counsellor) {
  return {.name = who.name, .roles = roles, .seed = who.seed};
}

TEST(Sessions, SurviveARestartWithTheirKeyAndTheirLimits) {
  Rig rig;
  std::string secret;
  {
    Sessions before(rig.writer, rig.keys);
    secret = before.start(of(rig.lin), 1'000);
  }
  Sessions after(rig.writer, rig.keys);
  const auto session = after.find(secret, 2'000, Touch::passive);
  ASSERT_TRUE(session);
  EXPECT_EQ(session->name, "lin");
  EXPECT_TRUE(session->roles.any_of(Role::counsellor));
  EXPECT_EQ(session->seed->bytes, rig.lin.seed.bytes);
  EXPECT_EQ(after.find(secret, 1'000 + kIdle_ms, Touch::passive)->standing, Standing::resting);
  EXPECT_FALSE(after.find(secret, 1'000 + kAbsolute_ms, Touch::passive));
  EXPECT_EQ(in_database(rig, "SELECT count(*) FROM sessions"), "0");
}

TEST(Sessions, ARowThatWasMadeOrChangedFromOutsideIsNone) {
  for (const char* change : {"UPDATE sessions SET standing = 'full'", "UPDATE sessions SET operator = 'wang'",
                             "UPDATE sessions SET stepped_up_at = 9", "UPDATE sessions SET created_at = 9"}) {
    Rig rig;
    Sessions before(rig.writer, rig.keys);
    Session session = of(rig.lin);
    session.standing = Standing::enrolling;
    const std::string secret = before.start(session, 1'000);
    rig.writer.run([&](store::Db& db) { db.exec(change); });
    EXPECT_FALSE(Sessions(rig.writer, rig.keys).find(secret, 2'000, Touch::passive)) << change;
  }
}

TEST(Sessions, WhoeverLeftIsNotSignedInAfterARestart) {
  Rig rig;
  Sessions before(rig.writer, rig.keys);
  const std::string secret = before.start(of(rig.lin), 1'000);
  rig.writer.run([&](store::Db& db) {
    store::Operators operators(db, rig.keys);
    auto lin = *operators.find("lin");
    lin.left_at = 1'500;
    operators.save(lin);
  });
  EXPECT_FALSE(Sessions(rig.writer, rig.keys).find(secret, 2'000, Touch::passive));
}

TEST(Sessions, TheOldestOfManyEndsOneIsOpenAndSecretsAreNotKept) {
  Rig rig;
  Sessions sessions(rig.writer, rig.keys);
  const std::string first = sessions.start(of(rig.lin), 1);
  EXPECT_EQ(sessions.find(first, 1, Touch::passive)->key.find(first), std::string::npos);
  const std::string second = sessions.start(of(rig.lin), 2);
  EXPECT_EQ(sessions.find(first, 2, Touch::passive)->standing, Standing::taken_over);
  EXPECT_FALSE(sessions.find(first, 2, Touch::passive)->seed);
  EXPECT_TRUE(sessions.find(second, 2, Touch::passive)->seed);
  for (int i = 3; i <= 9; ++i) sessions.start(of(rig.lin), i);
  EXPECT_FALSE(sessions.find(first, 10, Touch::passive));
  EXPECT_FALSE(sessions.find("", 10, Touch::passive));
}

TEST(Lock, After15MinutesTheKeyIsGoneAndThePasswordAloneBringsItBack) {
  Rig rig;
  const ThreadId thread = rig.open("case", "A1");
  rig.write(thread, {.author = "employee", .text = "a secret matter"});
  Visitor lin(rig, "lin");
  const std::string page = "/threads/" + thread.hex(), before = lin.cookie;
  EXPECT_TRUE(holds(lin.get(page).body, "a secret matter"));
  rig.now += kIdle_ms;
  const auto locked = lin.get(page);
  EXPECT_EQ(locked.status, 423);
  EXPECT_TRUE(holds(locked.body, "解鎖"));
  EXPECT_FALSE(holds(locked.body, "a secret matter"));
  EXPECT_FALSE(holds(locked.body, "A1"));
  EXPECT_EQ(lin.get(page + "/history").status, 423);
  EXPECT_EQ(lin.post(page + "/reply", {{"text", "x"}, {"key", "k"}}).status, 423);
  EXPECT_EQ(in_database(rig, "SELECT length(wrapped_seed) FROM sessions WHERE operator = 'lin'"), "0");
  EXPECT_EQ(lin.post("/unlock", {{"password", "not the password"}}).status, 422);
  const auto unlocked = lin.post("/unlock", {{"password", kPassword}});
  EXPECT_EQ(unlocked.status, 200);
  lin.take_cookie(unlocked);
  EXPECT_NE(lin.cookie, before);
  EXPECT_TRUE(holds(lin.get(page).body, "a secret matter"));
  EXPECT_EQ(lin.post("/unlock", {{"password", kPassword}}).status, 409);
}

TEST(Lock, UnlockingDoesNotReachBeyond8HoursAndAnAdminIsLockedAlike) {
  Rig rig;
  Visitor wang(rig, "wang");
  for (int i = 0; i < 7; ++i) {
    rig.now += 60 * 60 * 1000;
    EXPECT_EQ(wang.get("/topics").status, 423);
    wang.take_cookie(wang.post("/unlock", {{"password", kPassword}}));
    EXPECT_EQ(wang.get("/topics").status, 200);
  }
  rig.now += 60 * 60 * 1000;
  EXPECT_EQ(wang.get("/topics").status, 303);
  EXPECT_EQ(wang.post("/unlock", {{"password", kPassword}}).status, 401);
}

TEST(Lock, GuessingIsSlowedAndNobodyOutsideCanSlowTheWayBackIn) {
  Rig rig;
  Visitor lin(rig, "lin"), stranger(rig);
  rig.now += kIdle_ms;
  for (int i = 0; i < 6; ++i) stranger.sign_in("lin", "wrong wrong wrong", "");
  EXPECT_EQ(stranger.sign_in("lin", "wrong wrong wrong", "").status, 429);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(lin.post("/unlock", {{"password", "wrong wrong wrong"}}).status, 422);
  EXPECT_EQ(lin.post("/unlock", {{"password", kPassword}}).status, 429);
  rig.now += 2'000;
  EXPECT_EQ(lin.post("/unlock", {{"password", kPassword}}).status, 200);
}

TEST(Lock, ASecondSignInTakesTheContentOverButNotTheStrip) {
  Rig rig;
  rig.open("case", "A1");
  Visitor first(rig, "lin"), second(rig, "lin");
  const auto locked = first.get("/");
  EXPECT_EQ(locked.status, 423);
  EXPECT_TRUE(holds(locked.body, "已在另一個地方登入"));
  EXPECT_EQ(second.get("/").status, 200);
  EXPECT_TRUE(holds(first.get("/strip").body, "待處理 1 件"));
  EXPECT_EQ(first.get("/live").status, 200);
  first.take_cookie(first.post("/unlock", {{"password", kPassword}}));
  EXPECT_EQ(first.get("/").status, 200);
  EXPECT_EQ(second.get("/").status, 423);
}

TEST(Strip, ShowsNumbersOnlyAndIsRedUntilTheAlarmIsKnown) {
  Rig rig;
  const ThreadId thread = rig.open("case", "A7", 3);
  rig.writer.run([&](store::Db& db) { store::Threads(db, rig.keys).raise(thread, 3, "words", "", rig.now); });
  Visitor lin(rig, "lin");
  rig.now += kIdle_ms;
  const auto red = lin.get("/strip");
  EXPECT_TRUE(holds(red.body, "危機 1 件"));
  EXPECT_TRUE(holds(red.body, "知道了"));
  EXPECT_FALSE(holds(red.body, "A7"));
  EXPECT_FALSE(holds(red.body, thread.hex()));
  EXPECT_EQ(lin.post("/alarm-known").status, 200);
  const auto quiet = lin.get("/strip");
  EXPECT_TRUE(holds(quiet.body, "危機 1 件"));  // still open: nobody looked at it
  EXPECT_FALSE(holds(quiet.body, "知道了"));
  rig.now += 1'000;
  rig.writer.run([&](store::Db& db) { store::Threads(db, rig.keys).raise(thread, 3, "words", "", rig.now); });
  EXPECT_TRUE(holds(lin.get("/strip").body, "知道了"));
}

TEST(Draft, IsKeptSealedOfferedAgainAndErasedWhenSent) {
  Rig rig;
  const ThreadId thread = rig.open("case", "A1");
  const std::string page = "/threads/" + thread.hex(), text = "half a <reply>";
  Visitor lin(rig, "lin");
  EXPECT_EQ(lin.post(page + "/draft", {{"text", text}}).status, 200);
  const std::string sealed = in_database(rig, "SELECT sealed FROM reply_drafts");
  EXPECT_FALSE(holds(sealed, "half"));
  rig.now += kIdle_ms;
  EXPECT_FALSE(holds(lin.get(page).body, "half a"));
  lin.take_cookie(lin.post("/unlock", {{"password", kPassword}}));
  const std::string offered = lin.get(page).body;
  EXPECT_TRUE(holds(offered, "half a &lt;reply&gt;</textarea>"));
  EXPECT_TRUE(holds(offered, "還沒送出"));
  EXPECT_EQ(lin.post(page + "/reply", {{"text", text}, {"key", "k"}}).status, 200);
  EXPECT_EQ(in_database(rig, "SELECT count(*) FROM reply_drafts"), "0");
  EXPECT_FALSE(holds(lin.get(page).body, "還沒送出"));
  lin.post(page + "/draft", {{"text", text}});
  lin.post(page + "/draft", {{"text", ""}});
  EXPECT_EQ(in_database(rig, "SELECT count(*) FROM reply_drafts"), "0");
}

TEST(Draft, IsForGrantedThreadsAndForNobodyElse) {
  Rig rig;
  const ThreadId thread = rig.open("case", "A1"), other = rig.open("case", "A2");
  Visitor lin(rig, "lin");
  rig.writer.run([&](store::Db& db) {
    store::ReplyDrafts drafts(db);
    drafts.keep(*store::Operators(db, rig.keys).find("lin"), thread, "words");
    EXPECT_EQ(drafts.find(rig.lin, thread), "words");
    EXPECT_FALSE(drafts.find({"lin", store::random_secret()}, thread));
    db.query("UPDATE reply_drafts SET thread = :other").bind(":other", other).run();
    EXPECT_FALSE(drafts.find(rig.lin, other));  // moved from outside
    db.query("DELETE FROM grants WHERE thread = :thread").bind(":thread", thread).run();
  });
  EXPECT_EQ(lin.post("/threads/" + thread.hex() + "/draft", {{"text", "x"}}).status, 404);
}

TEST(StepUp, IsAskedForGivesANewSessionAndLastsFiveMinutes) {
  Rig rig;
  Visitor lin(rig, "lin");
  const std::string before = lin.cookie;
  EXPECT_EQ(lin.post("/me/sign-out-everywhere").status, 428);
  EXPECT_EQ(lin.post("/step-up", {{"password", kPassword}}).status, 422);
  EXPECT_EQ(lin.post("/step-up", {{"password", "wrong"}, {"code", rig.code_of("lin")}}).status, 422);
  const auto done =
      lin.post("/step-up", {{"password", kPassword}, {"code", rig.code_of("lin")}, {"place", "/me"}});
  EXPECT_EQ(nlohmann::json::parse(done.body)["go"], "/me");
  lin.take_cookie(done);
  EXPECT_NE(lin.cookie, before);
  rig.now += kStepUp_ms;
  EXPECT_EQ(lin.post("/me/sign-out-everywhere").status, 428);
  rig.now -= 1;
  EXPECT_EQ(lin.post("/me/fresh-codes").status, 200);
  EXPECT_EQ(lin.post("/me/sign-out-everywhere").status, 200);
}

TEST(StepUp, SigningOutEverywhereEndsEverySessionOfThisOperatorAlone) {
  Rig rig;
  Visitor first(rig, "lin"), second(rig, "lin"), wang(rig, "wang");
  second.take_cookie(second.post("/step-up", {{"password", kPassword}, {"code", rig.code_of("lin")}}));
  EXPECT_EQ(second.post("/me/sign-out-everywhere").status, 200);
  EXPECT_EQ(first.get("/").status, 303);
  EXPECT_EQ(second.get("/").status, 303);
  EXPECT_EQ(wang.get("/topics").status, 200);
}

}  // namespace
}  // namespace careline::console
