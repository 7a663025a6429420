// A complete settings file in a folder of its own, for tests that change one thing about it.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <string>

#include "config/settings.h"
#include "tests/config/temp_folder.h"

namespace careline::config::testing {

inline constexpr const char* kGood = R"([programme]
file = "programmes/plan.toml"
[store]
directory = "var/careline"
[keys]
file = "etc/root.key"
[line]
channel_secret_file = "etc/channel_secret"
channel_access_token_file = "etc/channel_access_token"
api_base = "https://api.line.me"
data_api_base = "https://api-data.line.me"
[webhook]
listen = "127.0.0.1:8080"
[console]
listen = "127.0.0.1:8081"
[ops]
listen = "127.0.0.1:8082"
)";

class SettingsTest : public ::testing::Test {
 protected:
  void SetUp() override { forget_variables(); }
  void TearDown() override { forget_variables(); }

  Settings load(const std::string& toml) { return load_settings(folder_.write("careline.toml", toml)); }

  /// What the error says, after the path of the file.
  std::string refused(const std::string& toml) {
    const std::string what = refusal<ConfigError>([&] { load(toml); });
    const std::string start = (folder_.path() / "careline.toml").string();
    EXPECT_EQ(what.compare(0, start.size(), start), 0) << what;
    return what.size() > start.size() ? what.substr(start.size()) : what;
  }

  std::string refused_url(const std::string& url) { return refused(with(kGood, "https://api.line.me", url)); }

  static void forget_variables() {
    ::unsetenv(kChannelSecretVariable);
    ::unsetenv(kChannelAccessTokenVariable);
  }

  TempFolder folder_;
};

}  // namespace careline::config::testing
