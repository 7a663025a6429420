// What the counselling intake holds to: 文字 for adults, lengths, unsend, one case, and states as they are
// stored.
#include "tests/handlers/counselling_walk.h"

namespace careline::counselling {
namespace {

using nlohmann::json;

TEST(CounsellingRules, TextNeedsApproval) {
  Walk w;
  w.chose("agree").chose("none").chose("skip").chose("skip").chose("skip");
  EXPECT_TRUE(w.offers("visit") && w.offers("phone"));
  EXPECT_FALSE(w.offers("text"));
  w.chose("text");
  EXPECT_EQ(w.in<Picking>().question, Question::way);
}

TEST(CounsellingRules, TextIsForAdults) {
  Walk w(with_text());
  w.chose("agree").chose("none").chose("skip").chose("skip").chose("skip").chose("text");
  w.in<ConfirmingAge>();
  EXPECT_NE(w.text().find("18"), std::string::npos);
  w.wrote("我 20 歲").in<ConfirmingAge>();
  w.chose("nonsense").in<ConfirmingAge>();
  w.chose("minor");
  EXPECT_TRUE(w.said("counselling.text_for_adults"));
  EXPECT_TRUE(w.offers("visit") && w.offers("phone"));
  EXPECT_FALSE(w.offers("text"));
  w.chose("text");
  EXPECT_EQ(w.in<Picking>().answers.way.id, "");
  // A mistap is put right by stepping back to the question.
  w.back().in<ConfirmingAge>();
  w.chose("adult").in<WritingMatter>();
  EXPECT_EQ(w.in<WritingMatter>().answers.way.name, "文字");
  w.chose("skip").chose("skip").wrote("這裡").chose("skip").chose("skip").chose("skip").chose("submit");
  ASSERT_NE(w.effect<OpenCase>(), nullptr);
  EXPECT_EQ(w.effect<OpenCase>()->fields[0].second, "文字");
}

TEST(CounsellingRules, SteppingBackFromTheAgeAsksForTheWayAgain) {
  Walk w(with_text());
  w.chose("agree").chose("none").chose("skip").chose("skip").chose("skip").chose("text").back();
  EXPECT_EQ(w.in<Picking>().question, Question::way);
  EXPECT_TRUE(w.offers("text"));
  EXPECT_EQ(w.back().in<Picking>().question, Question::area);
}

TEST(CounsellingRules, AMinorLosesTextAlsoInACorrection) {
  Walk w = at_review(with_text());
  w.chose("change").chose("way").chose("text").chose("minor").chose("visit");
  EXPECT_EQ(w.in<Reviewing>().answers.way.id, "visit");
  w.chose("change").chose("way").back().in<ConfirmingAge>();
  w.back();
  EXPECT_EQ(w.in<Picking>().answers.age, Age::not_asked);
  EXPECT_EQ(w.back().in<Reviewing>().answers.way.id, "visit");
}

TEST(CounsellingRules, ChoosingTextAgainAsksForTheAgeAgain) {
  Walk w = at_review(with_text());
  w.chose("change").chose("way").chose("text").chose("adult");
  w.chose("change").chose("way").chose("keep");
  EXPECT_EQ(w.in<Reviewing>().answers.way.id, "text");
  w.chose("change").chose("way").chose("text").chose("minor").back().back().back();
  EXPECT_EQ(w.in<Reviewing>().answers.way.id, "") << "a minor is left without 文字 even on the way out";
}

TEST(CounsellingRules, NobodyIsCounselledByTextUnlessKnownToBeAnAdult) {
  for (const Age age : {Age::not_asked, Age::minor}) {
    Answers answers = at_review(with_text()).in<Reviewing>().answers;
    answers.way = {"text", "文字"};
    answers.age = age;
    Walk w(Reviewing{answers}, with_text());
    w.chose("submit");
    EXPECT_EQ(w.effect<OpenCase>(), nullptr);
    EXPECT_EQ(w.in<Picking>().question, Question::way);
  }
}

TEST(CounsellingRules, WithdrawnApprovalIsNoticedBeforeSending) {
  Walk w = at_review(with_text());
  w.chose("change").chose("way").chose("text").chose("adult");
  EXPECT_EQ(w.in<Reviewing>().answers.way.id, "text");
  w.facts_now().text_approved = false;
  w.chose("submit");
  EXPECT_TRUE(w.said("counselling.text_not_offered"));
  EXPECT_EQ(w.effect<OpenCase>(), nullptr);
  w.chose("visit").chose("submit");
  EXPECT_NE(w.effect<OpenCase>(), nullptr);

  Walk asked(with_text());
  asked.chose("agree").chose("none").chose("skip").chose("skip").chose("skip").chose("text");
  asked.facts_now().text_approved = false;
  asked.chose("adult");
  EXPECT_TRUE(asked.said("counselling.text_not_offered"));
  EXPECT_EQ(asked.in<Picking>().answers.way.id, "");
}

TEST(CounsellingRules, LongAnswersAreRefusedKindlyAndCountedAsLineCounts) {
  Walk w;
  w.chose("agree").chose("none");
  std::string sixty, emoji;
  for (int i = 0; i < 60; ++i) sixty += "字";
  for (int i = 0; i < 31; ++i) emoji += "🌱";
  w.wrote(sixty + "多");
  EXPECT_TRUE(w.said("counselling.answer_too_long"));
  EXPECT_NE(w.text().find("61"), std::string::npos);
  w.wrote(emoji);
  EXPECT_TRUE(w.said("counselling.answer_too_long")) << "62 UTF-16 units";
  w.wrote("\n　 ");
  EXPECT_TRUE(w.said("counselling.empty"));
  EXPECT_EQ(w.in<Typing>().answers, Answers{});
  w.wrote("　" + sixty + "\n");
  EXPECT_EQ(w.in<Picking>().answers.agency.text, sixty);
}

TEST(CounsellingRules, MatterTakesFiveThousandAndSaysWhatItKept) {
  Walk w;
  w.chose("agree").chose("none").chose("skip").chose("skip").chose("skip").chose("skip");
  EXPECT_TRUE(takes_body_text(w.state()));
  w.chose("done").in<WritingMatter>();
  EXPECT_TRUE(w.said("counselling.matter_empty"));
  w.wrote(" ");
  EXPECT_TRUE(w.said("counselling.empty"));
  w.wrote(std::string(4999, 'a'));
  EXPECT_TRUE(w.said("counselling.matter_kept"));
  EXPECT_TRUE(w.offers("done") && w.offers("skip") && w.offers("rewrite"));
  w.wrote("bc");
  EXPECT_TRUE(w.said("counselling.matter_too_long"));
  EXPECT_NE(w.text().find("4999"), std::string::npos);
  w.wrote("3").chose("nonsense");
  EXPECT_EQ(w.in<WritingMatter>().answers.matter.size(), 2u);
  EXPECT_EQ(matter_units(w.in<WritingMatter>().answers), kMatterLimit);
  w.chose("skip");
  EXPECT_EQ(w.in<Typing>().answers.matter.size(), 2u) << "passing on loses nothing that was written";
  w.back().chose("rewrite");
  EXPECT_TRUE(w.in<WritingMatter>().answers.matter.empty());
  EXPECT_FALSE(w.offers("rewrite"));
}

TEST(CounsellingRules, ReviewShortensALongMatterAndSendsAllOfIt) {
  Walk w = at_review();
  w.chose("change").chose("matter").wrote(std::string(3000, 'x')).chose("done");
  EXPECT_EQ(w.text().find(std::string(200, 'x')), std::string::npos);
  EXPECT_NE(w.text().find("…"), std::string::npos);
  w.chose("submit");
  EXPECT_EQ(w.effect<OpenCase>()->matter.back().text.size(), 3000u);
}

TEST(CounsellingRules, UnsendReachesMatterAndTypedAnswers) {
  Walk w = at_review();
  State& state = w.state();
  ASSERT_NE(draft_parts(state), nullptr);
  const std::string first = draft_parts(state)->front().key;
  EXPECT_TRUE(take_back(state, first));
  EXPECT_EQ(draft_parts(state)->size(), 1u);
  EXPECT_FALSE(take_back(state, first));
  EXPECT_FALSE(take_back(state, "")) << "skipped answers have no key";
  const std::string contact = w.in<Reviewing>().answers.contact.key;
  EXPECT_TRUE(take_back(state, contact));
  w.chose("submit");
  EXPECT_TRUE(w.said("counselling.contact_needed"));
  EXPECT_EQ(w.effect<OpenCase>(), nullptr);
  w.wrote("這裡").chose("submit");
  EXPECT_NE(w.effect<OpenCase>(), nullptr);
}

TEST(CounsellingRules, OnlyAnswersAreADraft) {
  Walk w;
  EXPECT_FALSE(is_draft(w.state()));
  w.chose("agree").chose("none");
  EXPECT_FALSE(is_draft(w.state()));
  w.chose("skip").chose("s1");
  EXPECT_TRUE(is_draft(w.state()));
  EXPECT_FALSE(is_draft(HavingOpenCase{}));
  State close = ConfirmingClose{};
  EXPECT_FALSE(is_draft(close));
  EXPECT_EQ(draft_parts(close), nullptr);
  EXPECT_FALSE(take_back(close, "k1"));
}

TEST(CounsellingRules, AnOpenCaseIsLedToInsteadOfASecondOne) {
  Walk w(with_case());
  w.in<HavingOpenCase>();
  EXPECT_NE(w.text().find("A12"), std::string::npos);
  EXPECT_TRUE(w.offers("cmd:progress") && w.offers("close"));
  w.chose("nonsense").in<HavingOpenCase>();
  w.wrote("補充一句");
  EXPECT_TRUE(w.over());
  const AddToThread* added = w.effect<AddToThread>();
  ASSERT_NE(added, nullptr);
  EXPECT_EQ(added->thread, "00ff");
  EXPECT_EQ(added->parts.at(0).text, "補充一句");
  EXPECT_NE(w.text().find("對象：個案 A12"), std::string::npos);
  EXPECT_NE(w.text().find("『已讀』只代表系統收到，不代表有人看過"), std::string::npos);

  Walk leaves(with_case());
  EXPECT_TRUE(leaves.back().over());
}

TEST(CounsellingRules, ClosingACaseIsAskedOnceMore) {
  Walk w(with_case());
  w.chose("close").in<ConfirmingClose>();
  w.wrote("嗯").in<ConfirmingClose>();
  w.chose("nonsense").in<ConfirmingClose>();
  w.back().in<HavingOpenCase>();
  w.chose("close").chose("yes");
  EXPECT_TRUE(w.over());
  ASSERT_NE(w.effect<CloseThread>(), nullptr);
  EXPECT_EQ(w.effect<CloseThread>()->thread, "00ff");

  Walk stays(with_case());
  EXPECT_TRUE(stays.chose("close").chose("no").over());
  EXPECT_EQ(stays.effect<CloseThread>(), nullptr);
}

TEST(CounsellingRules, ACaseClosedMeanwhileTakesNoText) {
  for (const State& state : {State{HavingOpenCase{}}, State{ConfirmingClose{}}}) {
    Walk w(state, facts());
    EXPECT_TRUE(w.chose("yes").over());
    EXPECT_TRUE(w.said("counselling.no_case"));
    EXPECT_EQ(w.effect<CloseThread>(), nullptr);
  }
  Walk w(HavingOpenCase{}, facts());
  EXPECT_TRUE(w.wrote("補充").over());
  EXPECT_EQ(w.effect<AddToThread>(), nullptr);
  EXPECT_TRUE(w.offers("cmd:intake"));
}

TEST(CounsellingRules, ADraftIsNotSentBesideAnOpenCase) {
  Walk w = at_review();
  w.facts_now().open_case = CaseInfo{"A07", "aa"};
  w.chose("submit").in<Reviewing>();
  EXPECT_EQ(w.effect<OpenCase>(), nullptr);
  EXPECT_TRUE(w.said("counselling.already_open"));
}

std::vector<State> every_state() {
  const Answers answers = at_review().in<Reviewing>().answers;
  std::vector<State> states = {AwaitingConsent{answers},
                               KeepingOut{answers, Then::review},
                               KeepingOut{},
                               ConfirmingAge{answers, Then::review},
                               WritingMatter{answers, Then::review},
                               Reviewing{answers},
                               ChoosingCorrection{answers},
                               HavingOpenCase{},
                               ConfirmingClose{}};
  for (const Field& f : form()) {
    states.push_back(asking(f.question, answers, Then::go_on));
    states.push_back(asking(f.question, Answers{}, Then::review));
  }
  return states;
}

TEST(CounsellingRules, EveryStateAnswersEveryEventAndSaysItsPromptAgain) {
  const std::vector<Event> events = {Wrote{{"k9", "文字", 1}},
                                     Wrote{{"k9", "", 1}},
                                     Chose{"nonsense"},
                                     Chose{"skip"},
                                     Chose{"keep"},
                                     SentOther{"sticker"},
                                     Back{}};
  for (const Facts& f : {facts(), with_text(), with_case()})
    for (const State& state : every_state()) {
      for (const Event& event : events) Walk(state, f).on(event);
      Walk same(state, f);
      EXPECT_EQ(same.on(SentOther{"image"}).state(), state);
      EXPECT_TRUE(same.said("counselling.not_text"));
      const Step again = resume(state, f);
      EXPECT_EQ(again.next, state);
      ASSERT_EQ(again.effects.size(), 1u);
      checked(std::get<Say>(again.effects[0]).prompt);
    }
}

TEST(CounsellingRules, DamagedStatesReadAsNothing) {
  for (const char* text :
       {"null", "[]", "3", "{}", R"({"at":"nowhere"})", R"({"at":3})", R"({"at":"typing"})",
        R"({"at":"review","answers":[]})", R"({"at":"review","answers":{"matter":{}}})"})
    EXPECT_FALSE(decode(json::parse(text)).has_value()) << text;
  for (const State& state : every_state()) {
    const json whole = encode(state);
    ASSERT_EQ(decode(whole), state);
    for (const auto& item : whole.items()) {
      json damaged = whole;
      damaged[item.key()] = 7;
      EXPECT_FALSE(decode(damaged).has_value()) << item.key();
      damaged.erase(item.key());
      EXPECT_FALSE(decode(damaged).has_value()) << item.key();
    }
    if (!whole.contains("answers")) continue;
    for (const auto& item : whole["answers"].items()) {
      json damaged = whole;
      damaged["answers"].erase(item.key());
      EXPECT_FALSE(decode(damaged).has_value()) << item.key();
    }
  }
  json wrong = encode(asking(Question::agency, Answers{}, Then::go_on));
  wrong["question"] = "area";
  EXPECT_FALSE(decode(wrong).has_value()) << "a list is not typed";
  wrong["question"] = "matter";
  EXPECT_FALSE(decode(wrong).has_value());
  wrong["question"] = "agency";
  wrong["then"] = "fly";
  EXPECT_FALSE(decode(wrong).has_value());
}

TEST(CounsellingText, CutsBetweenGraphemesOnly) {
  EXPECT_EQ(units("a字🌱"), 4u);
  EXPECT_EQ(shortened("字字字", 3), "字字字");
  EXPECT_EQ(shortened("字字字", 2), "字字…");
  EXPECT_EQ(shortened("a🌱b", 2), "a…") << "not half of a pair";
  EXPECT_EQ(shortened("a👩‍🌾b", 3), "a…") << "not half of a joined emoji";
  EXPECT_EQ(trimmed(" \t　字 字\n"), "字 字");
  EXPECT_EQ(trimmed("　\n"), "");
}

}  // namespace
}  // namespace careline::counselling
