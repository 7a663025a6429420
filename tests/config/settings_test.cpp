// The settings file: what is read from it, and every mistake with the place that the error must name.
#include "config/settings.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "config/address.h"
#include "tests/config/temp_folder.h"

namespace careline::config {
namespace {

using testing::refusal;
using testing::TempFolder;
using testing::with;

constexpr const char* kGood = R"([programme]
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

TEST_F(SettingsTest, ReadsEveryKeyAndResolvesPathsFromTheFile) {
  const Settings settings = load(kGood);
  EXPECT_EQ(settings.settings_file, folder_.path() / "careline.toml");
  EXPECT_EQ(settings.programme_file, folder_.path() / "programmes/plan.toml");
  EXPECT_EQ(settings.store_directory, folder_.path() / "var/careline");
  EXPECT_EQ(settings.key_file, folder_.path() / "etc/root.key");
  EXPECT_EQ(settings.channel_secret.file, folder_.path() / "etc/channel_secret");
  EXPECT_EQ(settings.channel_access_token.file, folder_.path() / "etc/channel_access_token");
  EXPECT_EQ(settings.api_base, "https://api.line.me");
  EXPECT_EQ(settings.data_api_base, "https://api-data.line.me");
  EXPECT_FALSE(settings.max_requests_per_second.has_value());
  EXPECT_EQ(settings.webhook.listen.host, "127.0.0.1");
  EXPECT_EQ(settings.webhook.listen.port, 8080);
  EXPECT_EQ(settings.console.listen.port, 8081);
  EXPECT_EQ(settings.ops.listen.port, 8082);
  EXPECT_FALSE(settings.webhook.allow_public);
  EXPECT_FALSE(settings.console.allow_public);
}

TEST_F(SettingsTest, KeepsAbsolutePathsAndDropsATrailingSlash) {
  const Settings settings = load(with(kGood, "var/careline", "/srv/careline/"));
  EXPECT_EQ(settings.store_directory, "/srv/careline");
}

TEST_F(SettingsTest, ReadsThePaceAndZeroMeansNoLimit) {
  const std::string pace = "[line]\nmax_requests_per_second = ";
  EXPECT_EQ(load(with(kGood, "[line]", pace + "0")).max_requests_per_second, 0);
  EXPECT_EQ(load(with(kGood, "[line]", pace + "250")).max_requests_per_second, 250);
  EXPECT_EQ(refused(with(kGood, "[line]", pace + "-1")),
            ":8:27: `max_requests_per_second` in [line] must lie between 0 and 100000");
  EXPECT_EQ(refused(with(kGood, "[line]", pace + "\"fast\"")),
            ":8:27: `max_requests_per_second` in [line] must be a whole number");
}

TEST_F(SettingsTest, PointsToAnUnknownKeyAndSuggestsTheNearest) {
  EXPECT_EQ(refused(with(kGood, "directory =", "directroy =")),
            ":4:1: unknown key `directroy` in [store] (did you mean `directory`?)");
  EXPECT_EQ(refused(with(kGood, "channel_secret_file", "channel_secret")),
            ":8:1: unknown key `channel_secret` in [line] (did you mean `channel_secret_file`?)");
  EXPECT_EQ(refused(with(kGood, "[webhook]", "[webhok]")),
            ":12:2: unknown table [webhok] (did you mean `webhook`?)");
  EXPECT_EQ(refused(with(kGood, "[ops]\n", "[ops]\nzzzzzz = 1\n")),
            ":17:1: unknown key `zzzzzz` in [ops] (known here: `listen`)");
}

TEST_F(SettingsTest, NamesTheFirstUnknownKeyOfTheFile) {
  EXPECT_NE(
      refused(with(kGood, "[ops]\n", "[ops]\nzebra = 1\nalpha = 1\n")).find(":17:1: unknown key `zebra`"),
      std::string::npos);
}

TEST_F(SettingsTest, PointsToASyntaxError) {
  EXPECT_EQ(refused(with(kGood, "[store]", "[store")).substr(0, 6), ":3:7: ");
  EXPECT_EQ(refused(with(kGood, "listen = \"127.0.0.1:8081\"", "listen = ")).substr(0, 4), ":15:");
}

TEST_F(SettingsTest, RefusesAKeyThatStandsTwice) {
  EXPECT_EQ(refused(with(kGood, "[store]\n", "[store]\ndirectory = \"x\"\n")).substr(0, 3), ":5:");
}

TEST_F(SettingsTest, NeverQuotesAValueInASyntaxError) {
  const std::string secrets[] = {
      "0123456789abcdef0123456789abcdef", "12345678901234567890123", "trueabcdefghijkl",
      "\"abcdefghijklmnop\\q\"",          "2026-11-24secretsecret",  "1e5secretsecret"};
  for (const std::string& secret : secrets) {
    const std::string what = refused(with(kGood, "\"etc/channel_secret\"", secret));
    EXPECT_EQ(what.substr(0, 3), ":8:") << what;
    const std::string inner = secret.substr(secret.size() / 2, 6);
    EXPECT_EQ(what.find(inner), std::string::npos) << what;
  }
}

TEST_F(SettingsTest, PointsToAMissingKeyAndAMissingTable) {
  EXPECT_EQ(refused(with(kGood, "directory = \"var/careline\"\n", "")),
            ":3:1: missing key `directory` in [store]");
  EXPECT_EQ(refused(with(kGood, "[ops]\nlisten = \"127.0.0.1:8082\"\n", "")), ":1:1: missing table [ops]");
  EXPECT_EQ(refused(""), ":1:1: missing table [programme]");
}

TEST_F(SettingsTest, PointsToAWrongType) {
  EXPECT_EQ(refused(with(kGood, "\"var/careline\"", "7")),
            ":4:13: `directory` in [store] must be a string in quotes");
  EXPECT_EQ(refused(with(kGood, "\"var/careline\"", "\"\"")),
            ":4:13: `directory` in [store] must not be empty");
  EXPECT_EQ(refused(with(kGood, "[webhook]\n", "[webhook]\nallow_public = \"yes\"\n")),
            ":13:16: `allow_public` in [webhook] must be true or false");
  EXPECT_EQ(refused("ops = 5\n" + with(kGood, "[ops]\nlisten = \"127.0.0.1:8082\"\n", "")),
            ":1:7: `ops` must be a table");
}

TEST_F(SettingsTest, SaysWhenTheFileIsNotThere) {
  const auto missing = folder_.path() / "nowhere.toml";
  EXPECT_EQ(refusal<ConfigError>([&] { load_settings(missing); }),
            missing.string() + ":1:1: the file cannot be opened");
  EXPECT_EQ(refusal<ConfigError>([&] { load_settings(folder_.path()); }),
            folder_.path().string() + ":1:1: this is a directory, not a file");
}

TEST_F(SettingsTest, RefusesBadAddresses) {
  for (const char* bad : {"8080", "127.0.0.1", ":8080", "example.com:80", "127.0.0.1:", "127.0.0.1:65536",
                          "127.0.0.1:-1", "127.0.0.1:0x50", "127.0.0.1: 80", "127.1:80", "::1:8080", "[::1]",
                          "[127.0.0.1]:80", "[::1:8080", "*:80", "127.0.0.1:80:81", "127.0.0.1:800000"}) {
    const std::string what = refused(with(kGood, "127.0.0.1:8080", bad));
    EXPECT_EQ(what.substr(0, 15), ":13:10: `listen") << bad << what;
  }
}

TEST_F(SettingsTest, AcceptsLoopbackAddressesAndPortZeroTwice) {
  const Settings settings =
      load(with(with(with(kGood, "127.0.0.1:8080", "[::1]:0"), "127.0.0.1:8081", "localhost:0"),
                "127.0.0.1:8082", "127.8.9.10:0"));
  EXPECT_EQ(settings.webhook.listen.host, "::1");
  EXPECT_EQ(settings.console.listen.host, "localhost");
  EXPECT_EQ(settings.ops.listen.host, "127.8.9.10");
  EXPECT_EQ(settings.ops.listen.port, 0);
}

TEST_F(SettingsTest, RefusesThePublicUnlessAllowed) {
  const std::string open_webhook = with(kGood, "127.0.0.1:8080", "0.0.0.0:8080");
  EXPECT_EQ(refused(open_webhook).substr(0, 42), ":13:10: `listen` is not a loopback address");
  EXPECT_NE(refused(open_webhook).find("`allow_public = true` in [webhook]"), std::string::npos);
  const std::string allowed = with(open_webhook, "[webhook]", "[webhook]\nallow_public = true");
  EXPECT_TRUE(load(allowed).webhook.allow_public);
  EXPECT_NE(refused(with(kGood, "127.0.0.1:8081", "[::]:8081")).find(":15:10:"), std::string::npos);
  EXPECT_TRUE(load(with(with(kGood, "127.0.0.1:8081", "10.0.0.7:8081"), "[console]",
                        "[console]\nallow_public = true"))
                  .console.allow_public);
}

TEST_F(SettingsTest, NeverLetsTheFiguresOut) {
  EXPECT_EQ(refused(with(kGood, "127.0.0.1:8082", "0.0.0.0:8082")),
            ":17:10: `listen` in [ops] must be a loopback address: figures are never public");
  EXPECT_NE(
      refused(with(kGood, "[ops]\n", "[ops]\nallow_public = true\n")).find("unknown key `allow_public`"),
      std::string::npos);
}

TEST_F(SettingsTest, RefusesOnePortForTwoListeners) {
  EXPECT_EQ(refused(with(kGood, "127.0.0.1:8081", "127.0.0.1:8080")),
            ":15:10: `listen` is already taken by [webhook]");
  EXPECT_EQ(refused(with(kGood, "127.0.0.1:8082", "localhost:8081")),
            ":17:10: `listen` is already taken by [console]");
  const std::string wildcard = with(kGood, "\"127.0.0.1:8080\"", "\"0.0.0.0:8082\"\nallow_public = true");
  EXPECT_EQ(refused(wildcard), ":18:10: `listen` is already taken by [webhook]");
  EXPECT_NO_THROW(load(with(kGood, "127.0.0.1:8081", "127.0.0.2:8080")));
}

TEST_F(SettingsTest, TakesHttpsAndPlainHttpForLoopbackOnly) {
  for (const char* good : {"https://api.line.me", "https://proxy.example:8443/line", "http://127.0.0.1:9000",
                           "http://127.1.2.3:9000", "http://[::1]:9000", "http://localhost:9000"}) {
    EXPECT_EQ(load(with(kGood, "https://api.line.me", good)).api_base, good);
  }
  for (const char* bad : {"http://api.line.me", "http://127.evil.example:80", "http://localhost.evil.example",
                          "http://10.0.0.1", "http://0.0.0.0:80", "http://2130706433", "http://[::2]:80",
                          "ftp://127.0.0.1", "http://127.0.0.1.nip.io"}) {
    EXPECT_EQ(refused_url(bad),
              ":10:12: `api_base` must begin with https:// (plain http is allowed for loopback only)")
        << bad;
  }
}

TEST_F(SettingsTest, RefusesWhatIsNotABaseAddress) {
  EXPECT_EQ(refused_url("api.line.me"), ":10:12: `api_base` must begin with https://");
  EXPECT_EQ(refused_url("https://user:word@api.line.me"),
            ":10:12: `api_base` must not hold a user name or password");
  EXPECT_EQ(refused_url("http://127.0.0.1@evil.example"),
            ":10:12: `api_base` must not hold a user name or password");
  EXPECT_EQ(refused_url("https://api.line.me?x=1"), ":10:12: `api_base` must not hold a query");
  EXPECT_EQ(refused_url("https://api.line.me/#x"), ":10:12: `api_base` must not hold a query");
  EXPECT_EQ(refused_url("https://api.line.me:0"), ":10:12: `api_base` must have a port between 1 and 65535");
  for (const char* bad : {"https://", "https:///x", "https://a b", "https://[::1", "https://[api.line.me]",
                          "https://..", "https://api.line.me/a b", "https://api.line.me/%2e"}) {
    EXPECT_EQ(refused_url(bad), ":10:12: `api_base` is not a usable address") << bad;
  }
  EXPECT_NE(refused(with(kGood, "https://api-data.line.me", "http://api-data.line.me"))
                .find(":11:17: `data_api_base`"),
            std::string::npos);
}

TEST_F(SettingsTest, ToleratesTrailingSlashesAndCapitals) {
  EXPECT_EQ(load(with(kGood, "https://api.line.me", "HTTPS://API.Line.me//")).api_base,
            "https://api.line.me");
  EXPECT_EQ(load(with(kGood, "https://api.line.me", "http://127.0.0.1:9000/base/")).api_base,
            "http://127.0.0.1:9000/base");
}

TEST_F(SettingsTest, KnowsTheRealLine) {
  const auto real = [&](const char* url) {
    return is_real_line(load(with(kGood, "https://api.line.me", url)));
  };
  EXPECT_TRUE(real("https://api.line.me/"));
  EXPECT_TRUE(real("https://API.LINE.ME:443"));
  EXPECT_TRUE(real("https://api.line.me."));
  EXPECT_FALSE(real("https://api.line.me.example"));
  EXPECT_FALSE(real("http://127.0.0.1:9000/api.line.me"));
  EXPECT_FALSE(real("http://[::1]:9000"));
}

TEST_F(SettingsTest, RefusesAKeyInsideTheStore) {
  const std::string expected = "the key must lie outside store.directory";
  for (const char* inside : {"var/careline/root.key", "var/careline/sub/../root.key", "var/careline",
                             "etc/../var/careline/keys/root.key"}) {
    EXPECT_EQ(refused(with(kGood, "etc/root.key", inside)), ":6:8: " + expected) << inside;
  }
  EXPECT_NO_THROW(load(with(kGood, "etc/root.key", "var/careline-keys/root.key")));
  EXPECT_NO_THROW(load(with(kGood, "etc/root.key", "var/root.key")));
}

TEST_F(SettingsTest, FollowsLinksWhenItLooksForTheKey) {
  std::filesystem::create_directories(folder_.path() / "var/careline");
  std::filesystem::create_directory_symlink(folder_.path() / "var/careline", folder_.path() / "elsewhere");
  EXPECT_EQ(refused(with(kGood, "etc/root.key", "elsewhere/root.key")),
            ":6:8: the key must lie outside store.directory");
}

TEST_F(SettingsTest, TheShippedExampleIsValid) {
  const Settings settings = load_settings(CARELINE_SOURCE_DIR "/config/careline.example.toml");
  EXPECT_TRUE(is_real_line(settings));
  EXPECT_TRUE(std::filesystem::exists(settings.programme_file)) << settings.programme_file;
}

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

TEST(AddressTest, ReadsTheHostOfAnAddress) {
  EXPECT_EQ(host_of_url("https://api.line.me"), "api.line.me");
  EXPECT_EQ(host_of_url("http://[::1]:80/x"), "::1");
  EXPECT_TRUE(is_loopback("::ffff:127.0.0.1"));
  EXPECT_FALSE(is_loopback("::ffff:10.0.0.1"));
  EXPECT_FALSE(is_loopback(""));
}

}  // namespace
}  // namespace careline::config
