// The real program in a folder of its own: run with words and what is typed, or started as a service.
#pragma once
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/config/settings_fixture.h"
#include "tests/config/temp_folder.h"

namespace careline::tests {

struct Ended {
  int code = -1;
  std::string said;  // on both outputs
};

class RealProgram : public ::testing::Test {
 protected:
  void SetUp() override {
    home.write("etc/channel_secret", "0123456789abcdef0123456789abcdef");
    home.write("etc/channel_access_token", "a-token-of-a-channel");
    namespace fs = std::filesystem;
    for (const char* file : {"etc/channel_secret", "etc/channel_access_token"})
      fs::permissions(home.path() / file, fs::perms::owner_read | fs::perms::owner_write);
    home.write("careline.toml", settings("var/careline"));
  }

  static std::string settings(const std::string& store) {
    using config::testing::with;
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

  // A service that takes commands by the time this returns.
  pid_t serve() {
    const pid_t service = start({"serve", "--config", at("careline.toml")});
    for (int i = 0; i < 1000 && !std::filesystem::exists(home.path() / "var/careline/control.sock"); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return service;
  }
  static int stop(pid_t service) {
    ::kill(service, SIGTERM);
    return wait_for(service);
  }

  config::testing::TempFolder home;
};

}  // namespace careline::tests
