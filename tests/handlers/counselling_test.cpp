// The counselling intake from the notice to the case: every way through the form, back, and out of it.
#include "tests/handlers/counselling_walk.h"

namespace careline::counselling {
namespace {

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
  EXPECT_EQ(yes.chose("none").in<Typing>().question, Question::agency);

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
  w.chose("agree").chose("none");
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
  w.chose("agree").chose("none");
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
  w.back().in<KeepingOut>();
  EXPECT_EQ(w.back().in<AwaitingConsent>().answers, answers);
  w.chose("agree").chose("none").chose("keep").chose("keep").chose("keep").chose("keep").chose("done");
  w.chose("keep").chose("keep").chose("keep").chose("keep").chose("keep");
  EXPECT_EQ(w.in<Reviewing>().answers, answers);
}

TEST(CounsellingIntake, KeepIsOfferedOnlyWhereThereIsAnAnswer) {
  Walk w;
  w.chose("agree").chose("none");
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

}  // namespace
}  // namespace careline::counselling
