// The counselling intake: every way through it and out of it, stored states, and words for all it says.
#include "handlers/counselling/counselling.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "handlers/counselling/codec.h"
#include "handlers/counselling/form.h"
#include "handlers/counselling/text.h"

namespace careline::counselling {
namespace {

using nlohmann::json;

const json& phrases() {
  static const json all = [] {
    std::ifstream file(std::string(CARELINE_SOURCE_DIR) + "/config/phrases/counselling.json");
    return json::parse(file);
  }();
  return all;
}

std::string words_of(const std::string& key) {
  const json& entry = phrases().at(key);
  if (entry.is_string()) return entry.get<std::string>();
  std::string text;
  for (const json& line : entry) text += (text.empty() ? "" : "\n") + line.get<std::string>();
  return text;
}

// The phrase as a person reads it; a missing key or value fails the test.
std::string read_aloud(const Phrase& phrase) {
  if (phrase.key == "literal") return phrase.values.at("words");
  EXPECT_TRUE(phrases().contains(phrase.key)) << phrase.key;
  if (!phrases().contains(phrase.key)) return "";
  std::string text = words_of(phrase.key);
  for (std::size_t open = text.find('{'); open != std::string::npos; open = text.find('{', open)) {
    const std::size_t close = text.find('}', open);
    const std::string name = text.substr(open + 1, close - open - 1);
    EXPECT_TRUE(phrase.values.count(name)) << phrase.key << " lacks " << name;
    const std::string value = phrase.values.count(name) ? phrase.values.at(name) : "";
    text.replace(open, close - open + 1, value);
    open += value.size();
  }
  return text;
}

// LINE's limits and the words of everything in a prompt; gives the whole text.
std::string checked(const Prompt& prompt) {
  std::string text;
  EXPECT_GE(prompt.bubbles.size(), 1u);
  EXPECT_LE(prompt.bubbles.size(), 5u);
  EXPECT_LE(prompt.choices.size(), 13u);
  std::set<std::string> ids;
  for (const Choice& c : prompt.choices) {
    EXPECT_TRUE(ids.insert(c.id).second) << "twice: " << c.id;
    EXPECT_LE(units(read_aloud(c.label)), 20u);
  }
  for (const Bubble& bubble : prompt.bubbles) {
    const std::string words = read_aloud(bubble.text);
    EXPECT_FALSE(words.empty()) << bubble.text.key;
    EXPECT_LE(units(words), 4500u) << "no room for the list of choices";
    for (const Call& call : bubble.calls) {
      EXPECT_FALSE(call.number.empty());
      read_aloud(call.label);
    }
    text += words + "\n";
  }
  return text;
}

Facts facts() {
  Facts f;
  for (int i = 1; i <= 7; ++i) f.staff_types.push_back({"s" + std::to_string(i), "類別" + std::to_string(i)});
  for (int i = 1; i <= 8; ++i) f.areas.push_back({"a" + std::to_string(i), "領域" + std::to_string(i)});
  f.ways = {{"visit", "面談"}, {"phone", "電話"}, {"text", "文字"}};
  f.message_options = {{"yes", words_of("counselling.message.yes")},
                       {"no", words_of("counselling.message.no")}};
  f.skip_words = words_of("counselling.choice.skip");
  f.fresh_case_number = "A12";
  f.reading_text = "諮商人員會在上班日看，最晚 3 天內回覆。";
  f.hotline_display = "00-0000000";
  f.hotline_hours = "上班日";
  f.hotline_dial = "000000000";
  return f;
}

Facts with_text() {
  Facts f = facts();
  f.text_approved = true;
  return f;
}

Facts with_case() {
  Facts f = facts();
  f.open_case = CaseInfo{"A12", "00ff"};
  return f;
}

// A person in front of the form.
class Walk {
 public:
  explicit Walk(Facts with = facts()) : facts_(std::move(with)) { take(begin(facts_)); }
  Walk(State from, Facts with) : facts_(std::move(with)), state_(std::move(from)) {}
  Walk& wrote(const std::string& text) {
    const std::string key = "k" + std::to_string(++written_);
    return on(Wrote{{key, text, written_}});
  }
  Walk& chose(const std::string& id) { return on(Chose{id}); }
  Walk& back() { return on(Back{}); }
  Walk& on(const Event& event) {
    EXPECT_TRUE(state_.has_value()) << "the conversation is over";
    if (state_) take(step(*state_, event, facts_));
    return *this;
  }

  template <class S>
  const S& in() const {
    if (!state_ || !std::holds_alternative<S>(*state_)) throw std::logic_error("another state: " + said_);
    return std::get<S>(*state_);
  }
  bool over() const { return !state_; }
  bool said(const std::string& key) const { return said_keys_.count(key) > 0; }
  bool offers(const std::string& id) const {
    for (const Choice& c : choices_)
      if (c.id == id) return true;
    return false;
  }
  const std::string& text() const { return said_; }
  const Effects& effects() const { return effects_; }
  State& state() { return *state_; }
  Facts& facts_now() { return facts_; }
  template <class E>
  const E* effect() const {
    for (const Effect& e : effects_)
      if (const E* found = std::get_if<E>(&e)) return found;
    return nullptr;
  }

 private:
  void take(Step step) {
    state_ = std::move(step.next);
    effects_ = std::move(step.effects);
    said_.clear();
    said_keys_.clear();
    const Say* say = effect<Say>();
    ASSERT_NE(say, nullptr) << "every event is answered";
    said_ = checked(say->prompt);
    choices_ = say->prompt.choices;
    for (const Bubble& b : say->prompt.bubbles) said_keys_.insert(b.text.key);
    if (state_) {
      const auto again = decode(encode(*state_));
      ASSERT_TRUE(again.has_value());
      EXPECT_EQ(*again, *state_);
    }
  }

  Facts facts_;
  std::optional<State> state_;
  Effects effects_;
  std::string said_;
  std::set<std::string> said_keys_;
  std::vector<Choice> choices_;
  int written_ = 0;
};

Walk at_review(Facts with = facts()) {
  Walk w(std::move(with));
  w.chose("agree").wrote("某某國中").chose("s2").chose("a7").chose("phone");
  w.wrote("最近工作很多").wrote("睡不好").chose("done").wrote("週三下午").wrote("分機 00");
  w.wrote("某縣").wrote("家人").chose("yes");
  return w;
}

TEST(CounsellingIntake, NoticeSaysWhatMustBeKnownBeforeTheFirstAnswer) {
  Walk w;
  w.in<AwaitingConsent>();
  for (const char* must :
       {"雇主看不到內容", "訊息會經過 LINE", "程式會留意危險字句，必要時請值班諮商人員看", "請避免用公務電腦",
        "這裡不是申訴管道", "諮詢回覆，非心理治療", "書面同意", "依法調閱", "立即危險", "通報"})
    EXPECT_NE(w.text().find(must), std::string::npos) << must;
  EXPECT_TRUE(w.offers("agree") && w.offers("decline") && w.offers("cancel"));
  EXPECT_FALSE(w.offers("skip"));
  EXPECT_EQ(w.effect<NoteNotice>(), nullptr) << "nobody agreed yet";
}

TEST(CounsellingIntake, WholeFormBecomesACase) {
  Walk w = at_review();
  w.in<Reviewing>();
  for (const char* answer : {"某某國中", "類別2", "領域7", "電話", "最近工作很多", "睡不好", "週三下午",
                             "分機 00", "某縣", "家人", "可以留言"})
    EXPECT_NE(w.text().find(answer), std::string::npos) << answer;
  w.chose("submit");
  EXPECT_TRUE(w.over());
  const OpenCase* opened = w.effect<OpenCase>();
  ASSERT_NE(opened, nullptr);
  EXPECT_EQ(opened->number, "A12");
  const std::vector<std::pair<std::string, std::string>> fields = {
      {"counselling.field.agency", "某某國中"},  {"counselling.field.staff_type", "類別2"},
      {"counselling.field.area", "領域7"},       {"counselling.field.way", "電話"},
      {"counselling.field.times", "週三下午"},   {"counselling.field.contact", "分機 00"},
      {"counselling.field.city", "某縣"},        {"counselling.field.emergency", "家人"},
      {"counselling.field.message", "可以留言"},
  };
  EXPECT_EQ(opened->fields, fields);
  ASSERT_EQ(opened->matter.size(), 2u);
  EXPECT_EQ(opened->matter[1].text, "睡不好");
  for (const char* must :
       {"A12", "最晚 3 天內回覆", "『已讀』只代表系統收到，不代表有人看過", "對象：個案 A12"})
    EXPECT_NE(w.text().find(must), std::string::npos) << must;
}

TEST(CounsellingIntake, ConsentIsNotedOnceGivenAndDecliningKeepsNothing) {
  Walk yes;
  yes.chose("agree");
  const NoteNotice* note = yes.effect<NoteNotice>();
  ASSERT_NE(note, nullptr);
  EXPECT_EQ(*note, (NoteNotice{"intake", true}));
  EXPECT_EQ(yes.in<Typing>().question, Question::agency);

  Walk no;
  no.chose("decline");
  EXPECT_TRUE(no.over());
  EXPECT_EQ(no.effects().size(), 1u);
  EXPECT_TRUE(no.offers("cmd:question"));
  EXPECT_NE(no.text().find("00-0000000"), std::string::npos);
  EXPECT_FALSE(std::get<Say>(no.effects()[0]).prompt.bubbles[1].calls.empty());
}

TEST(CounsellingIntake, DemonstrationNumberIsMarkedAndCannotBeDialled) {
  Facts f = facts();
  f.demonstration = true;
  Walk w(f);
  w.chose("decline");
  EXPECT_NE(w.text().find("示範"), std::string::npos);
  for (const Bubble& b : std::get<Say>(w.effects()[0]).prompt.bubbles) EXPECT_TRUE(b.calls.empty());
}

TEST(CounsellingIntake, ConsentCannotBePassed) {
  Walk w;
  for (const char* id : {"skip", "keep", "submit"}) w.chose(id).in<AwaitingConsent>();
  w.wrote("好").in<AwaitingConsent>();
  EXPECT_TRUE(w.said("counselling.please_choose") && w.said("counselling.notice_again"));
  w.back().in<AwaitingConsent>();
  EXPECT_TRUE(w.said("counselling.first_step"));
  EXPECT_EQ(w.effect<NoteNotice>(), nullptr);
}

TEST(CounsellingIntake, EverythingButConsentAndContactCanBePassed) {
  Walk w;
  w.chose("agree");
  for (int i = 0; i < 6; ++i) w.chose("skip");
  EXPECT_EQ(w.in<Typing>().question, Question::contact);
  EXPECT_FALSE(w.offers("skip"));
  w.chose("skip");
  EXPECT_TRUE(w.said("counselling.contact_needed"));
  // 先跳過 is no choice here, so it comes as text: it must not become the contact.
  w.wrote(" 先跳過 ");
  EXPECT_TRUE(w.said("counselling.contact_needed"));
  EXPECT_EQ(w.in<Typing>().question, Question::contact);
  w.wrote("這裡就好").chose("skip").chose("skip").chose("skip").chose("submit");
  const OpenCase* opened = w.effect<OpenCase>();
  ASSERT_NE(opened, nullptr);
  ASSERT_EQ(opened->fields.size(), 1u);
  EXPECT_EQ(opened->fields[0].second, "這裡就好");
  EXPECT_TRUE(opened->matter.empty());
}

TEST(CounsellingIntake, EveryQuestionTellsHowFarOneIs) {
  Walk w;
  w.chose("agree");
  const auto at = [&](const char* progress) { return w.text().find(progress) != std::string::npos; };
  EXPECT_TRUE(at("1/10"));
  EXPECT_TRUE((w.chose("skip"), at("2/10")));
  EXPECT_TRUE((w.chose("skip"), at("3/10")));
  EXPECT_TRUE((w.chose("skip"), at("4/10")));
  EXPECT_TRUE((w.chose("skip"), at("5/10")));
  EXPECT_TRUE((w.chose("skip"), at("6/10")));
  EXPECT_TRUE((w.chose("skip"), at("7/10")));
  EXPECT_TRUE((w.wrote("這裡"), at("8/10")));
  EXPECT_TRUE((w.chose("skip"), at("9/10")));
  EXPECT_TRUE((w.chose("skip"), at("10/10")));
}

TEST(CounsellingIntake, SteppingBackKeepsAnswersAllTheWay) {
  Walk w = at_review();
  const Answers answers = w.in<Reviewing>().answers;
  for (std::size_t i = 0; i < kQuestions; ++i) {
    w.back();
    EXPECT_TRUE(w.offers("back") && w.offers("cancel"));
  }
  EXPECT_EQ(w.in<Typing>().question, Question::agency);
  EXPECT_NE(w.text().find("某某國中"), std::string::npos);
  EXPECT_EQ(w.back().in<AwaitingConsent>().answers, answers);
  w.chose("agree").chose("keep").chose("keep").chose("keep").chose("keep").chose("done");
  w.chose("keep").chose("keep").chose("keep").chose("keep").chose("keep");
  EXPECT_EQ(w.in<Reviewing>().answers, answers);
}

TEST(CounsellingIntake, KeepIsOfferedOnlyWhereThereIsAnAnswer) {
  Walk w;
  w.chose("agree");
  EXPECT_FALSE(w.offers("keep"));
  w.chose("keep");
  EXPECT_TRUE(w.said("counselling.please_type"));
  w.chose("skip").chose("keep");
  EXPECT_TRUE(w.said("counselling.please_choose"));
  EXPECT_EQ(w.in<Picking>().question, Question::staff_type);
}

TEST(CounsellingIntake, EachAnswerCanBeCorrectedAlone) {
  for (const Field& f : form()) {
    Walk w = at_review();
    const Answers before = w.in<Reviewing>().answers;
    w.chose("change");
    w.in<ChoosingCorrection>();
    EXPECT_TRUE(w.offers(f.name));
    w.chose(f.name);
    std::string expected = "改過";
    if (f.typed) {
      w.wrote(expected);
    } else if (f.picked) {
      const Listed option = options(f.question, before, facts()).front();
      expected = option.name;
      w.chose(option.id);
    } else {
      expected = answer_text(before, f.question) + "\n再補一句";
      w.wrote("再補一句").chose("done");
    }
    const Answers after = w.in<Reviewing>().answers;
    EXPECT_EQ(answer_text(after, f.question), expected) << f.name;
    for (const Field& other : form()) {
      if (other.question == f.question) continue;
      EXPECT_EQ(answer_text(after, other.question), answer_text(before, other.question)) << other.name;
    }
  }
}

TEST(CounsellingIntake, CorrectingCanBeLeftWithoutChange) {
  Walk w = at_review();
  const Answers before = w.in<Reviewing>().answers;
  for (const Field& f : form()) {
    w.chose("change").chose(f.name).back();
    EXPECT_EQ(w.in<Reviewing>().answers, before);
  }
  w.chose("change").chose("nonsense").in<ChoosingCorrection>();
  w.wrote("什麼").in<ChoosingCorrection>();
  EXPECT_EQ(w.back().in<Reviewing>().answers, before);
  w.chose("change").chose("emergency").chose("skip");
  EXPECT_EQ(w.in<Reviewing>().answers.emergency.text, "");
}

TEST(CounsellingIntake, GivingUpDropsTheDraft) {
  Walk w = at_review();
  EXPECT_TRUE(w.offers("submit") && w.offers("change") && w.offers("drop"));
  w.wrote("嗯").in<Reviewing>();
  w.chose("nonsense").in<Reviewing>();
  w.chose("drop");
  EXPECT_TRUE(w.over());
  EXPECT_EQ(w.effects().size(), 1u);
}

TEST(CounsellingIntake, TextNeedsApproval) {
  Walk w;
  w.chose("agree").chose("skip").chose("skip").chose("skip");
  EXPECT_TRUE(w.offers("visit") && w.offers("phone"));
  EXPECT_FALSE(w.offers("text"));
  w.chose("text");
  EXPECT_EQ(w.in<Picking>().question, Question::way);
}

TEST(CounsellingIntake, TextIsForAdults) {
  Walk w(with_text());
  w.chose("agree").chose("skip").chose("skip").chose("skip").chose("text");
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

TEST(CounsellingIntake, SteppingBackFromTheAgeAsksForTheWayAgain) {
  Walk w(with_text());
  w.chose("agree").chose("skip").chose("skip").chose("skip").chose("text").back();
  EXPECT_EQ(w.in<Picking>().question, Question::way);
  EXPECT_TRUE(w.offers("text"));
  EXPECT_EQ(w.back().in<Picking>().question, Question::area);
}

TEST(CounsellingIntake, AMinorLosesTextAlsoInACorrection) {
  Walk w = at_review(with_text());
  w.chose("change").chose("way").chose("text").chose("minor").chose("visit");
  EXPECT_EQ(w.in<Reviewing>().answers.way.id, "visit");
  w.chose("change").chose("way").back().in<ConfirmingAge>();
  w.back();
  EXPECT_EQ(w.in<Picking>().answers.age, Age::not_asked);
  EXPECT_EQ(w.back().in<Reviewing>().answers.way.id, "visit");
}

TEST(CounsellingIntake, WithdrawnApprovalIsNoticedBeforeSending) {
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
  asked.chose("agree").chose("skip").chose("skip").chose("skip").chose("text");
  asked.facts_now().text_approved = false;
  asked.chose("adult");
  EXPECT_TRUE(asked.said("counselling.text_not_offered"));
  EXPECT_EQ(asked.in<Picking>().answers.way.id, "");
}

TEST(CounsellingIntake, LongAnswersAreRefusedKindlyAndCountedAsLineCounts) {
  Walk w;
  w.chose("agree");
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

TEST(CounsellingIntake, MatterTakesFiveThousandAndSaysWhatItKept) {
  Walk w;
  w.chose("agree").chose("skip").chose("skip").chose("skip").chose("skip");
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

TEST(CounsellingIntake, ReviewShortensALongMatterAndSendsAllOfIt) {
  Walk w = at_review();
  w.chose("change").chose("matter").wrote(std::string(3000, 'x')).chose("done");
  EXPECT_EQ(w.text().find(std::string(200, 'x')), std::string::npos);
  EXPECT_NE(w.text().find("…"), std::string::npos);
  w.chose("submit");
  EXPECT_EQ(w.effect<OpenCase>()->matter.back().text.size(), 3000u);
}

TEST(CounsellingIntake, UnsendReachesMatterAndTypedAnswers) {
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

TEST(CounsellingIntake, OnlyAnswersAreADraft) {
  Walk w;
  EXPECT_FALSE(is_draft(w.state()));
  w.chose("agree");
  EXPECT_FALSE(is_draft(w.state()));
  w.chose("skip").chose("s1");
  EXPECT_TRUE(is_draft(w.state()));
  EXPECT_FALSE(is_draft(HavingOpenCase{}));
  State close = ConfirmingClose{};
  EXPECT_FALSE(is_draft(close));
  EXPECT_EQ(draft_parts(close), nullptr);
  EXPECT_FALSE(take_back(close, "k1"));
}

TEST(CounsellingIntake, AnOpenCaseIsLedToInsteadOfASecondOne) {
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

TEST(CounsellingIntake, ClosingACaseIsAskedOnceMore) {
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

TEST(CounsellingIntake, ACaseClosedMeanwhileTakesNoText) {
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

TEST(CounsellingIntake, ADraftIsNotSentBesideAnOpenCase) {
  Walk w = at_review();
  w.facts_now().open_case = CaseInfo{"A07", "aa"};
  w.chose("submit").in<Reviewing>();
  EXPECT_EQ(w.effect<OpenCase>(), nullptr);
  EXPECT_TRUE(w.said("counselling.already_open"));
}

std::vector<State> every_state() {
  const Answers answers = at_review().in<Reviewing>().answers;
  std::vector<State> states = {
      AwaitingConsent{answers}, ConfirmingAge{answers, Then::review}, WritingMatter{answers, Then::review},
      Reviewing{answers},       ChoosingCorrection{answers},          HavingOpenCase{},
      ConfirmingClose{}};
  for (const Field& f : form()) {
    states.push_back(asking(f.question, answers, Then::go_on));
    states.push_back(asking(f.question, Answers{}, Then::review));
  }
  return states;
}

TEST(CounsellingIntake, EveryStateAnswersEveryEventAndSaysItsPromptAgain) {
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

TEST(CounsellingIntake, DamagedStatesReadAsNothing) {
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
