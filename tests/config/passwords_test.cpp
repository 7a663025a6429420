// Which passwords are refused: short ones, long ones, and those made of words that everybody tries first.
#include "config/passwords.h"

#include <gtest/gtest.h>

namespace careline::config {
namespace {

TEST(Passwords, AreTwelveTo128CharactersOfAnyKind) {
  EXPECT_EQ(password_fault("zebra-quilt", "lin"), PasswordFault::length);
  EXPECT_FALSE(password_fault("zebra-quilts", "lin"));
  EXPECT_EQ(password_fault("山高水長雲淡風輕花好月", "lin"), PasswordFault::length);  // eleven
  EXPECT_FALSE(password_fault("山高水長雲淡風輕花好月圓", "lin"));
  std::string long_one;
  while (long_one.size() < 128) long_one += "vexing8!";
  EXPECT_FALSE(password_fault(long_one, "lin"));
  EXPECT_EQ(password_fault(long_one + "x", "lin"), PasswordFault::length);
  for (const char* good :
       {"a long enough password", "k2vq9d7xm4tz", "twelve or more", "       ,    jug of ink"})
    EXPECT_FALSE(password_fault(good, "lin")) << good;
}

TEST(Passwords, MadeOfWhatEverybodyTriesFirstAreRefused) {
  for (const char* common :
       {"careline2026!!", "CareLine1234!", "Password1234", "P@ssw0rd12345", "qwertyuiop12", "1qaz2wsx3edc",
        "123456789012", "ji32k7au4a83", "桃園市政府諮商師1234!!", "關懷線關懷線關懷線關懷線",
        "taoyuan-eap-114", "aaaaaaaaaaaa", "ababababababab", "welcome welcome"})
    EXPECT_EQ(password_fault(common, "lin"), PasswordFault::common) << common;
}

TEST(Passwords, MadeOfOnesOwnNameAreRefused) {
  EXPECT_EQ(password_fault("chenmeihua2026", "ChenMeihua"), PasswordFault::common);
  EXPECT_FALSE(password_fault("chenmeihua2026", "lin"));
}

}  // namespace
}  // namespace careline::config
