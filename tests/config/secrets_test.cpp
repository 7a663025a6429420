// The two secrets of a channel: from files or the environment, and never in an error.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "config/settings.h"
#include "tests/config/settings_fixture.h"

namespace careline::config {
namespace {

using testing::kGood;
using testing::refusal;
using testing::SettingsTest;
using testing::with;

class SecretsTest : public SettingsTest {
 protected:
  void write_secrets(const std::string& secret, const std::string& token, mode_t mode = 0600) {
    ::chmod(folder_.write("etc/channel_secret", secret).c_str(), mode);
    ::chmod(folder_.write("etc/channel_access_token", token).c_str(), mode);
  }
  std::string refused_secrets() {
    const Settings settings = load(kGood);
    return refusal<ConfigError>([&] { load_secrets(settings); });
  }
};

TEST_F(SecretsTest, TrimsWhiteSpace) {
  write_secrets(" \n0123abcd\r\n\n", "\xEF\xBB\xBFtoken+/=\t");
  const Secrets secrets = load_secrets(load(kGood));
  EXPECT_EQ(secrets.channel_secret, "0123abcd");
  EXPECT_EQ(secrets.channel_access_token, "token+/=");
  EXPECT_TRUE(secrets.warnings.empty());
}

TEST_F(SecretsTest, WarnsAboutFilesThatOthersCanRead) {
  write_secrets("0123abcd", "token", 0644);
  const auto warnings = load_secrets(load(kGood)).warnings;
  ASSERT_EQ(warnings.size(), 2U);
  EXPECT_NE(warnings[0].find("channel_secret` can be read by others"), std::string::npos);
  EXPECT_EQ((warnings[0] + warnings[1]).find("0123abcd"), std::string::npos);
}

TEST_F(SecretsTest, SaysWhatIsWrongWithAFileButNeverShowsIt) {
  EXPECT_NE(refused_secrets().find("careline.toml:8:23: the file `"), std::string::npos);
  EXPECT_NE(refused_secrets().find("does not exist"), std::string::npos);
  write_secrets(" \n ", "token");
  EXPECT_NE(refused_secrets().find("channel_secret` is empty"), std::string::npos);
  for (const char* bad : {"canary\nX-Header: 1", "canary word", "canary\x01", "canary\xE5\xAF\x86"}) {
    write_secrets(bad, "token");
    EXPECT_NE(refused_secrets().find("must be one word of visible ASCII"), std::string::npos);
    EXPECT_EQ(refused_secrets().find("canary"), std::string::npos);
  }
  write_secrets(std::string(5000, 'x'), "token");
  EXPECT_NE(refused_secrets().find("longer than 4096 bytes"), std::string::npos);
  std::filesystem::remove(folder_.path() / "etc/channel_secret");
  std::filesystem::create_directory(folder_.path() / "etc/channel_secret");
  EXPECT_NE(refused_secrets().find("is a directory"), std::string::npos);
}

TEST_F(SecretsTest, TheEnvironmentStandsInForTheFiles) {
  ::setenv(kChannelSecretVariable, " from-environment ", 1);
  ::setenv(kChannelAccessTokenVariable, "token-from-environment\n", 1);
  const std::string without_files = with(with(kGood, "channel_secret_file = \"etc/channel_secret\"\n", ""),
                                         "channel_access_token_file = \"etc/channel_access_token\"\n", "");
  for (const std::string& toml : {std::string(kGood), without_files}) {
    const Secrets secrets = load_secrets(load(toml));
    EXPECT_EQ(secrets.channel_secret, "from-environment");
    EXPECT_EQ(secrets.channel_access_token, "token-from-environment");
  }
  const Settings settings = load(without_files);
  forget_variables();
  EXPECT_NE(
      refusal<ConfigError>([&] { load_secrets(settings); }).find("careline.toml:7:1: neither a file nor"),
      std::string::npos);
  EXPECT_EQ(refused(without_files), ":7:1: missing key `channel_secret_file` in [line]");
}

TEST_F(SecretsTest, AnEmptyVariableIsAnError) {
  write_secrets("0123abcd", "token");
  ::setenv(kChannelSecretVariable, "  ", 1);
  EXPECT_NE(refused_secrets().find("careline.toml:8:23: the variable CARELINE_LINE_CHANNEL_SECRET is empty"),
            std::string::npos);
}

}  // namespace
}  // namespace careline::config
