// What becomes of operators' keys, tried by those who should not read afterwards: whoever resets a password,
// whoever left, whoever has an earlier key or forges a voucher.
#include "store/own_key.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "store/guard.h"
#include "store/migrate.h"
#include "store/reply_drafts.h"
#include "store/sessions.h"
#include "store/team_key.h"
#include "store/verify.h"
#include "tests/config/temp_folder.h"
#include "tests/support/staff.h"

namespace careline::store {
namespace {

using tests::hire;
using tests::kCheap;
using tests::kPassword;
using tests::reader;

constexpr const char* kOther = "another long password";
constexpr std::int64_t kNow = 1'000'000;

class OwnKey : public ::testing::Test {
 protected:
  OwnKey() {
    migrate(db, keys);
    lin = reader(hire(db, keys, "lin", Role::counsellor | Role::lead));
    hu = reader(hire(db, keys, "hu", Role::counsellor));
    operators.vouch(lin, "hu");
    shared = open("A1");
  }

  ThreadId open(const std::string& label, const std::set<std::string>& not_given_to = {}) {
    const auto id = random_id<ThreadId>();
    threads.open({.id = id, .label = label}, "RECEIPT" + label, "LINE-ID", {}, not_given_to);
    say(id, "before");
    return id;
  }
  void say(const ThreadId& id, const std::string& text) {
    threads.add(*threads.find(id), {.author = "employee", .text = text, .at = 1});
  }
  // All texts that this reader can open, with commas between them.
  std::string read(const ThreadId& id, const Reader& who) { return texts(id, grants.open(id, who)); }
  std::string texts(const ThreadId& id, const ThreadKeys& open) {
    std::string all;
    for (const Message& message : threads.messages(id, open))
      if (message.readable) all += (all.empty() ? "" : ",") + message.text;
    return all;
  }
  Operator find(const std::string& name) { return *operators.find(name); }
  static AuditLine line(Action action, const std::string& who = "lin") {
    return {.at = kNow, .who = who, .role = "counsellor", .action = action};
  }
  Reader rotated(const Reader& who) {
    const auto renewed = with_new_key(keys, find(who.name), kPassword, kCheap);
    EXPECT_TRUE(rotate_key(db, keys, renewed, who.seed, line(Action::key_renewed)));
    return {who.name, renewed.seed};
  }
  std::int64_t count(const char* sql) { return db.raw().execAndGet(sql).getInt64(); }
  bool vouchers_hold() {
    const auto all = operators.all();
    return std::ranges::all_of(
        all, [&](const Operator& op) { return op.vouched_by.empty() || operators.vouched(op); });
  }

  config::testing::TempFolder folder;
  const Keyring keys = tests::some_keys(3);
  Db db{folder.path() / "careline.db", Db::Access::write};
  Threads threads{db, keys};
  Grants grants{db, keys};
  Operators operators{db, keys};
  Reader lin, hu;
  ThreadId shared;
};

// --- passwords ---------------------------------------------------------------------------------------------

TEST_F(OwnKey, AnotherPasswordKeepsEverythingReadable) {
  const auto change = with_password(keys, find("hu"), hu.seed, kOther, kCheap);
  ASSERT_TRUE(store_change(db, keys, change, line(Action::password_changed)));
  EXPECT_FALSE(unlock(keys, find("hu"), "hu", kPassword).right);
  const auto unlocked = unlock(keys, find("hu"), "hu", kOther);
  ASSERT_TRUE(unlocked.seed);
  EXPECT_EQ(read(shared, {"hu", *unlocked.seed}), "before");
  EXPECT_FALSE(store_change(db, keys, change, line(Action::password_changed))) << "made from a row of before";
}

TEST_F(OwnKey, ResettingOpensNothingOldAndLeavesNobodySignedIn) {
  SessionRows(db, keys).put({.key = "k", .name = "hu", .standing = "full", .token = "t"});
  const auto change = with_reset_password(keys, find("hu"), kOther, kCheap);
  ASSERT_TRUE(store_reset(db, keys, change, line(Action::password_reset)));
  const auto unlocked = unlock(keys, find("hu"), "hu", kOther);
  EXPECT_TRUE(unlocked.right);
  EXPECT_FALSE(unlocked.seed);
  EXPECT_EQ(count("SELECT count(*) FROM sessions"), 0);
  EXPECT_EQ(read(shared, {"hu", Secret{}}), "");
  hire(db, keys, "chen", Role::counsellor);
  EXPECT_FALSE(operators.vouch({"hu", Secret{}}, "chen")) << "without the key nobody vouches";
  EXPECT_FALSE(operators.vouch({"hu", random_secret()}, "chen"));
}

TEST_F(OwnKey, GivingUpTheKeyStartsWithNothingAndTheOthersGoOn) {
  const auto alone = open("A2", {"lin"});
  const auto renewed = with_new_key(keys, find("hu"), kOther, kCheap);
  ASSERT_TRUE(give_up_key(db, keys, renewed, line(Action::key_renewed)));
  const Reader anew{"hu", renewed.seed};
  say(shared, "after");
  say(alone, "after");
  for (const Reader& who : {hu, anew}) {
    EXPECT_EQ(read(shared, who), "");
    EXPECT_EQ(read(alone, who), "");
  }
  EXPECT_EQ(read(shared, lin), "before,after");
  EXPECT_FALSE(find("hu").may_read());
  ASSERT_TRUE(operators.vouch(lin, "hu"));
  EXPECT_TRUE(grants.give_what_waited(find("hu")));
  EXPECT_EQ(read(alone, anew), "after") << "what came since had waited for a reader";
  EXPECT_TRUE(grants.share(shared, lin, "hu"));
  EXPECT_EQ(read(shared, anew), "before,after");
  EXPECT_TRUE(vouchers_hold());
}

TEST_F(OwnKey, WhoeverWasNotVouchedForGetsANewKeyByAReset) {
  const Reader chen = reader(hire(db, keys, "chen", Role::counsellor));
  const auto change = with_reset_password(keys, find("chen"), kOther, kCheap);
  ASSERT_TRUE(store_reset(db, keys, change, line(Action::password_reset)));
  const auto unlocked = unlock(keys, find("chen"), "chen", kOther);
  ASSERT_TRUE(unlocked.seed);
  EXPECT_NE(unlocked.seed->bytes, chen.seed.bytes);
}

// --- activation codes --------------------------------------------------------------------------------------

TEST_F(OwnKey, AnActivationCodeWorksOnceForADayAndForItsOperatorAlone) {
  const auto code = make_activation(db, keys, "hu", line(Action::activation_made));
  ASSERT_TRUE(code);
  EXPECT_FALSE(unlock(keys, find("hu"), "hu", kPassword).right) << "the password of before is void";
  EXPECT_TRUE(activation_fits(db, keys, "hu", *code, kNow + 86'399'999));
  EXPECT_FALSE(activation_fits(db, keys, "hu", *code, kNow + 86'400'000));
  EXPECT_FALSE(activation_fits(db, keys, "lin", *code, kNow));
  EXPECT_FALSE(activation_fits(db, keys, "hu", "0000-0000-0000-0000", kNow));
  EXPECT_FALSE(activation_fits(db, keys, "hu", "", kNow));
  const auto change = with_reset_password(keys, find("hu"), kOther, kCheap);
  ASSERT_TRUE(activate(db, keys, change, *code, line(Action::activated, "hu")));
  EXPECT_TRUE(unlock(keys, find("hu"), "hu", kOther).right);
  EXPECT_FALSE(unlock(keys, find("hu"), "hu", kOther).seed);
  EXPECT_FALSE(activation_fits(db, keys, "hu", *code, kNow));
}

TEST_F(OwnKey, AnActivationThatSomebodyElseWroteIsNone) {
  const auto code = make_activation(db, keys, "hu", line(Action::activation_made));
  for (const char* change :
       {"UPDATE activations SET until = until + 1", "UPDATE activations SET operator = 'lin'"}) {
    db.raw().exec("SAVEPOINT intruder");
    db.raw().exec(change);
    EXPECT_FALSE(activation_fits(db, keys, "hu", *code, kNow)) << change;
    EXPECT_FALSE(activation_fits(db, keys, "lin", *code, kNow)) << change;
    db.raw().exec("ROLLBACK TO intruder");
  }
}

// --- rotation ----------------------------------------------------------------------------------------------

TEST_F(OwnKey, AfterRotationTheNewKeyReadsAllAndTheOldOneNothing) {
  ReplyDrafts(db).keep(find("hu"), shared, "half a sentence");
  auto op = find("hu");
  make_recovery_code(op, hu.seed);
  operators.save(op);
  const Reader anew = rotated(hu);
  EXPECT_EQ(read(shared, anew), "before");
  EXPECT_EQ(read(shared, hu), "");
  EXPECT_EQ(ReplyDrafts(db).find(anew, shared), "half a sentence");
  EXPECT_TRUE(find("hu").recovery_seed.empty()) << "the code opened the key before";
  const auto fresh = open("A2");
  EXPECT_EQ(read(fresh, anew), "before");
  EXPECT_EQ(read(fresh, hu), "");
  EXPECT_TRUE(threads.return_address(shared, grants.open(shared, anew)));
}

TEST_F(OwnKey, AKeyIsFollowedByTheOneItSignedAndByNoOther) {
  const Reader anew = rotated(lin);  // who vouched for hu with the key before
  EXPECT_TRUE(vouchers_hold());
  EXPECT_EQ(find("lin").vouched_by, "lin");
  EXPECT_FALSE(vouches_for_itself(find("lin")));
  hire(db, keys, "chen", Role::counsellor);
  EXPECT_FALSE(operators.vouch(lin, "chen")) << "with the key of before";
  EXPECT_TRUE(operators.vouch(anew, "chen"));
  EXPECT_TRUE(vouchers_hold());
  const auto again = with_new_key(keys, find("hu"), kPassword, kCheap);
  EXPECT_FALSE(rotate_key(db, keys, again, random_secret(), line(Action::key_renewed)));
}

TEST_F(OwnKey, AForgedVoucherIsGrantedNothingAndIsFound) {
  const Reader evil = reader(hire(db, keys, "evil", Role::counsellor));
  auto op = find("evil");
  op.vouched_by = "lin";
  op.voucher = sign(evil.seed, "anything");
  operators.save(op);  // with a true mark, as somebody with root.key could make it
  ASSERT_TRUE(find("evil").may_read());
  EXPECT_EQ(read(open("A2"), evil), "");
  EXPECT_FALSE(grants.share(shared, lin, "evil"));
  EXPECT_FALSE(operators.vouch(evil, "evil"));
  start_guard(db, keys);
  const auto found = verify(db, keys, {}).findings;
  ASSERT_EQ(found.size(), 1u);
  EXPECT_STREQ(code_of(found[0].fault), "voucher_wrong");
  EXPECT_EQ(found[0].table, "evil");
}

// --- leaving -----------------------------------------------------------------------------------------------

TEST_F(OwnKey, WhoeverLeftOpensOldEpochsFromAnOldCopyOnlyAndNothingNew) {
  const ThreadKeys copied =
      grants.open(shared, hu);  // what a copy of the database and the seed give for ever
  ASSERT_EQ(leave(db, keys, "hu", line(Action::left)).how, Leaving::done);
  say(shared, "after");
  EXPECT_EQ(threads.find(shared)->epoch, 2);
  EXPECT_EQ(texts(shared, copied), "before");
  EXPECT_EQ(read(shared, hu), "");
  EXPECT_EQ(read(shared, lin), "before,after");
  EXPECT_TRUE(threads.return_address(shared, grants.open(shared, lin))) << "answers still find their way";
  EXPECT_EQ(count("SELECT count(*) FROM grants WHERE operator = 'hu'"), 0);
  EXPECT_FALSE(unlock(keys, find("hu"), "hu", kPassword).right);
  EXPECT_FALSE(operators.add({.name = "hu", .roles = Role::admin})) << "the name stays theirs";
  EXPECT_EQ(read(open("A2"), hu), "");
  EXPECT_TRUE(vouchers_hold());
}

TEST_F(OwnKey, NobodyLeavesWordsWithoutAReader) {
  const auto only_hu = open("A2", {"lin"});
  const Left refused = leave(db, keys, "hu", line(Action::left));
  EXPECT_EQ(refused.how, Leaving::alone);
  EXPECT_EQ(refused.alone.open, 1);
  EXPECT_EQ(find("hu").left_at, 0);
  threads.set_closed(only_hu, 1, kNow);
  EXPECT_EQ(leave(db, keys, "hu", line(Action::left)).alone.closed, 1);
  hire(db, keys, "chen", Role::counsellor);
  operators.vouch(lin, "chen");
  EXPECT_TRUE(grants.share(only_hu, hu, "chen"));
  EXPECT_EQ(leave(db, keys, "hu", line(Action::left)).how, Leaving::done);
  EXPECT_EQ(leave(db, keys, "hu", line(Action::left)).how, Leaving::unknown);
}

TEST_F(OwnKey, TheLastReaderStaysUntilSomebodyElseReads) {
  EXPECT_EQ(leave(db, keys, "hu", line(Action::left)).how, Leaving::done);
  EXPECT_EQ(leave(db, keys, "lin", line(Action::left)).how, Leaving::last_reader);
}

TEST_F(OwnKey, AClosedThreadMayBeLeftToTheTeamsKey) {
  const auto only_hu = open("A2", {"lin"});
  threads.set_closed(only_hu, 1, kNow);
  const Secret team = random_secret();
  TeamKeys(db, keys).add(public_key_of(team), kNow);
  ASSERT_TRUE(TeamKeys(db, keys).vouch(lin, public_key_of(team)));
  EXPECT_EQ(leave(db, keys, "hu", line(Action::left)).how, Leaving::alone);
  EXPECT_TRUE(TeamKeys(db, keys).share(only_hu, hu));
  EXPECT_EQ(leave(db, keys, "hu", line(Action::left)).how, Leaving::done);
}

TEST_F(OwnKey, RolesChangeOnlyForWhoReadsNothing) {
  hire(db, keys, "wang", Role::admin);
  EXPECT_TRUE(change_roles(db, keys, "wang", Role::auditor, line(Action::roles_changed)));
  EXPECT_EQ(find("wang").roles, Roles(Role::auditor));
  EXPECT_FALSE(change_roles(db, keys, "wang", Role::counsellor, line(Action::roles_changed)));
  EXPECT_FALSE(change_roles(db, keys, "wang", Role::admin | Role::auditor, line(Action::roles_changed)));
  EXPECT_FALSE(change_roles(db, keys, "hu", Role::admin, line(Action::roles_changed)));
}

}  // namespace
}  // namespace careline::store
