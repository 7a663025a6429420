// Whom to keep out is asked before anything that could be sealed, and nothing is taken that was not
// understood.
#include "handlers/counselling/names.h"
#include "tests/handlers/counselling_walk.h"

namespace careline::counselling {
namespace {

using Names = std::vector<std::string>;

TEST(KeepingOutDialogue, ComesBeforeTheFirstQuestionAndNamesThoseWhoRead) {
  Walk w;
  w.chose("agree").in<KeepingOut>();
  EXPECT_NE(w.text().find("lin、何雅婷、Lina Chen"), std::string::npos);
  EXPECT_TRUE(w.offers("out:lin") && w.offers("out:何雅婷") && w.offers("none"));
  w.chose("none");
  EXPECT_EQ(w.in<Typing>().question, Question::agency);
}

TEST(KeepingOutDialogue, ANameThatMeansNobodyIsAskedAgainAndNothingIsTaken) {
  Walk w;
  w.chose("agree").wrote("王小明");
  EXPECT_TRUE(w.said("counselling.no_such_name"));
  EXPECT_TRUE(w.wrote("何雅婷、王小明").in<KeepingOut>().answers.kept_out.empty()) << "not half of it";
  w.wrote("何雅婷");
  EXPECT_EQ(w.in<KeepingOut>().answers.kept_out, Names{"何雅婷"});
  EXPECT_FALSE(w.offers("out:何雅婷"));
  w.chose("out:lin");
  EXPECT_EQ(w.in<KeepingOut>().answers.kept_out, (Names{"何雅婷", "lin"}));
  EXPECT_TRUE(w.chose("clear").in<KeepingOut>().answers.kept_out.empty());
}

TEST(KeepingOutDialogue, KeepingEverybodyOutIsRefusedWithOtherWays) {
  Walk w;
  w.chose("agree").wrote("lin, 何雅婷").wrote("Lina Chen");
  EXPECT_TRUE(w.said("counselling.nobody_left") && w.said("counselling.hotline"));
  EXPECT_EQ(w.in<KeepingOut>().answers.kept_out, (Names{"lin", "何雅婷"}));
}

TEST(KeepingOutDialogue, NothingIsSentWhenThoseWhoWereLeftAreGone) {
  Walk w = at_review();
  w.chose("change").chose("kept_out").chose("out:lin").chose("none");
  EXPECT_NE(w.text().find("想避開的人：lin"), std::string::npos);
  w.facts_now().readers = {"lin"};
  w.chose("submit").in<KeepingOut>();
  EXPECT_TRUE(w.said("counselling.nobody_left"));
  EXPECT_EQ(w.effect<OpenCase>(), nullptr);
}

TEST(KeepingOutDialogue, TheCaseKnowsWhomAndHowToReachThePerson) {
  Walk w = at_review();
  w.chose("change").chose("kept_out").chose("out:lin").chose("none").chose("submit");
  const OpenCase* opened = w.effect<OpenCase>();
  ASSERT_NE(opened, nullptr);
  EXPECT_EQ(opened->kept_out, Names{"lin"});
  EXPECT_EQ(opened->fields.front().second, "lin");
  ASSERT_EQ(opened->contact.size(), 4u);
  EXPECT_EQ(opened->contact.front().second, "分機 00");
}

TEST(KeepingOutDialogue, WithoutReadersItSaysSo) {
  Walk w;
  w.facts_now().readers.clear();
  w.chose("agree");
  EXPECT_TRUE(w.said("counselling.ask.kept_out_nobody"));
  EXPECT_EQ(w.chose("none").in<Typing>().question, Question::agency);
}

TEST(Names, AreKnownInAnyDress) {
  const Names known = {"lin", "何雅婷", "Lina Chen", "林怡君", "林怡婷"};
  const auto names = [&](const char* typed) { return names_in(typed, known).names; };
  EXPECT_EQ(names("ＬＩＮ"), Names{"lin"});
  EXPECT_EQ(names(" lina　chen "), Names{"Lina Chen"});
  EXPECT_EQ(names("不要讓何雅婷看到"), Names{"何雅婷"});
  EXPECT_EQ(names("雅婷"), Names{"何雅婷"});
  EXPECT_EQ(names("何雅婷，怡君"), (Names{"何雅婷", "林怡君"}));
  EXPECT_EQ(names_in("林怡", known).unknown, "林怡") << "two of them";
  EXPECT_EQ(names_in("何", known).unknown, "何") << "too little to go by";
  EXPECT_EQ(names_in("何雅婷、誰", known).unknown, "誰");
  EXPECT_EQ(names_in(" 、", known).unknown, "");
}

}  // namespace
}  // namespace careline::counselling
