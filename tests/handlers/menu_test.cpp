// The menu: its commands, its honesty about people and secrecy, words for all it says, and erasing.
#include "handlers/menu/menu.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "handlers/menu/codec.h"

namespace careline::menu {
namespace {

using nlohmann::json;

constexpr const char* kReadMark = "『已讀』只代表系統收到，不代表有人看過";

std::string read_aloud(const Phrase& phrase) {
  static const json all = [] {
    std::ifstream file(std::string(CARELINE_SOURCE_DIR) + "/config/phrases/menu.json");
    return json::parse(file);
  }();
  EXPECT_TRUE(all.contains(phrase.key)) << phrase.key;
  if (!all.contains(phrase.key)) return "";
  std::string text;
  if (all[phrase.key].is_string())
    text = all[phrase.key].get<std::string>();
  else
    for (const json& line : all[phrase.key]) text += line.get<std::string>() + "\n";
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

// Checks words and LINE's limits of a prompt; gives its whole text.
std::string checked(const Prompt& prompt) {
  EXPECT_GE(prompt.bubbles.size(), 1u);
  EXPECT_LE(prompt.bubbles.size(), 5u);
  EXPECT_LE(prompt.choices.size(), 13u);
  std::set<std::string> ids;
  for (const Choice& c : prompt.choices) {
    EXPECT_TRUE(ids.insert(c.id).second) << c.id;
    EXPECT_LE(read_aloud(c.label).size(), 60u) << "20 characters of three bytes";
  }
  std::string text;
  for (const Bubble& bubble : prompt.bubbles) {
    text += read_aloud(bubble.text) + "\n";
    for (const Call& call : bubble.calls) {
      EXPECT_FALSE(call.number.empty());
      read_aloud(call.label);
    }
  }
  return text;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
bool offers(const Prompt& prompt, const std::string& id) {
  for (const Choice& c : prompt.choices)
    if (c.id == id) return true;
  return false;
}
std::size_t calls(const Prompt& prompt) {
  std::size_t sum = 0;
  for (const Bubble& b : prompt.bubbles) sum += b.calls.size();
  return sum;
}

Facts facts() {
  Facts f;
  f.service = "測試計畫";
  f.agency = "測試縣政府";
  f.hotline_name = "諮商專線";
  f.hotline_display = "00-0000000";
  f.hotline_hours = "上班日 9 點到 17 點";
  f.hotline_dial = "000000000";
  f.window_name = "人事處";
  f.window_phone = "00-1111111";
  f.window_mail = "window@example.invalid";
  f.window_hours = "上班日";
  f.reading_text = "諮商人員會在上班日看。";
  f.hours_text = "週一至週五 09:00–17:00";
  return f;
}

Facts with_case() {
  Facts f = facts();
  f.open_case = "A12";
  return f;
}

TEST(Menu, OffersTheEightFixedWordsInOrder) {
  const std::vector<std::pair<std::string, std::string>> fixed = {
      {"cmd:topics", "主題群組"}, {"cmd:question", "匿名提問"}, {"cmd:intake", "諮商預約"},
      {"cmd:help", "求助"},       {"cmd:info", "服務資訊"},     {"cmd:mydata", "我的資料"},
      {"cmd:progress", "進度"},   {"cmd:human", "真人"}};
  for (const Prompt& prompt :
       {menu(facts()), menu(with_case()), greeting(facts()), unknown(facts()), expired()}) {
    std::vector<std::pair<std::string, std::string>> offered;
    for (const Choice& c : prompt.choices) offered.emplace_back(c.id, read_aloud(c.label));
    EXPECT_EQ(offered, fixed);
  }
  EXPECT_TRUE(has(checked(menu(with_case())), "A12"));
}

TEST(Menu, GreetingSaysWhoWeAreWhatIsConfidentialAndWhatReadMeans) {
  const Prompt prompt = greeting(facts());
  EXPECT_LE(prompt.bubbles.size(), 3u);
  const std::string text = checked(prompt);
  for (const char* must :
       {"測試計畫", "測試縣政府", "雇主看不到內容", "保密有例外", "訊息會經過 LINE", "求助"})
    EXPECT_TRUE(has(text, must)) << must;
  EXPECT_TRUE(has(text, kReadMark));
  EXPECT_EQ(welcome_back(facts()).bubbles.size(), 1u);
  EXPECT_TRUE(has(checked(welcome_back(facts())), kReadMark));
}

TEST(Menu, ASecondUnknownTextOffersAPerson) {
  EXPECT_TRUE(has(checked(unknown(facts())), "沒有轉給任何人"));
  const Prompt again = unknown_again(facts());
  EXPECT_TRUE(offers(again, "cmd:human"));
  EXPECT_TRUE(has(checked(again), "00-0000000"));
  EXPECT_NE(again, unknown(facts()));
}

TEST(Menu, EveryKindOfMessageHasAnAnswer) {
  std::set<std::string> texts;
  for (const char* kind : {"sticker", "image", "audio", "location", "file", "something new"})
    texts.insert(checked(not_text(kind)));
  EXPECT_EQ(texts.size(), 6u);
  EXPECT_EQ(not_text("image"), not_text("video"));
}

TEST(Menu, APersonIsNeverPromisedSilently) {
  Facts open = facts();
  EXPECT_TRUE(has(checked(human(open)), "不會自動轉接"));
  EXPECT_TRUE(has(checked(human(open)), kReadMark));
  EXPECT_TRUE(has(checked(human(open)), "諮商人員會在上班日看"));
  EXPECT_TRUE(offers(human(open), "cmd:question") && offers(human(open), "cmd:intake"));
  EXPECT_EQ(calls(human(open)), 1u);

  Facts closed = with_case();
  closed.next_opening_text = "週一 09:00";
  const std::string text = checked(human(closed));
  EXPECT_TRUE(has(text, "沒有人在線上") && has(text, "週一 09:00") && has(text, kReadMark));
  EXPECT_TRUE(has(text, "A12") && has(text, "等候回覆"));
  EXPECT_TRUE(offers(human(closed), "cmd:progress"));
}

TEST(Menu, NumbersStandInTheTextAndADemonstrationDialsNothing) {
  EXPECT_TRUE(has(checked(info(facts())), "00-0000000"));
  EXPECT_FALSE(has(checked(info(facts())), "示範"));
  EXPECT_EQ(calls(info(facts())), 1u);
  EXPECT_TRUE(offers(info(facts()), "cmd:complaint"));

  Facts demonstration = facts();
  demonstration.demonstration = true;
  for (const Prompt& prompt : {info(demonstration), human(demonstration), unknown_again(demonstration)}) {
    EXPECT_TRUE(has(checked(prompt), "示範"));
    EXPECT_TRUE(has(checked(prompt), "00-0000000"));
    EXPECT_EQ(calls(prompt), 0u);
  }

  Facts undialled = facts();
  undialled.hotline_dial.clear();
  EXPECT_EQ(calls(info(undialled)), 0u);
}

TEST(Menu, ComplaintsAreNamedWithPlaceAndTimeAndKeptApart) {
  const std::string text = checked(complaint(facts()));
  for (const char* must :
       {"霸凌", "騷擾", "安全及衛生防護委員會", "保訓會", "10 日", "3 個月", "這裡不是申訴管道"})
    EXPECT_TRUE(has(text, must)) << must;
  Facts many = facts();
  for (int i = 0; i < 9; ++i) many.complaints.push_back({"路徑" + std::to_string(i), "人事處", "一年內"});
  EXPECT_TRUE(has(checked(complaint(many)), "路徑2"));
  EXPECT_EQ(complaint(many).bubbles.size(), 5u);
}

TEST(Menu, ProgressTellsHowFarEachThreadIs) {
  EXPECT_TRUE(has(checked(progress(facts())), "26 碼收件編號"));
  Facts f = facts();
  f.threads = {{"個案 A12", Progress::received, "5月2日"}};
  EXPECT_TRUE(has(checked(progress(f)), "個案 A12：已收到，應於 5月2日 前回覆"));
  EXPECT_TRUE(has(checked(progress(f)), "26 碼收件編號"));
  f.threads[0].progress = Progress::read;
  EXPECT_TRUE(has(checked(progress(f)), "已有人閱讀，應於 5月2日 前回覆"));
  f.threads[0].due_text.clear();
  EXPECT_TRUE(has(checked(progress(f)), "已有人閱讀。"));
  f.threads[0].progress = Progress::received;
  EXPECT_TRUE(has(checked(progress(f)), "已收到，還沒有人閱讀"));
  f.threads[0].progress = Progress::answered;
  EXPECT_TRUE(has(checked(progress(f)), "已經回覆"));
  f.threads.assign(9, {"個案 A12", Progress::read, ""});
  EXPECT_TRUE(has(checked(progress(f)), "還有 6 件"));
}

TEST(Menu, MyDataCountsWhatIsStored) {
  Facts f = facts();
  f.stored = {3, 1, 27, 2};
  const std::string text = checked(my_data(f));
  for (const char* must : {"3 個", "1 件", "27 則", "2 份", "匿名提問"}) EXPECT_TRUE(has(text, must)) << must;
  EXPECT_TRUE(offers(my_data(f), "cmd:erase"));
}

TEST(Menu, SmallNoticesHaveWordsAndAWayOn) {
  EXPECT_TRUE(has(checked(expired()), "這個按鈕已過期"));
  EXPECT_TRUE(has(checked(text_to_case_ack("A12")), "已轉給諮商人員（對象：個案 A12）"));
  EXPECT_TRUE(has(checked(text_to_case_ack("A12")), kReadMark));
  EXPECT_TRUE(has(checked(too_long(5000)), "5000"));
  for (const Prompt& prompt : {cancelled(), draft_dropped(), nothing_to_resume(), back_at_rest(), flood()}) {
    checked(prompt);
    EXPECT_FALSE(prompt.choices.empty());
  }
  EXPECT_TRUE(offers(flood(), "cmd:help"));
}

TEST(Menu, ADraftIsOfferedByItsKindOnly) {
  std::set<std::string> texts;
  for (const Draft draft : {Draft::question, Draft::follow_up, Draft::intake}) {
    EXPECT_TRUE(offers(draft_offer(draft), "cmd:resume") && offers(draft_offer(draft), "cmd:drop_draft"));
    texts.insert(checked(draft_offer(draft)));
  }
  EXPECT_EQ(texts.size(), 3u);
  EXPECT_TRUE(offers(cancelled_with_draft(), "cmd:resume"));
  checked(cancelled_with_draft());
}

TEST(Menu, GroupsAreToldThatTheirTalkIsNotKept) {
  EXPECT_TRUE(has(checked(group_hello(facts())), "不會讀、也不會保存"));
  EXPECT_TRUE(has(checked(group_hello(facts())), "私訊"));
  EXPECT_TRUE(has(checked(group_help(facts())), "1925"));
  EXPECT_TRUE(group_hello(facts()).choices.empty()) << "everybody in the group would see them";
}

const Prompt& said(const Step& step) { return std::get<Say>(step.effects.back()).prompt; }

Facts with_kept_cases() {
  Facts f = with_case();
  f.kept_cases = {{"A12", ""}, {"A7", "2031 年 3 月 1 日"}, {"A3", "2030 年 1 月 2 日"}};
  f.stored.questions = 2;
  f.stored.held = 1;
  return f;
}

TEST(Erasing, IsAskedOnceMoreAndDone) {
  const Step first = begin(facts());
  ASSERT_TRUE(first.next.has_value());
  EXPECT_TRUE(offers(said(first), "yes") && offers(said(first), "no"));
  EXPECT_FALSE(offers(said(first), "cmd:stop")) << "everything goes: nothing is left to stop";
  EXPECT_EQ(first.effects.size(), 1u) << "nothing is erased yet";

  const Step done = step(*first.next, Chose{"yes"}, facts());
  EXPECT_FALSE(done.next.has_value());
  ASSERT_EQ(done.effects.size(), 2u);
  EXPECT_EQ(done.effects[0], Effect{EraseMe{}});
  checked(said(done));
}

TEST(Erasing, NamesTheRuleAndUntilWhenForWhatTheLawKeeps) {
  const Step first = begin(with_kept_cases());
  const std::string text = checked(said(first));
  for (const char* part : {"2 則", "1 則現在還不能刪", "A12", "心理師法第 25 條", "保存 10 年", "A7",
                           "2031 年 3 月 1 日", "還有 1 件"})
    EXPECT_TRUE(has(text, part)) << part;
  EXPECT_TRUE(offers(said(first), "cmd:stop"));
  const Step done = step(*first.next, Chose{"yes"}, with_kept_cases());
  EXPECT_TRUE(offers(said(done), "cmd:stop"));
  checked(said(done));
  checked(stopped());
}

TEST(Erasing, AnythingElseErasesNothing) {
  const State asked = ConfirmingErasure{};
  for (const Event& event : {Event{Chose{"no"}}, Event{Back{}}}) {
    const Step kept = step(asked, event, facts());
    EXPECT_FALSE(kept.next.has_value());
    EXPECT_EQ(kept.effects.size(), 1u);
    checked(said(kept));
  }
  for (const Event& event :
       {Event{Wrote{{"k", "好", 1}}}, Event{SentOther{"sticker"}}, Event{Chose{"maybe"}}}) {
    const Step again = step(asked, event, facts());
    EXPECT_EQ(again.next, asked);
    EXPECT_EQ(again.effects.size(), 1u);
    EXPECT_TRUE(offers(said(again), "yes"));
    checked(said(again));
  }
}

TEST(Erasing, StateIsStoredAndDamagedOnesReadAsNothing) {
  State state = ConfirmingErasure{};
  EXPECT_EQ(decode(encode(state)), state);
  for (const char* text : {"null", "[]", "{}", "\"erasure\"", R"({"at":7})", R"({"at":"else"})"})
    EXPECT_FALSE(decode(json::parse(text)).has_value()) << text;
  EXPECT_EQ(resume(state, facts()).next, state);
  EXPECT_FALSE(takes_body_text(state));
  EXPECT_FALSE(is_draft(state));
  EXPECT_EQ(draft_parts(state), nullptr);
}

}  // namespace
}  // namespace careline::menu
