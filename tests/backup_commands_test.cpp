// The real program: backup-key, backup beside a running service, restore in another place, and its advice.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "tests/config/settings_fixture.h"
#include "tests/config/temp_folder.h"

namespace careline {
namespace {
namespace fs = std::filesystem;
using config::testing::TempFolder;
using config::testing::with;

struct Ended {
  int code = -1;
  std::string said;  // on both outputs
};

class Program : public ::testing::Test {
 protected:
  void SetUp() override {
    home.write("etc/channel_secret", "0123456789abcdef0123456789abcdef");
    home.write("etc/channel_access_token", "a-token-of-a-channel");
    for (const char* file : {"etc/channel_secret", "etc/channel_access_token"})
      fs::permissions(home.path() / file, fs::perms::owner_read | fs::perms::owner_write);
    home.write("careline.toml", settings("var/careline"));
    fs::create_directory(home.path() / "backups");
  }

  static std::string settings(const std::string& store) {
    std::string toml = with(config::testing::kGood, "programmes/plan.toml",
                            std::string(CARELINE_SOURCE_DIR) + "/config/programmes/taoyuan-104.toml");
    toml = with(toml, "var/careline", store);
    for (const char* address : {"https://api.line.me", "https://api-data.line.me"})
      toml = with(toml, address, "http://127.0.0.1:9");
    for (const char* port : {":8080", ":8081", ":8082"}) toml = with(toml, port, ":0");
    return toml;
  }

  pid_t start(std::vector<std::string> words) {
    words.insert(words.begin(), CARELINE_BINARY_DIR "/careline");
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const pid_t child = ::fork();
    if (child != 0) return child;
    const int out = ::open((home.path() / "said").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const int in = ::open((home.path() / "typed").c_str(), O_RDONLY | O_CREAT, 0600);
    ::dup2(in, STDIN_FILENO);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  static int wait_for(pid_t child) {
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  Ended run(const std::vector<std::string>& words) {
    const int code = wait_for(start(words));
    std::ifstream in(home.path() / "said");
    return {code, {std::istreambuf_iterator<char>(in), {}}};
  }
  Ended run_with_settings(std::vector<std::string> words, const std::string& file = "careline.toml") {
    words.insert(words.end(), {"--config", at(file)});
    return run(words);
  }
  std::string at(const std::string& name) const { return (home.path() / name).string(); }

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

  TempFolder home;
  std::string lines;
};

TEST_F(Program, BacksUpBesideTheServiceAndRestoresElsewhere) {
  set_up_backups();
  home.write("var/careline/work/snapshot.db", "left by a backup that was killed");
  const pid_t service = start({"serve", "--config", at("careline.toml")});
  for (int i = 0; i < 1000 && !fs::exists(home.path() / "var/careline/control.sock"); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_FALSE(fs::exists(home.path() / "var/careline/work"));
  const auto backup = run_with_settings({"backup"});
  ::kill(service, SIGTERM);
  EXPECT_EQ(wait_for(service), 0);
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
