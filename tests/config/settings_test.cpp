// The settings file: what is read from it, and every mistake with the place that the error must name.
#include "config/settings.h"

#include <gtest/gtest.h>

#include "config/address.h"
#include "tests/config/settings_fixture.h"

namespace careline::config {
namespace {

using testing::kGood;
using testing::refusal;
using testing::with;

class SettingsFileTest : public testing::SettingsTest {};

TEST_F(SettingsFileTest, ReadsEveryKeyAndResolvesPathsFromTheFile) {
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

TEST_F(SettingsFileTest, KeepsAbsolutePathsAndDropsATrailingSlash) {
  const Settings settings = load(with(kGood, "var/careline", "/srv/careline/"));
  EXPECT_EQ(settings.store_directory, "/srv/careline");
}

TEST_F(SettingsFileTest, ReadsWhereBackupsGoIfTheyGoAnywhere) {
  EXPECT_EQ(load(kGood).backup.recipient, "");
  EXPECT_EQ(load(kGood).backup.directory, "");
  const auto backup =
      load(std::string(kGood) + "[backup]\nrecipient = \"somebody\"\ndirectory = \"backups/\"\n").backup;
  EXPECT_EQ(backup.recipient, "somebody");
  EXPECT_EQ(backup.recipient_place, (folder_.path() / "careline.toml").string() + ":19:13");
  EXPECT_EQ(backup.directory, folder_.path() / "backups");
}

TEST_F(SettingsFileTest, ReadsTheAddressThatTheInternetSees) {
  const auto at = [](const std::string& url) {
    return with(kGood, "[webhook]", "[webhook]\npublic_url = \"" + url + "\"");
  };
  EXPECT_EQ(load(kGood).webhook.public_url, "");
  EXPECT_EQ(load(at("https://Care.example/")).webhook.public_url, "https://care.example");
  EXPECT_EQ(refused(at("http://care.example")),
            ":13:14: `public_url` must begin with https:// (plain http is allowed for loopback only)");
  EXPECT_NE(refused(with(kGood, "[console]", "[console]\npublic_url = \"https://a\"")).find("unknown key"),
            std::string::npos);
  EXPECT_EQ(refused(with(at("https://a"), "127.0.0.1:8081", "127.0.0.1:8080")),
            ":16:10: `listen` is already taken by [webhook]");
}

TEST_F(SettingsFileTest, ReadsThePaceAndZeroMeansNoLimit) {
  const std::string pace = "[line]\nmax_requests_per_second = ";
  EXPECT_EQ(load(with(kGood, "[line]", pace + "0")).max_requests_per_second, 0);
  EXPECT_EQ(load(with(kGood, "[line]", pace + "250")).max_requests_per_second, 250);
  EXPECT_EQ(refused(with(kGood, "[line]", pace + "-1")),
            ":8:27: `max_requests_per_second` in [line] must lie between 0 and 100000");
  EXPECT_EQ(refused(with(kGood, "[line]", pace + "\"fast\"")),
            ":8:27: `max_requests_per_second` in [line] must be a whole number");
}

TEST_F(SettingsFileTest, PointsToAnUnknownKeyAndSuggestsTheNearest) {
  EXPECT_EQ(refused(with(kGood, "directory =", "directroy =")),
            ":4:1: unknown key `directroy` in [store] (did you mean `directory`?)");
  EXPECT_EQ(refused(with(kGood, "channel_secret_file", "channel_secret")),
            ":8:1: unknown key `channel_secret` in [line] (did you mean `channel_secret_file`?)");
  EXPECT_EQ(refused(with(kGood, "[webhook]", "[webhok]")),
            ":12:2: unknown table [webhok] (did you mean `webhook`?)");
  EXPECT_EQ(refused(with(kGood, "[ops]\n", "[ops]\nzzzzzz = 1\n")),
            ":17:1: unknown key `zzzzzz` in [ops] (known here: `listen`)");
}

TEST_F(SettingsFileTest, NamesTheFirstUnknownKeyOfTheFile) {
  EXPECT_NE(
      refused(with(kGood, "[ops]\n", "[ops]\nzebra = 1\nalpha = 1\n")).find(":17:1: unknown key `zebra`"),
      std::string::npos);
}

TEST_F(SettingsFileTest, PointsToASyntaxError) {
  EXPECT_EQ(refused(with(kGood, "[store]", "[store")).substr(0, 6), ":3:7: ");
  EXPECT_EQ(refused(with(kGood, "listen = \"127.0.0.1:8081\"", "listen = ")).substr(0, 4), ":15:");
}

TEST_F(SettingsFileTest, RefusesAKeyThatStandsTwice) {
  EXPECT_EQ(refused(with(kGood, "[store]\n", "[store]\ndirectory = \"x\"\n")).substr(0, 3), ":5:");
}

TEST_F(SettingsFileTest, NeverQuotesAValueInASyntaxError) {
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

TEST_F(SettingsFileTest, PointsToAMissingKeyAndAMissingTable) {
  EXPECT_EQ(refused(with(kGood, "directory = \"var/careline\"\n", "")),
            ":3:1: missing key `directory` in [store]");
  EXPECT_EQ(refused(with(kGood, "[ops]\nlisten = \"127.0.0.1:8082\"\n", "")), ":1:1: missing table [ops]");
  EXPECT_EQ(refused(""), ":1:1: missing table [programme]");
}

TEST_F(SettingsFileTest, PointsToAWrongType) {
  EXPECT_EQ(refused(with(kGood, "\"var/careline\"", "7")),
            ":4:13: `directory` in [store] must be a string in quotes");
  EXPECT_EQ(refused(with(kGood, "\"var/careline\"", "\"\"")),
            ":4:13: `directory` in [store] must not be empty");
  EXPECT_EQ(refused(with(kGood, "[webhook]\n", "[webhook]\nallow_public = \"yes\"\n")),
            ":13:16: `allow_public` in [webhook] must be true or false");
  EXPECT_EQ(refused("ops = 5\n" + with(kGood, "[ops]\nlisten = \"127.0.0.1:8082\"\n", "")),
            ":1:7: `ops` must be a table");
}

TEST_F(SettingsFileTest, SaysWhenTheFileIsNotThere) {
  const auto missing = folder_.path() / "nowhere.toml";
  EXPECT_EQ(refusal<ConfigError>([&] { load_settings(missing); }),
            missing.string() + ":1:1: the file cannot be opened");
  EXPECT_EQ(refusal<ConfigError>([&] { load_settings(folder_.path()); }),
            folder_.path().string() + ":1:1: this is a directory, not a file");
}

TEST_F(SettingsFileTest, RefusesBadAddresses) {
  for (const char* bad : {"8080", "127.0.0.1", ":8080", "example.com:80", "127.0.0.1:", "127.0.0.1:65536",
                          "127.0.0.1:-1", "127.0.0.1:0x50", "127.0.0.1: 80", "127.1:80", "::1:8080", "[::1]",
                          "[127.0.0.1]:80", "[::1:8080", "*:80", "127.0.0.1:80:81", "127.0.0.1:800000"}) {
    const std::string what = refused(with(kGood, "127.0.0.1:8080", bad));
    EXPECT_EQ(what.substr(0, 15), ":13:10: `listen") << bad << what;
  }
}

TEST_F(SettingsFileTest, AcceptsLoopbackAddressesAndPortZeroTwice) {
  const Settings settings =
      load(with(with(with(kGood, "127.0.0.1:8080", "[::1]:0"), "127.0.0.1:8081", "localhost:0"),
                "127.0.0.1:8082", "127.8.9.10:0"));
  EXPECT_EQ(settings.webhook.listen.host, "::1");
  EXPECT_EQ(settings.console.listen.host, "localhost");
  EXPECT_EQ(settings.ops.listen.host, "127.8.9.10");
  EXPECT_EQ(settings.ops.listen.port, 0);
}

TEST_F(SettingsFileTest, RefusesThePublicUnlessAllowed) {
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

TEST_F(SettingsFileTest, NeverLetsTheFiguresOut) {
  EXPECT_EQ(refused(with(kGood, "127.0.0.1:8082", "0.0.0.0:8082")),
            ":17:10: `listen` in [ops] must be a loopback address: figures are never public");
  EXPECT_NE(
      refused(with(kGood, "[ops]\n", "[ops]\nallow_public = true\n")).find("unknown key `allow_public`"),
      std::string::npos);
}

TEST_F(SettingsFileTest, RefusesOnePortForTwoListeners) {
  EXPECT_EQ(refused(with(kGood, "127.0.0.1:8081", "127.0.0.1:8080")),
            ":15:10: `listen` is already taken by [webhook]");
  EXPECT_EQ(refused(with(kGood, "127.0.0.1:8082", "localhost:8081")),
            ":17:10: `listen` is already taken by [console]");
  const std::string wildcard = with(kGood, "\"127.0.0.1:8080\"", "\"0.0.0.0:8082\"\nallow_public = true");
  EXPECT_EQ(refused(wildcard), ":18:10: `listen` is already taken by [webhook]");
  EXPECT_NO_THROW(load(with(kGood, "127.0.0.1:8081", "127.0.0.2:8080")));
}

TEST_F(SettingsFileTest, TakesHttpsAndPlainHttpForLoopbackOnly) {
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

TEST_F(SettingsFileTest, RefusesWhatIsNotABaseAddress) {
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

TEST_F(SettingsFileTest, ToleratesTrailingSlashesAndCapitals) {
  EXPECT_EQ(load(with(kGood, "https://api.line.me", "HTTPS://API.Line.me//")).api_base,
            "https://api.line.me");
  EXPECT_EQ(load(with(kGood, "https://api.line.me", "http://127.0.0.1:9000/base/")).api_base,
            "http://127.0.0.1:9000/base");
}

TEST_F(SettingsFileTest, KnowsTheRealLine) {
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

TEST_F(SettingsFileTest, RefusesAKeyInsideTheStore) {
  const std::string expected = "the key must lie outside store.directory";
  for (const char* inside : {"var/careline/root.key", "var/careline/sub/../root.key", "var/careline",
                             "etc/../var/careline/keys/root.key"}) {
    EXPECT_EQ(refused(with(kGood, "etc/root.key", inside)), ":6:8: " + expected) << inside;
  }
  EXPECT_NO_THROW(load(with(kGood, "etc/root.key", "var/careline-keys/root.key")));
  EXPECT_NO_THROW(load(with(kGood, "etc/root.key", "var/root.key")));
}

TEST_F(SettingsFileTest, FollowsLinksWhenItLooksForTheKey) {
  std::filesystem::create_directories(folder_.path() / "var/careline");
  std::filesystem::create_directory_symlink(folder_.path() / "var/careline", folder_.path() / "elsewhere");
  EXPECT_EQ(refused(with(kGood, "etc/root.key", "elsewhere/root.key")),
            ":6:8: the key must lie outside store.directory");
}

TEST_F(SettingsFileTest, TheShippedExampleIsValid) {
  const Settings settings = load_settings(CARELINE_SOURCE_DIR "/config/careline.example.toml");
  EXPECT_TRUE(is_real_line(settings));
  EXPECT_TRUE(std::filesystem::exists(settings.programme_file)) << settings.programme_file;
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
