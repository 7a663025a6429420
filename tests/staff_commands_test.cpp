// The real program: a reset and a lost phone beside the running service, and named threads recovered by two
// shares.
#include <regex>

#include "bot/place.h"
#include "store/recovery_file.h"
#include "store/team_key.h"
#include "store/writer.h"
#include "tests/support/program.h"
#include "tests/support/staff.h"

namespace careline {
namespace {
namespace fs = std::filesystem;
using tests::Ended;

class Commands : public tests::RealProgram {
 protected:
  void SetUp() override {
    RealProgram::SetUp();
    ASSERT_EQ(run_with_settings({"init"}).code, 0);
    home.write("typed", std::string(tests::kPassword) + "\n");
    ASSERT_EQ(run_with_settings({"operator", "add", "lin", "--role", "counsellor,lead"}).code, 0);
    ASSERT_EQ(run_with_settings({"operator", "add", "hu", "--role", "counsellor"}).code, 0);
  }

  config::Settings loaded() const { return config::load_settings(at("careline.toml")); }
  // On the store itself, while nothing serves it.
  void with_store(const std::function<void(store::Db&, const store::Keyring&)>& act) {
    const auto keys = read_keys(loaded());
    store::Writer writer(database_file(loaded()), keys);
    writer.run([&](store::Db& db) { act(db, keys); });
  }
  static store::Reader unlocked(store::Db& db, const store::Keyring& keys, const std::string& name) {
    const auto op = store::Operators(db, keys).find(name);
    return {name, store::unlock(keys, op, name, tests::kPassword).seed.value()};
  }
  // A thread that lin alone may read, and hu vouched for.
  void open_thread(store::Db& db, const store::Keyring& keys) {
    store::Threads threads(db, keys);
    threads.open({.id = thread, .kind = "case", .label = "A1"}, std::nullopt, std::nullopt);
    threads.add(*threads.find(thread), {.author = "employee", .text = "words", .at = 1});
    store::Operators(db, keys).vouch(unlocked(db, keys, "lin"), "hu");
  }
  std::vector<std::string> shares_in(const std::string& sheets) {
    static const std::regex line("\n([0-9A-Z]{4}(?: [0-9A-Z]{4}){3})(?=\n)");
    std::vector<std::string> shares(2);
    int found = 0;
    for (std::sregex_iterator it(sheets.begin(), sheets.end(), line), end; it != end; ++it, ++found)
      shares.at(found < 5 ? 0 : 1) += (*it)[1].str() + "\n";
    EXPECT_EQ(found, 10) << sheets;
    return shares;
  }
  Ended open_request(const std::string& typed, const std::string& threads = "A1") {
    home.write("typed", typed);
    return run(
        {"recovery", "open", at("request"), "--threads", threads, "--for", "hu", "--out", at("answer")});
  }

  const ThreadId thread = store::random_id<ThreadId>();
};

TEST_F(Commands, AResetBesideTheServiceLeavesTheKeyShut) {
  with_store([&](store::Db& db, const store::Keyring& keys) { open_thread(db, keys); });
  const pid_t service = serve();
  home.write("typed", "seven blue kettles on a hill\n");
  EXPECT_EQ(run_with_settings({"operator", "reset", "lin"}).code, 0);
  EXPECT_EQ(run_with_settings({"operator", "reset", "nobody"}).code, 1);
  EXPECT_EQ(run_with_settings({"operator", "reset-factor", "lin"}).code, 0);
  home.write("typed", "short\n");
  EXPECT_EQ(run_with_settings({"operator", "reset", "lin"}).code, 2);
  EXPECT_EQ(stop(service), 0);
  home.write("typed", "eight blue kettles on a hill\r\n");
  EXPECT_EQ(run_with_settings({"operator", "reset", "lin"}).code, 0) << "while nothing runs";
  with_store([&](store::Db& db, const store::Keyring& keys) {
    const auto op = store::Operators(db, keys).find("lin");
    const auto opened = store::unlock(keys, op, "lin", "eight blue kettles on a hill");
    EXPECT_TRUE(opened.right);
    EXPECT_FALSE(opened.seed);
    EXPECT_FALSE(store::SecondFactors(db, keys).find("lin")->confirmed);
  });
}

TEST_F(Commands, TwoSharesRecoverNamedThreadsAndLessDoesNot) {
  const auto created = run_with_settings({"recovery", "create"});
  ASSERT_EQ(created.code, 0) << created.said;
  const auto shares = shares_in(created.said);
  fs::remove(home.path() / "said");
  EXPECT_EQ(
      run_with_settings({"recovery", "export", "--threads", "A1", "--for", "hu", "--out", at("request")})
          .code,
      1)
      << "no lead vouched for it yet";
  with_store([&](store::Db& db, const store::Keyring& keys) {
    store::TeamKeys team(db, keys);
    EXPECT_TRUE(team.vouch(unlocked(db, keys, "lin"), team.waiting()->public_key));
    open_thread(db, keys);
  });
  EXPECT_EQ(
      run_with_settings({"recovery", "export", "--threads", "A2", "--for", "hu", "--out", at("request")})
          .code,
      1);
  const auto asked =
      run_with_settings({"recovery", "export", "--threads", "A1", "--for", "hu", "--out", at("request")});
  ASSERT_EQ(asked.code, 0) << asked.said;
  EXPECT_NE(run({"recovery", "show", at("request")}).said.find("thread  A1"), std::string::npos);

  EXPECT_EQ(open_request(shares[0]).code, 1);
  EXPECT_EQ(open_request(shares[0] + shares[0]).code, 1);
  EXPECT_EQ(open_request(shares[1] + shares[0], "A1,A2").code, 1) << "the officers agreed to something else";
  EXPECT_FALSE(fs::exists(home.path() / "answer"));
  const auto opened = open_request(shares[1] + shares[0]);
  ASSERT_EQ(opened.code, 0) << opened.said;

  const pid_t service = serve();
  EXPECT_EQ(run_with_settings({"recovery", "import", at("request")}).code, 1) << "that is no answer";
  const auto imported = run_with_settings({"recovery", "import", at("answer")});
  EXPECT_EQ(imported.code, 0) << imported.said;
  EXPECT_EQ(stop(service), 0);
  with_store([&](store::Db& db, const store::Keyring& keys) {
    const auto open = store::Grants(db, keys).open(thread, unlocked(db, keys, "hu"));
    ASSERT_FALSE(open.empty());
    EXPECT_EQ(store::Threads(db, keys).messages(thread, open).at(0).text, "words");
  });
  EXPECT_EQ(run_with_settings({"audit", "verify"}).code, 0);
}

TEST_F(Commands, AFileOfAnotherAgencyIsRefusedByTheShares) {
  const auto shares = shares_in(run_with_settings({"recovery", "create"}).said);
  const auto others = tests::some_keys(5);
  const auto team = store::public_key_of(store::random_secret());
  home.write("request", store::write_request({team, "hu", team, {{thread, "case", "A1", {}}}}, others));
  const auto refused = open_request(shares[0] + shares[1]);
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.said.find("another agency"), std::string::npos) << refused.said;
  EXPECT_FALSE(fs::exists(home.path() / "answer"));
}

TEST_F(Commands, LookingMakesNoKey) {
  const auto passing = passing_key_file(loaded());
  fs::remove(passing);
  EXPECT_EQ(run_with_settings({"doctor"}).code, 1);
  EXPECT_EQ(run_with_settings({"audit", "verify"}).code, 1);
  EXPECT_FALSE(fs::exists(passing));
}

TEST_F(Commands, DoctorSeesThatSomebodyElseWroteTheSeal) {
  EXPECT_NE(run_with_settings({"doctor"}).said.find("ok      seal"), std::string::npos);
  store::Db db(database_file(loaded()), store::Db::Access::write);
  db.raw().exec("UPDATE guard SET audit_seq = audit_seq + 1");
  EXPECT_NE(run_with_settings({"doctor"}).said.find("FAILED  seal"), std::string::npos);
}

}  // namespace
}  // namespace careline
