// The real program: backup-key, backup beside a running service, restore in another place, and its advice.
#include <gtest/gtest.h>

#include "tests/support/program.h"

namespace careline {
namespace {
namespace fs = std::filesystem;
using config::testing::with;
using tests::Ended;

class Program : public tests::RealProgram {
 protected:
  void SetUp() override {
    tests::RealProgram::SetUp();
    fs::create_directory(home.path() / "backups");
  }

  // The key pair, the store, an operator, the settings with the recipient.
  void set_up_backups() {
    const auto made = run({"backup-key", "--out", at("backup.key")});
    ASSERT_EQ(made.code, 0) << made.said;
    const auto first = made.said.find("[backup]"), last = made.said.find("\"\n", first);
    ASSERT_NE(last, std::string::npos);
    lines = made.said.substr(first, last + 2 - first);
    home.write("careline.toml", settings("var/careline") + lines + "directory = \"backups\"\n");
    ASSERT_EQ(run_with_settings({"init"}).code, 0);
    home.write("typed", "a long enough password\n");
    ASSERT_EQ(run_with_settings({"operator", "add", "lin", "--role", "counsellor"}).code, 0);
  }
  std::string made_file(const std::string& ending) const {
    for (const auto& entry : fs::directory_iterator(home.path() / "backups"))
      if (entry.path().string().find(ending) != std::string::npos) return entry.path().string();
    return "";
  }
  Ended restore() {
    return run_with_settings({"restore", "--key", at("backup.key"), "--content", made_file(".content.clb"),
                              "--keys", made_file(".keys.clb")},
                             "restored.toml");
  }

  std::string lines;
};

TEST_F(Program, BacksUpBesideTheServiceAndRestoresElsewhere) {
  set_up_backups();
  home.write("var/careline/work/snapshot.db", "left by a backup that was killed");
  const pid_t service = serve();
  EXPECT_FALSE(fs::exists(home.path() / "var/careline/work"));
  const auto backup = run_with_settings({"backup"});
  EXPECT_EQ(stop(service), 0);
  ASSERT_EQ(backup.code, 0) << backup.said;
  EXPECT_NE(backup.said.find("keep a copy of root.key somewhere else"), std::string::npos);

  home.write("restored.toml", settings("elsewhere"));
  const auto restored = restore();
  ASSERT_EQ(restored.code, 0) << restored.said;
  EXPECT_EQ(run_with_settings({"doctor"}, "restored.toml").code, 0);
  home.write("typed", "a long enough password\n");
  const auto again = run_with_settings({"operator", "add", "lin", "--role", "counsellor"}, "restored.toml");
  EXPECT_NE(again.said.find("already there"), std::string::npos) << again.said;

  const auto twice = restore();
  EXPECT_EQ(twice.code, 1);
  EXPECT_NE(twice.said.find("into an empty place only"), std::string::npos);
}

TEST_F(Program, BacksUpWhileNothingRuns) {
  set_up_backups();
  fs::create_directory(home.path() / "other");
  const auto backup = run_with_settings({"backup", "--to", at("other")});
  EXPECT_EQ(backup.code, 0) << backup.said;
  EXPECT_EQ(made_file(".clb"), "");
  EXPECT_FALSE(fs::is_empty(home.path() / "other"));
}

TEST_F(Program, WithoutARecipientAdvises) {
  const auto backup = run_with_settings({"backup", "--to", at("backups")});
  EXPECT_EQ(backup.code, 2);
  EXPECT_NE(backup.said.find("careline backup-key --out FILE"), std::string::npos) << backup.said;
}

TEST_F(Program, WithoutADirectoryAdvises) {
  set_up_backups();
  home.write("careline.toml", settings("var/careline") + lines);
  const auto backup = run_with_settings({"backup"});
  EXPECT_EQ(backup.code, 2);
  EXPECT_NE(backup.said.find("--to DIRECTORY"), std::string::npos) << backup.said;
}

TEST_F(Program, FindsATypingErrorInTheRecipient) {
  set_up_backups();
  const auto place = lines.find("careline-backup-") + 20;
  lines[place] = lines[place] == 'x' ? 'y' : 'x';
  home.write("careline.toml", settings("var/careline") + lines);
  for (const char* command : {"check-config", "backup", "serve"}) {
    const auto ended = run_with_settings({command});
    EXPECT_EQ(ended.code, 2) << command;
    EXPECT_NE(ended.said.find("a character of it is wrong"), std::string::npos) << ended.said;
  }
}

TEST_F(Program, KeepsAnOldPrivateKeyAndShowsItToNobody) {
  set_up_backups();
  std::ifstream in(home.path() / "backup.key");
  std::string secret;
  in >> secret;
  EXPECT_EQ(fs::status(home.path() / "backup.key").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  const auto again = run({"backup-key", "--out", at("backup.key")});
  EXPECT_EQ(again.code, 1);
  EXPECT_EQ(again.said.find(secret), std::string::npos);
  std::ifstream kept(home.path() / "backup.key");
  std::string same;
  kept >> same;
  EXPECT_EQ(same, secret);
}

TEST_F(Program, AsksForRootKeyBeforeItRestores) {
  set_up_backups();
  ASSERT_EQ(run_with_settings({"backup"}).code, 0);
  home.write("restored.toml", with(settings("elsewhere"), "etc/root.key", "lost/root.key"));
  const auto lost = restore();
  EXPECT_EQ(lost.code, 2);
  EXPECT_NE(lost.said.find("put the copy of root.key back first"), std::string::npos) << lost.said;

  home.write("lost/root.key", std::string(32, 'x'));
  const auto another = restore();
  EXPECT_EQ(another.code, 1);
  EXPECT_NE(another.said.find("was not made with this root.key"), std::string::npos) << another.said;
  EXPECT_FALSE(fs::exists(home.path() / "elsewhere/careline.db"));
}

}  // namespace
}  // namespace careline
