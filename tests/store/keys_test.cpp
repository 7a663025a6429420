// What the keys promise, tried by those who should not read: somebody with the database, with the root key
// too, somebody who writes to the database, a newcomer, a reader without a grant.
#include <gtest/gtest.h>

#include "store/migrate.h"
#include "store/threads.h"
#include "tests/config/temp_folder.h"
#include "tests/support/staff.h"

namespace careline::store {
namespace {

using tests::hire;
using tests::reader;

class Keys : public ::testing::Test {
 protected:
  Keys() {
    migrate(db, keys);
    lin = reader(hire(db, keys, "lin", Role::counsellor | Role::lead));
  }

  ThreadId open(const std::string& kind = "case", const std::set<std::string>& kept_out = {}) {
    Thread thread{.id = random_id<ThreadId>(), .kind = kind};
    thread.label = thread.id.hex();
    const bool question = kind == "question";
    threads.open(thread, question ? std::optional<std::string>("RECEIPT") : std::nullopt,
                 question ? std::optional<std::string>("LINE-ID") : std::nullopt, kept_out);
    threads.add(*threads.find(thread.id), {.author = "employee", .text = "words", .at = 1});
    return thread.id;
  }
  // What this reader sees of the first message; "" if nothing opens.
  std::string read(const ThreadId& id, const Reader& who) {
    const auto open = grants.open(id, who);
    return open.empty() ? "" : threads.messages(id, open).at(0).text;
  }
  void change(const std::string& sql) { db.raw().exec(sql); }

  config::testing::TempFolder folder;
  const Keyring keys = tests::some_keys(3);
  Db db{folder.path() / "careline.db", Db::Access::write};
  Threads threads{db, keys};
  Grants grants{db, keys};
  Operators operators{db, keys};
  Reader lin;
};

TEST_F(Keys, ACounsellorReadsAndTheServiceCannot) {
  const auto id = open();
  EXPECT_EQ(read(id, lin), "words");
  const auto without = threads.messages(id, {});
  EXPECT_FALSE(without.at(0).readable);
  EXPECT_EQ(without.at(0).text, "");
}

TEST_F(Keys, ANewcomerReadsNothingUntilVouchedForAndNothingOldAfterwards) {
  const auto old = open();
  const Reader hu = reader(hire(db, keys, "hu", Role::counsellor));
  const auto between = open();
  EXPECT_EQ(read(old, hu), "");
  EXPECT_EQ(read(between, hu), "");
  EXPECT_FALSE(operators.vouch(hu, "hu")) << "nobody vouches for themselves once there is somebody else";
  const Reader chen = reader(hire(db, keys, "chen", Role::counsellor));
  EXPECT_FALSE(operators.vouch(chen, "hu")) << "who was not vouched for vouches for nobody";
  EXPECT_TRUE(operators.vouch(lin, "hu"));
  EXPECT_TRUE(operators.vouched(*operators.find("hu")));
  const auto later = open();
  EXPECT_EQ(read(old, hu), "");
  EXPECT_EQ(read(between, hu), "");
  EXPECT_EQ(read(later, hu), "words");
  EXPECT_TRUE(grants.share(old, lin, "hu"));
  EXPECT_EQ(read(old, hu), "words");
  EXPECT_FALSE(grants.share(old, lin, "chen"));
}

TEST_F(Keys, AnAdminGetsNoKeyEvenIfSomebodyVouches) {
  const Reader wang = reader(hire(db, keys, "wang", Role::admin));
  EXPECT_FALSE(operators.vouch(lin, "wang"));
  EXPECT_FALSE(grants.share(open(), lin, "wang"));
  EXPECT_EQ(read(open(), wang), "");
}

TEST_F(Keys, WhoIsKeptOutGetsNoGrant) {
  const Reader hu = reader(hire(db, keys, "hu", Role::counsellor));
  operators.vouch(lin, "hu");
  const auto id = open("case", {"hu"});
  EXPECT_EQ(read(id, hu), "");
  EXPECT_EQ(read(id, lin), "words");
}

TEST_F(Keys, ResettingAPasswordOpensNothing) {
  const auto id = open();
  auto op = *operators.find("lin");
  reset_password(keys, op, "another long password", tests::kCheap);
  operators.save(op);
  const auto unlocked = unlock(keys, operators.find("lin"), "lin", "another long password");
  EXPECT_TRUE(unlocked.right);
  EXPECT_FALSE(unlocked.seed);
  EXPECT_FALSE(unlock(keys, operators.find("lin"), "lin", tests::kPassword).right);
  op = *operators.find("lin");
  const Reader renewed{"lin", renew_key(op)};
  operators.save(op);
  EXPECT_EQ(read(id, renewed), "");
  EXPECT_FALSE(operators.find("lin")->may_read()) << "somebody has to vouch for the new key";
}

TEST_F(Keys, TheRecoveryCodeOpensWhatTheNewPasswordDoesNot) {
  const auto id = open();
  auto op = *operators.find("lin");
  const std::string code = make_recovery_code(op, lin.seed);
  EXPECT_EQ(code.size(), 32u + 7u);
  reset_password(keys, op, "another long password", tests::kCheap);
  operators.save(op);
  op = *operators.find("lin");
  std::string typed = code;
  std::erase(typed, '-');
  std::transform(typed.begin(), typed.end(), typed.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto seed = recover(op, typed);
  ASSERT_TRUE(seed);
  EXPECT_EQ(read(id, {"lin", *seed}), "words");
  typed[5] = typed[5] == '0' ? '1' : '0';
  EXPECT_FALSE(recover(op, typed));
  set_password(keys, op, *seed, "another long password", tests::kCheap);
  operators.save(op);
  EXPECT_TRUE(unlock(keys, operators.find("lin"), "lin", "another long password").seed);
}

TEST_F(Keys, PasswordsCountInTheirComposedForm) {
  hire(db, keys, "hu", Role::counsellor);
  auto op = *operators.find("hu");
  set_password(keys, op, random_secret(), "caf\u00e9 long enough", tests::kCheap);
  EXPECT_TRUE(unlock(keys, op, "hu", "cafe\u0301 long enough").right);
  EXPECT_FALSE(unlock(keys, op, "hu", "cafe long enough").right);
}

TEST_F(Keys, ASwappedThreadKeyStopsWritingInsteadOfRevealing) {
  const auto id = open();
  const auto stranger = box_of(random_secret());
  db.query("UPDATE threads SET box = :box WHERE id = :id")
      .bind_blob(":box", view(stranger))
      .bind(":id", id)
      .run();
  EXPECT_FALSE(threads.find(id)->intact);
  EXPECT_THROW(threads.add(*threads.find(id), {.author = "employee", .text = "more", .at = 2}),
               std::runtime_error);
}

TEST_F(Keys, ASwappedOperatorKeyIsGrantedNothing) {
  const Secret stranger = random_secret();
  db.query("UPDATE operators SET public_key = :key WHERE name = 'lin'")
      .bind_blob(":key", view(public_key_of(stranger)))
      .run();
  EXPECT_FALSE(operators.find("lin")->may_read());
  EXPECT_EQ(read(open(), {"lin", stranger}), "");
  EXPECT_FALSE(unlock(keys, operators.find("lin"), "lin", tests::kPassword).right);
}

TEST_F(Keys, ARaisedRoleDoesNotCount) {
  hire(db, keys, "wang", Role::admin);
  change("UPDATE operators SET roles = 'counsellor', vouched_by = 'lin' WHERE name = 'wang'");
  EXPECT_FALSE(operators.find("wang")->may_read());
}

TEST_F(Keys, AnInsertedOrMovedGrantOpensNothing) {
  const auto mine = open(), other = open();
  const Reader hu = reader(hire(db, keys, "hu", Role::counsellor));
  // A grant of one's own making, copied from another operator and from another thread.
  change(
      "INSERT INTO grants SELECT thread, 'hu', epoch, sealed_key, mark FROM grants WHERE operator = 'lin'");
  EXPECT_EQ(read(mine, hu), "");
  const std::string made = seal_to_operator(public_key_of(hu.seed), "anything");
  db.query("UPDATE grants SET sealed_key = :key WHERE operator = 'hu'").bind_blob(":key", made).run();
  EXPECT_EQ(read(mine, hu), "");
  db.query(R"sql(
    UPDATE grants SET (sealed_key, mark) =
      (SELECT sealed_key, mark FROM grants WHERE thread = :other AND operator = 'lin')
    WHERE thread = :mine AND operator = 'lin')sql")
      .bind(":other", other)
      .bind(":mine", mine)
      .run();
  EXPECT_EQ(read(mine, lin), "");
  EXPECT_EQ(read(other, lin), "words");
}

TEST_F(Keys, AMovedMessageDoesNotOpen) {
  const auto from = open(), to = open();
  db.query(R"sql(
    UPDATE messages SET sealed_content = (SELECT sealed_content FROM messages WHERE thread = :from)
    WHERE thread = :to)sql")
      .bind(":from", from)
      .bind(":to", to)
      .run();
  EXPECT_FALSE(threads.messages(to, grants.open(to, lin)).at(0).readable);
}

TEST_F(Keys, TheWayBackNeedsACounsellorsKey) {
  const auto id = open("question");
  EXPECT_FALSE(threads.return_address(id, {}));
  EXPECT_FALSE(threads.return_address(id, {{1, random_secret()}}));
  const auto address = threads.return_address(id, grants.open(id, lin));
  ASSERT_TRUE(address);
  EXPECT_EQ(address->line_id, "LINE-ID");
  EXPECT_EQ(address->receipt, "RECEIPT");
  // And the service's: the same database under another root key.
  const Keyring others = tests::some_keys(4);
  Threads elsewhere(db, others);
  EXPECT_FALSE(elsewhere.return_address(id, grants.open(id, lin)));
}

TEST_F(Keys, OnlyTheReceiptOpensAnAnswerToAQuestion) {
  const auto id = open("question");
  threads.add(*threads.find(id), {.author = "counsellor", .text = "answer", .at = 2});
  const auto thread = *threads.find(id);
  EXPECT_TRUE(threads.answers(thread, "ANOTHER").empty());
  ASSERT_EQ(threads.answers(thread, "RECEIPT").size(), 1u);
  threads.fetched_all(thread);
  EXPECT_EQ(threads.answers(thread, "RECEIPT").at(0).text, "answer");
  EXPECT_TRUE(threads.answers(thread, "RECEIPT").at(0).fetched);
}

TEST_F(Keys, AnAnswerInACaseWaitsUnderThePassingKeyUntilItIsFetched) {
  const auto id = open();
  threads.add(*threads.find(id), {.author = "counsellor", .text = "answer", .at = 2});
  const auto thread = *threads.find(id);
  const Keyring from_a_backup(Secret({3}), Secret({99}));
  EXPECT_TRUE(Threads(db, from_a_backup).answers(thread, "").empty());
  EXPECT_EQ(threads.answers(thread, "").at(0).text, "answer");
  threads.fetched_all(thread);
  EXPECT_TRUE(threads.answers(thread, "").empty());
}

TEST(FirstReader, GetsWhatWaitedForThem) {
  const config::testing::TempFolder folder;
  const Keyring keys = tests::some_keys(3);
  Db db(folder.path() / "careline.db", Db::Access::write);
  migrate(db, keys);
  const auto id = random_id<ThreadId>();
  Threads threads(db, keys);
  threads.open({.id = id, .label = "A1"}, std::nullopt, std::nullopt);
  threads.add(*threads.find(id), {.author = "employee", .text = "words", .at = 1});
  hire(db, keys, "wang", Role::admin);
  EXPECT_EQ(Grants(db, keys).holders(id).size(), 0u);
  const Reader lin = reader(hire(db, keys, "lin", Role::counsellor));
  EXPECT_EQ(threads.messages(id, Grants(db, keys).open(id, lin)).at(0).text, "words");
  EXPECT_EQ(db.raw().execAndGet("SELECT count(*) FROM grants WHERE operator = ''").getInt(), 0);
}

TEST(RolesTogether, TheEmployersSideNeverReads) {
  for (const char* good :
       {"counsellor", "counsellor,lead", "admin,broadcaster", "auditor", "case_manager,lead"})
    EXPECT_TRUE(may_be_held_together(*Roles::parse(good))) << good;
  for (const char* bad :
       {"counsellor,admin", "lead,broadcaster", "admin,auditor", "case_manager,admin", "counsellor,auditor"})
    EXPECT_FALSE(may_be_held_together(*Roles::parse(bad))) << bad;
  EXPECT_FALSE(Roles::parse("director"));
  EXPECT_FALSE(Roles::parse(""));
  EXPECT_EQ(Roles::parse("lead,counsellor")->text(), "counsellor,lead");
}

}  // namespace
}  // namespace careline::store
