// The words: placeholders, and every way a file of phrases can be wrong.
#include "config/phrases.h"

#include <gtest/gtest.h>

#include "tests/config/temp_folder.h"

namespace careline::config {
namespace {

std::string refused(const std::string& json) {
  return testing::refusal<std::logic_error>([&] { Phrases::load(json); });
}

TEST(PhrasesTest, FillsPlaceholders) {
  const Phrases phrases =
      Phrases::load(R"({"due": "應於{time}前回覆，{name}您好。{time}", "plain": "選單"})");
  EXPECT_EQ(phrases.text("plain"), "選單");
  EXPECT_EQ(phrases.text("due", {{"time", "11月27日"}, {"name", "您"}}),
            "應於11月27日前回覆，您您好。11月27日");
  EXPECT_EQ(phrases.placeholders("due"), (std::vector<std::string>{"time", "name"}));
  EXPECT_TRUE(phrases.placeholders("plain").empty());
}

TEST(PhrasesTest, InsertsValuesVerbatim) {
  const Phrases phrases = Phrases::load(R"({"echo": "「{text}」{other}"})");
  EXPECT_EQ(phrases.text("echo", {{"text", "{other}}{"}, {"other", "$1\\n{text}"}}),
            "「{other}}{」$1\\n{text}");
}

TEST(PhrasesTest, JoinsLines) {
  EXPECT_EQ(Phrases::load(R"({"card": ["第一行", "", "第三行 {x}"]})").text("card", {{"x", "1"}}),
            "第一行\n\n第三行 1");
}

TEST(PhrasesTest, KnowsItsKeys) {
  const Phrases phrases = Phrases::load(R"({"b.two": "二", "a.one": "一"})");
  EXPECT_EQ(phrases.keys(), (std::vector<std::string>{"a.one", "b.two"}));
  EXPECT_TRUE(phrases.has("a.one"));
  EXPECT_FALSE(phrases.has("a"));
}

TEST(PhrasesTest, ThrowsForAnUnknownKeyOrAMissingValue) {
  const Phrases phrases = Phrases::load(R"({"due": "{time}"})");
  EXPECT_THROW(phrases.text("nothing"), std::logic_error);
  EXPECT_THROW(phrases.placeholders("nothing"), std::logic_error);
  EXPECT_THROW(phrases.text("due"), std::logic_error);
  EXPECT_THROW(phrases.text("due", {{"Time", "x"}}), std::logic_error);
  EXPECT_EQ(phrases.text("due", {{"time", ""}, {"unused", "x"}}), "");
}

TEST(PhrasesTest, RefusesBadPlaceholders) {
  EXPECT_EQ(refused(R"({"k": "a {b"})"), "phrases: `k` leaves a placeholder open");
  EXPECT_EQ(refused(R"({"k": "a} b"})"), "phrases: `k` closes a placeholder that is not open");
  for (const char* bad : {"{}", "{ a}", "{A}", "{1a}", "{a-b}", "{{a}}", "{時間}", "{a\\nb}"}) {
    EXPECT_NE(refused("{\"k\": \"" + std::string(bad) + "\"}").find("has a placeholder whose name"),
              std::string::npos)
        << bad;
  }
}

TEST(PhrasesTest, RefusesFilesOfAnotherShape) {
  EXPECT_NE(refused("").find("is not JSON"), std::string::npos);
  EXPECT_NE(refused("{\"a\": \"b\",}").find("is not JSON at byte"), std::string::npos);
  EXPECT_EQ(refused("[]"), "phrases: phrases must be one JSON object");
  EXPECT_EQ(refused(R"({"": "x"})"), "phrases: phrases holds an empty key");
  EXPECT_EQ(refused(R"({"a": ""})"), "phrases: `a` is empty");
  for (const char* bad : {"1", "null", "true", "{}", "[]", "[1]", "[\"x\", [\"y\"]]"}) {
    EXPECT_EQ(refused("{\"a\": " + std::string(bad) + "}"),
              "phrases: `a` must be a string or a list of lines");
  }
}

TEST(PhrasesTest, RefusesAKeyTwiceInOneFileOrInTwo) {
  EXPECT_EQ(refused(R"({"a": "1", "b": "2", "a": "3"})"), "phrases: phrases holds `a` twice");
  EXPECT_EQ(testing::refusal<std::logic_error>(
                [] { Phrases::merge({{"one.json", R"({"a": "1"})"}, {"two.json", R"({"a": "1"})"}}); }),
            "phrases: `a` stands in two files, the second is two.json");
}

TEST(PhrasesTest, MergesFiles) {
  const Phrases phrases = Phrases::merge({{"one.json", R"({"a": "1"})"}, {"two.json", R"({"b": "2"})"}});
  EXPECT_EQ(phrases.text("a") + phrases.text("b"), "12");
}

TEST(PhrasesTest, TheBuiltInPhrasesAreReadable) {
  const Phrases& phrases = Phrases::built_in();
  for (const std::string& key : phrases.keys()) EXPECT_NO_THROW(phrases.placeholders(key));
  EXPECT_EQ(&phrases, &Phrases::built_in());
}

}  // namespace
}  // namespace careline::config
