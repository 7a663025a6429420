// The second factor: the codes of RFC 6238, each taken once, and rows that nobody changes from outside.
#include "store/second_factor.h"

#include <gtest/gtest.h>

#include <set>

#include "store/migrate.h"
#include "store/traits.h"
#include "tests/config/temp_folder.h"
#include "tests/support/staff.h"

namespace careline::store {
namespace {

constexpr std::int64_t kNow = 1'795'485'600'000, kStep = kNow / kCodeStep_ms;

class SecondFactorTest : public ::testing::Test {
 protected:
  SecondFactorTest() {
    migrate(db, keys);
    tests::hire(db, keys, "lin", Role::counsellor);
  }
  SecondFactor lin() { return *SecondFactors(db, keys).find("lin"); }
  std::string code(std::int64_t step) { return code_of(lin().secret, step); }
  bool take(const std::string& typed, std::int64_t now = kNow) {
    return SecondFactors(db, keys).take("lin", typed, now);
  }
  bool would_fit(const std::string& typed) { return fits(keys, lin(), typed, kNow); }

  config::testing::TempFolder folder;
  Keyring keys = tests::some_keys(3);
  Db db{folder.path() / "careline.db", Db::Access::write};
};

TEST(Codes, AreThoseOfRfc6238) {
  const std::string secret = "12345678901234567890";
  const std::pair<std::int64_t, const char*> vectors[] = {{59, "94287082"},
                                                          {1'111'111'109, "07081804"},
                                                          {1'111'111'111, "14050471"},
                                                          {1'234'567'890, "89005924"},
                                                          {2'000'000'000, "69279037"},
                                                          {20'000'000'000, "65353130"}};
  for (const auto& [seconds, expected] : vectors)
    EXPECT_EQ(code_of(secret, seconds * 1000 / kCodeStep_ms, 8), expected);
  EXPECT_EQ(code_of(secret, 59'000 / kCodeStep_ms), "287082");
}

TEST_F(SecondFactorTest, FitsOneStepAwayAndNoFurther) {
  for (const std::int64_t step : {kStep - 1, kStep, kStep + 1}) EXPECT_TRUE(would_fit(code(step)));
  for (const std::int64_t step : {kStep - 2, kStep + 2}) EXPECT_FALSE(would_fit(code(step)));
  const std::string now = code(kStep);
  EXPECT_TRUE(would_fit(now.substr(0, 3) + " " + now.substr(3)));
  for (const std::string& wrong : {std::string(), now.substr(1), now + "0", std::string("abcdef")})
    EXPECT_FALSE(would_fit(wrong));
}

TEST_F(SecondFactorTest, ACodeIsTakenOnceAndNoneBeforeIt) {
  EXPECT_TRUE(take(code(kStep)));
  EXPECT_FALSE(take(code(kStep)));
  EXPECT_FALSE(take(code(kStep - 1)));
  EXPECT_FALSE(would_fit(code(kStep)));
  Db other(folder.path() / "careline.db", Db::Access::write);  // as after a restart
  EXPECT_FALSE(SecondFactors(other, keys).take("lin", code(kStep), kNow));
  EXPECT_TRUE(take(code(kStep + 1)));
}

TEST_F(SecondFactorTest, AFactorIsUsedOnlyOnceAFirstCodeConfirmedIt) {
  SecondFactors factors(db, keys);
  const std::string before = code(kStep);
  factors.renew("lin");
  EXPECT_FALSE(take(code(kStep)));
  EXPECT_FALSE(factors.confirm("lin", before, kNow));  // of the secret before
  EXPECT_TRUE(factors.confirm("lin", code(kStep), kNow));
  EXPECT_FALSE(take(code(kStep)));  // used up by confirming
  EXPECT_FALSE(factors.confirm("lin", code(kStep + 1), kNow));
  EXPECT_TRUE(take(code(kStep + 1)));
}

TEST_F(SecondFactorTest, EachRecoveryCodeWorksOnceHoweverItIsTyped) {
  const auto codes = SecondFactors(db, keys).make_recovery_codes("lin");
  ASSERT_EQ(std::set<std::string>(codes.begin(), codes.end()).size(), 10u);
  EXPECT_EQ(codes[0].size(), 19u);  // 80 bits as 16 digits in groups of four
  std::string typed = codes[0];
  for (char& c : typed) c = c == '-' ? ' ' : c == '0' ? 'o' : static_cast<char>(std::tolower(c));
  EXPECT_TRUE(would_fit(typed));
  EXPECT_TRUE(take(typed));
  EXPECT_FALSE(take(codes[0]));
  EXPECT_TRUE(take(codes[9]));
  EXPECT_EQ(lin().recovery.size(), 8u * 16u);
  SecondFactors(db, keys).make_recovery_codes("lin");
  EXPECT_FALSE(take(codes[1]));
}

TEST_F(SecondFactorTest, ARowThatWasChangedFromOutsideFitsNothing) {
  tests::hire(db, keys, "chen", Role::counsellor);
  for (const char* change :
       {"UPDATE second_factors SET last_step = 0 WHERE operator = 'lin'",
        "UPDATE second_factors SET confirmed = 0 WHERE operator = 'lin'",
        "UPDATE second_factors SET recovery = x'00112233445566778899aabbccddeeff' WHERE operator = 'lin'",
        "UPDATE second_factors SET (sealed, mark) = (SELECT sealed, mark FROM second_factors WHERE operator "
        "= "
        "'chen') WHERE operator = 'lin'"}) {
    SecondFactors(db, keys).renew("lin");
    SecondFactors(db, keys).confirm_unseen("lin");
    ASSERT_TRUE(take(code(kStep)));
    db.exec(change);
    EXPECT_FALSE(SecondFactors(db, keys).find("lin")) << change;
  }
}

TEST_F(SecondFactorTest, TheNextCodeIsOneThatWillBeTaken) {
  for (const std::int64_t step : {kStep, kStep + 1}) {
    EXPECT_EQ(next_code(lin(), kNow), code(step));
    EXPECT_TRUE(take(*next_code(lin(), kNow)));
  }
  EXPECT_FALSE(next_code(lin(), kNow));
  EXPECT_EQ(next_code(lin(), kNow + kCodeStep_ms), code(kStep + 2));
}

TEST_F(SecondFactorTest, NobodyWithoutTheKeyMakesADatabaseADemo) {
  EXPECT_FALSE(made_for_demo(db, keys));
  db.exec("INSERT INTO traits VALUES ('demo', x'00')");
  EXPECT_FALSE(made_for_demo(db, keys));
  db.exec("DELETE FROM traits");
  mark_as_demo(db, keys);
  EXPECT_TRUE(made_for_demo(db, keys));
  EXPECT_FALSE(made_for_demo(db, tests::some_keys(4)));
}

TEST_F(SecondFactorTest, OnlyADemoConfirmsWithoutACode) {
  const auto added = [&](const std::string& name) {
    add_operator(db, keys, new_operator(keys, name, Role::admin, tests::kPassword, 0, tests::kCheap));
    return SecondFactors(db, keys).find(name)->confirmed;
  };
  EXPECT_FALSE(added("wang"));
  mark_as_demo(db, keys);
  EXPECT_TRUE(added("chang"));
}

}  // namespace
}  // namespace careline::store
