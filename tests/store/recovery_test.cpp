// The team's recovery key: nothing is sealed to it before a lead vouched, two shares together open named
// threads for one reader, and everything that is less, other or altered is refused.
#include "store/recovery.h"

#include <gtest/gtest.h>

#include "store/migrate.h"
#include "store/shares.h"
#include "store/team_key.h"
#include "store/verify.h"
#include "tests/config/temp_folder.h"
#include "tests/support/staff.h"

namespace careline::store {
namespace {

using tests::hire;
using tests::reader;

class Recovering : public ::testing::Test {
 protected:
  Recovering() {
    migrate(db, keys);
    lin = reader(hire(db, keys, "lin", Role::counsellor | Role::lead));
    hu = reader(hire(db, keys, "hu", Role::counsellor));
    old = open("A1");
    make_team_key();
    fresh = open("A2");
    operators.vouch(lin, "hu");  // after both: neither was granted to hu
  }

  void make_team_key() {
    team = random_secret();
    team_keys.add(public_key_of(team), 1);
    EXPECT_TRUE(team_keys.vouch(lin, public_key_of(team)));
    std::tie(first, second) = split(team, keys.public_key(Purpose::head));
  }
  ThreadId open(const std::string& label) {
    const auto id = random_id<ThreadId>();
    threads.open({.id = id, .kind = "case", .label = label}, std::nullopt, std::nullopt);
    threads.add(*threads.find(id), {.author = "employee", .text = "words of " + label, .at = 1});
    return id;
  }
  std::string read(const ThreadId& id, const Reader& who) {
    const auto open = grants.open(id, who);
    return open.empty() ? "" : threads.messages(id, open).at(0).text;
  }
  static AuditLine line(Action action) {
    return {.at = 1, .who = "system", .role = "system", .action = action};
  }
  Exported exported(const std::vector<std::string>& labels, const std::string& name = "hu") {
    return export_recovery(db, keys, labels, name, line(Action::recovery_exported));
  }
  RecoveryFault imported(const std::string& answer) {
    return import_recovery(db, keys, answer, line(Action::recovery_imported)).fault;
  }
  // What two officers make of it.
  std::string answered(const std::string& request) {
    return *write_answer(read_request(request)->request, join(first + "\n" + second).seed);
  }

  config::testing::TempFolder folder;
  const Keyring keys = tests::some_keys(3);
  Db db{folder.path() / "careline.db", Db::Access::write};
  Threads threads{db, keys};
  Grants grants{db, keys};
  Operators operators{db, keys};
  TeamKeys team_keys{db, keys};
  Reader lin, hu;
  ThreadId old, fresh;
  Secret team;
  std::string first, second;
};

TEST_F(Recovering, NobodyGetsWhatTheyAreKeptOutOf) {
  const auto id = random_id<ThreadId>();
  threads.open({.id = id, .kind = "case", .label = "A3"}, std::nullopt, std::nullopt, {"hu"});
  EXPECT_EQ(exported({"A3"}).fault, RecoveryFault::kept_out);
  const auto grants_of_team = team_keys.grants(id);
  const Recovery wanted{
      public_key_of(team), "hu", operators.find("hu")->public_key, {{id, "case", "A3", grants_of_team}}};
  EXPECT_EQ(imported(answered(write_request(wanted, keys))), RecoveryFault::kept_out);
  EXPECT_FALSE(grants.has(id, "hu"));
}

TEST_F(Recovering, TheWholeWay) {
  EXPECT_EQ(read(fresh, hu), "");
  const auto request = exported({"A2"});
  ASSERT_EQ(request.fault, RecoveryFault::none);
  EXPECT_EQ(read_request(request.file)->request.labels(), std::vector<std::string>{"A2"});
  const std::string answer = answered(request.file);
  for (const std::string& file : {request.file, answer}) EXPECT_EQ(file.find("words"), std::string::npos);
  EXPECT_EQ(imported(answer), RecoveryFault::none);
  EXPECT_EQ(read(fresh, hu), "words of A2");
  EXPECT_EQ(read(old, hu), "");
  const auto trail = Audit(db, keys).lines({});
  ASSERT_EQ(trail.size(), 2u);
  EXPECT_EQ(trail[0].action, "recovery_imported");
  EXPECT_EQ(trail[1].action, "recovery_exported");
  EXPECT_EQ(trail[0].object, fresh.hex());
  EXPECT_EQ(trail[0].outcome, "for hu");
}

TEST_F(Recovering, OldThreadsAreGivenByWhoReadsThem) {
  EXPECT_EQ(exported({"A1"}).fault, RecoveryFault::no_grant);
  EXPECT_FALSE(team_keys.share(old, hu));
  EXPECT_TRUE(team_keys.share(old, lin));
  EXPECT_FALSE(team_keys.share(old, lin)) << "nothing new";
  EXPECT_EQ(imported(answered(exported({"A1", "A2"}).file)), RecoveryFault::none);
  EXPECT_EQ(read(old, hu), "words of A1");
}

TEST_F(Recovering, NothingIsSealedToAKeyThatNoLeadVouchedFor) {
  const Secret evil = random_secret();
  team_keys.add(public_key_of(evil), 2);
  ASSERT_TRUE(team_keys.waiting());
  EXPECT_EQ(team_keys.in_force()->public_key, public_key_of(team)) << "the one before stays in force";
  const auto wang = reader(hire(db, keys, "wang", Role::admin));
  for (const Reader& who : {hu, wang, Reader{"lin", Secret{}}})
    EXPECT_FALSE(team_keys.vouch(who, public_key_of(evil))) << who.name;
  EXPECT_FALSE(team_keys.vouch(lin, public_key_of(team))) << "not the one that waits";
  // As somebody with root.key, or without, would put it there.
  db.query("UPDATE recovery_keys SET vouched_by = 'lin', voucher = x'00' WHERE made_at = 2").run();
  EXPECT_EQ(team_keys.in_force()->public_key, public_key_of(team));
  const auto id = open("A3");
  auto q = db.query("SELECT sealed_key FROM recovery_grants WHERE thread = :thread");
  q.bind(":thread", id);
  ASSERT_TRUE(q.step());
  EXPECT_FALSE(open_grant(evil, {id, 1, kTeam}, q.text(0)));
  EXPECT_TRUE(open_grant(team, {id, 1, kTeam}, q.text(0)));
}

TEST_F(Recovering, OneShareIsNothing) {
  EXPECT_EQ(join(first).fault, ShareFault::count);
  EXPECT_EQ(join("").fault, ShareFault::count);
  EXPECT_EQ(join(first + first).fault, ShareFault::twice);
  const Joined joined = join(second + "\r\n" + first);
  EXPECT_EQ(joined.fault, ShareFault::none);
  EXPECT_EQ(joined.seed.bytes, team.bytes);
  EXPECT_TRUE(joined.belong_to(keys.public_key(Purpose::head)));
  EXPECT_FALSE(joined.belong_to(tests::some_keys(4).public_key(Purpose::head)));
}

TEST_F(Recovering, AWrongDigitOrAnotherTeamsShareIsRefused) {
  for (std::size_t at = 0; at < first.size(); ++at) {
    if (first[at] == ' ') continue;
    std::string typed = first;
    typed[at] = typed[at] == '0' ? '1' : '0';
    EXPECT_EQ(join(typed + second).fault, ShareFault::typing) << at;
  }
  const auto other = split(random_secret(), keys.public_key(Purpose::head));
  EXPECT_EQ(join(first + other.second).fault, ShareFault::not_a_pair);
  const auto again = split(team, keys.public_key(Purpose::head));
  EXPECT_EQ(join(first + again.second).fault, ShareFault::not_a_pair) << "of another split of the same key";
}

TEST_F(Recovering, AnAlteredFileIsRefusedOnBothSides) {
  const std::string request = exported({"A2"}).file, answer = answered(request);
  for (std::size_t at = 0; at < request.size(); at += 7) {
    std::string other = request;
    other[at] = other[at] == 'a' ? 'b' : 'a';
    if (other == request) continue;
    EXPECT_FALSE(read_request(other)) << at;
  }
  for (std::size_t at = 0; at < answer.size(); at += 7) {
    std::string other = answer;
    other[at] = other[at] == 'a' ? 'b' : 'a';
    if (other == answer) continue;
    EXPECT_EQ(imported(other), RecoveryFault::not_answered) << at;
  }
  EXPECT_EQ(read(fresh, hu), "") << "no altered answer was taken in";
  EXPECT_EQ(imported(request), RecoveryFault::not_answered);
  EXPECT_EQ(imported(""), RecoveryFault::not_answered);
}

TEST_F(Recovering, AFileOfAnotherServiceOrKeyIsRefused) {
  const std::string request = exported({"A2"}).file;
  const Recovery asked = read_request(request)->request;
  EXPECT_FALSE(write_answer(asked, random_secret())) << "other shares open nothing";
  Recovery moved = asked;
  moved.threads[0].id = old;
  EXPECT_FALSE(write_answer(moved, team)) << "a grant under the name of another thread";
  const std::string forged = write_request(asked, tests::some_keys(4));
  EXPECT_FALSE(join(first + second).belong_to(read_request(forged)->signer));
  const std::string answer = answered(request);
  make_team_key();
  EXPECT_EQ(imported(answer), RecoveryFault::not_answered) << "answered with a key that is not in force";
}

TEST_F(Recovering, OnlyWhoMayReadNowGetsAnything) {
  EXPECT_EQ(exported({"A2"}, "nobody").fault, RecoveryFault::no_reader);
  hire(db, keys, "chen", Role::counsellor);
  EXPECT_EQ(exported({"A2"}, "chen").fault, RecoveryFault::no_reader);
  EXPECT_EQ(exported({"A9"}).fault, RecoveryFault::no_thread);
  const std::string answer = answered(exported({"A2"}).file);
  auto op = *operators.find("hu");
  const Secret other = renew_key(op);
  operators.save(op);
  EXPECT_EQ(imported(answer), RecoveryFault::no_reader);
  operators.vouch(lin, "hu");
  EXPECT_EQ(imported(answer), RecoveryFault::no_reader) << "sealed to the key of before";
  EXPECT_EQ(read(fresh, {"hu", other}), "");
}

}  // namespace
}  // namespace careline::store
