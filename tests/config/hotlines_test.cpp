// The help lines that the binary carries, and the rules of their list.
#include "config/hotlines.h"

#include <gtest/gtest.h>

#include "tests/config/temp_folder.h"

namespace careline::config {
namespace {

using testing::in_quotes;
using testing::refusal;
using testing::with;

TEST(HotlinesTest, TheBinaryCarriesTheNumbersOfTheCrisisCards) {
  for (const char* number : {"119", "110", "113", "1925", "1995", "1980"}) {
    const Hotline* line = hotline(number);
    ASSERT_NE(line, nullptr) << number;
    EXPECT_TRUE(line->verified) << number;
    EXPECT_EQ(line->dial, number);
  }
  EXPECT_EQ(hotline("1925")->hours, "24 小時");
  EXPECT_EQ(hotline("999"), nullptr);
}

TEST(HotlinesTest, UnconfirmedLinesAreNotVerifiedAndUnconfirmedHoursAreLeftOut) {
  for (const char* number : {"112", "0800-507-272", "0800-474-580", "0800-228-585", "412-8518",
                             "0800-789-885", "0800-000-321", "1950", "0800-770-885", "1922", "1919"}) {
    ASSERT_NE(hotline(number), nullptr) << number;
    EXPECT_FALSE(hotline(number)->verified) << number;
  }
  EXPECT_EQ(hotline("1980")->hours, "");
  EXPECT_EQ(hotline("1957")->hours, "");
}

TEST(HotlinesTest, EveryVerifiedLineSaysByWhomAndWhen) {
  std::size_t verified = 0;
  for (const Hotline& line : hotlines()) {
    EXPECT_FALSE(line.name.empty());
    EXPECT_FALSE(line.about.empty());
    if (!line.verified) continue;
    ++verified;
    EXPECT_EQ(line.last_verified.size(), 10U) << line.number;
    EXPECT_FALSE(line.verified_by.empty()) << line.number;
  }
  EXPECT_EQ(verified, 13U);
  EXPECT_EQ(hotlines().size(), 24U);
}

TEST(HotlinesTest, DialsDigitsUnlessAMobileNeedsAnAreaCode) {
  EXPECT_EQ(hotline("0800-013-999")->dial, "0800013999");
  EXPECT_EQ(hotline("412-8185")->dial, "");
}

TEST(HotlinesTest, RefusesABadList) {
  const std::string good =
      "[[hotlines]]\nnumber = \"1925\"\nname = \"x\"\nabout = \"y\"\nverified = true\n"
      "last_verified = \"2026-01-01\"\nverified_by = \"z\"\n";
  const auto refused = [](const std::string& toml) {
    return refusal<ConfigError>([&] { parse_hotlines(toml, "list"); });
  };
  EXPECT_EQ(refused(good), "");
  EXPECT_EQ(refused(with(good, "verified_by = \"z\"\n", "")),
            "list:5:12: a verified line must say `last_verified` and `verified_by`");
  EXPECT_EQ(refused(with(good, "\"2026-01-01\"", "\"soon\"")),
            "list:6:17: `last_verified` must look like \"2026-11-23\"");
  EXPECT_EQ(refused(good + good), "list:9:10: this number stands here twice");
  EXPECT_EQ(refused(with(good, "about", "abuot")),
            "list:4:1: unknown key `abuot` in [hotlines] (did you mean `about`?)");
  for (const char* bad : {"-1925", "1925-", "19 25", "19--25", "tel:1925", "12"}) {
    EXPECT_EQ(refused(with(good, "\"1925\"", in_quotes(bad))),
              "list:2:10: `number` must be digits, with single hyphens between them")
        << bad;
  }
}

}  // namespace
}  // namespace careline::config
