// Walks the anonymous question through every way in and out, and tries its receipt with every kind of slip.
#include "handlers/questions/questions.h"

#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <set>

#include "handlers/questions/body.h"
#include "handlers/questions/codec.h"
#include "handlers/questions/receipt.h"

namespace careline::questions {
namespace {

using nlohmann::json;

const json& phrases() {
  static const json read = json::parse(std::ifstream(CARELINE_SOURCE_DIR "/config/phrases/questions.json"));
  return read;
}

std::set<std::string>& spoken() {
  static std::set<std::string> keys;
  return keys;
}

// The words of a phrase; every placeholder must have its value.
std::string words_of(const Phrase& phrase) {
  if (phrase.key == "literal") return phrase.values.at("words");
  spoken().insert(phrase.key);
  if (!phrases().contains(phrase.key)) {
    ADD_FAILURE() << "no words for " << phrase.key;
    return {};
  }
  std::string text;
  for (const json& line :
       phrases()[phrase.key].is_array() ? phrases()[phrase.key] : json{phrases()[phrase.key]})
    text += (text.empty() ? "" : "\n") + line.get<std::string>();
  std::string filled;
  for (std::size_t at = 0; at < text.size();) {
    const auto open = text.find('{', at);
    filled += text.substr(at, open - at);
    if (open == std::string::npos) break;
    const auto close = text.find('}', open);
    const std::string name = text.substr(open + 1, close - open - 1);
    if (phrase.values.count(name) == 0) ADD_FAILURE() << phrase.key << " lacks " << name;
    filled += phrase.values.count(name) != 0 ? phrase.values.at(name) : "";
    at = close + 1;
  }
  return filled;
}

// All bubbles of a step, after checking LINE's limits.
std::string said(const Step& step) {
  std::string text;
  for (const Effect& effect : step.effects) {
    const auto* say = std::get_if<Say>(&effect);
    if (say == nullptr) continue;
    EXPECT_LE(say->prompt.bubbles.size(), 5u);
    EXPECT_LE(say->prompt.choices.size(), 13u);
    for (const Bubble& bubble : say->prompt.bubbles) {
      const std::string one = words_of(bubble.text);
      EXPECT_FALSE(one.empty());
      EXPECT_LE(units_of(one), 4000) << "no room for the list of choices";
      text += one + "\n--\n";
    }
    for (const Choice& choice : say->prompt.choices) EXPECT_LE(units_of(words_of(choice.label)), 20);
  }
  return text;
}

std::vector<std::string> offered(const Step& step) {
  std::vector<std::string> ids;
  for (const Effect& effect : step.effects)
    if (const auto* say = std::get_if<Say>(&effect))
      for (const Choice& choice : say->prompt.choices) ids.push_back(choice.id);
  return ids;
}

bool holds(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

template <class E>
const E* effect_of(const Step& step) {
  for (const Effect& effect : step.effects)
    if (const auto* found = std::get_if<E>(&effect)) return found;
  return nullptr;
}

Facts facts() { return {"7ZZZZZZZZZZZZZZZZZZZZZZZ00", "9 月 15 日（二）14:00", 3}; }
Part part(const std::string& key, const std::string& text, std::int64_t at_ms = 1) {
  return {key, text, at_ms};
}
Event wrote(const std::string& key, const std::string& text) { return Wrote{part(key, text)}; }
Event chose(const std::string& id) { return Chose{id}; }
std::string letters(int count) { return std::string(static_cast<std::size_t>(count), 'x'); }

// A conversation that goes on from step to step.
struct Talk {
  Step last;
  explicit Talk(Step first) : last(std::move(first)) { said(last); }
  Talk& then(const Event& event) {
    last = step(last.next.value(), event, facts());
    said(last);
    return *this;
  }
  template <class S>
  const S& at() {
    return std::get<S>(last.next.value());
  }
};

Draft draft(std::optional<Return> answer = Return::kNotify) {
  return {part("s", "主旨一"), {part("a", "第一則"), part("b", "第二則")}, answer};
}
std::vector<State> every_state() {
  return {AskingSubject{},
          AskingSubject{draft()},
          WritingBody{draft(std::nullopt)},
          WritingBody{draft()},
          WritingBody{{part("s", "主旨"), {}, std::nullopt}},
          ChoosingReturn{draft(std::nullopt)},
          Reviewing{draft()},
          Reviewing{draft(Return::kReceiptOnly)},
          ChoosingChange{draft()},
          ConfirmingRewrite{draft()},
          FollowingUp{"ab12", "主旨一", {part("a", "再問")}},
          FollowingUp{"ab12", "", {}},
          Closing{"ab12", "主旨一"},
          Closing{"ab12", ""},
          Erasing{"ab12", "主旨一"},
          Erasing{"ab12", ""}};
}

TEST(Questions, StartsWithTheNoticeInTheBubbleOfTheFirstPrompt) {
  const Step first = begin(facts());
  ASSERT_EQ(first.effects.size(), 2u);
  EXPECT_EQ(std::get<NoteNotice>(first.effects[0]), (NoteNotice{"question"}));
  EXPECT_EQ(std::get<Say>(first.effects[1]).prompt.bubbles.size(), 1u);
  const std::string text = said(first);
  for (const char* piece :
       {"雇主看不到內容", "訊息會經過 LINE", "程式會留意危險字句，必要時請值班諮商人員看",
        "匿名時我們找不到您，無法替您叫救護車", "請避免用公務電腦", "這裡不是申訴管道", "主旨"})
    EXPECT_TRUE(holds(text, piece)) << piece;
}

TEST(Questions, IsSentWithAReturnAddress) {
  Talk talk(begin(facts()));
  talk.then(wrote("s", "  值班太累\n想請教 ")).then(wrote("a", "第一則")).then(wrote("b", "3"));
  EXPECT_TRUE(holds(said(talk.last), "共 2 則、4 字"));
  EXPECT_TRUE(holds(said(talk.last), "寫好了"));
  talk.then(chose("done")).then(chose("notify"));
  const std::string review = said(talk.last);
  EXPECT_TRUE(holds(review, "主旨：值班太累 想請教"));
  EXPECT_TRUE(holds(review, "第一則\n3"));
  EXPECT_EQ(offered(talk.last), (std::vector<std::string>{"send", "change", "discard", "back", "cancel"}));
  talk.then(chose("send"));
  EXPECT_FALSE(talk.last.next);
  const auto* opened = effect_of<OpenQuestion>(talk.last);
  ASSERT_NE(opened, nullptr);
  EXPECT_EQ(
      *opened,
      (OpenQuestion{
          facts().fresh_receipt, part("s", "值班太累 想請教"), {part("a", "第一則"), part("b", "3")}, true}));
}

TEST(Questions, SaysTheReceiptAloneInABubbleThatIsNotTheLast) {
  for (const Return answer : {Return::kNotify, Return::kReceiptOnly}) {
    const Step sent = step(Reviewing{draft(answer)}, chose("send"), facts());
    EXPECT_EQ(effect_of<OpenQuestion>(sent)->with_return_address, answer == Return::kNotify);
    const auto& bubbles = effect_of<Say>(sent)->prompt.bubbles;
    ASSERT_EQ(bubbles.size(), 3u);  // the renderer adds to the last one
    EXPECT_EQ(words_of(bubbles[1].text), facts().fresh_receipt);
    const std::string first = words_of(bubbles[0].text);
    EXPECT_TRUE(holds(first, facts().due_text) && holds(first, "3 天"));
    EXPECT_TRUE(holds(first, "『已讀』只代表系統收到，不代表有人看過"));
    EXPECT_EQ(holds(words_of(bubbles[2].text), "查看回覆"), answer == Return::kNotify);
  }
}

TEST(Questions, AsksAgainForASubjectThatIsEmptyOrLong) {
  for (const char* blank : {"", "   ", "\n", "\u3000", "\u200B\uFEFF"}) {
    Talk talk(begin(facts()));
    talk.then(wrote("s", blank));
    EXPECT_TRUE(talk.at<AskingSubject>().draft.subject.text.empty());
    EXPECT_TRUE(holds(said(talk.last), "還沒有看到文字"));
  }
  Talk talk(begin(facts()));
  talk.then(wrote("s", letters(101)));
  EXPECT_TRUE(holds(said(talk.last), "101 字"));
  talk.then(wrote("s", letters(100)));
  EXPECT_EQ(talk.at<WritingBody>().draft.subject.text, letters(100));
}

TEST(Questions, RefusesWhatDoesNotFitAndKeepsTheRest) {
  Talk talk(begin(facts()));
  talk.then(wrote("s", "主旨")).then(wrote("a", letters(4990))).then(wrote("b", letters(11)));
  EXPECT_EQ(talk.at<WritingBody>().draft.parts.size(), 1u);
  EXPECT_TRUE(holds(said(talk.last), "這一則有 11 字") && holds(said(talk.last), "還可以再寫 10 字"));
  talk.then(wrote("c", "🍎🍎🍎🍎🍎"));  // ten UTF-16 units
  EXPECT_EQ(talk.at<WritingBody>().draft.parts.size(), 2u);
  talk.then(wrote("d", "x"));
  EXPECT_EQ(talk.at<WritingBody>().draft.parts.size(), 2u);
}

TEST(Questions, FollowingUpRefusesWhatDoesNotFitToo) {
  const State full = FollowingUp{"ab12", "", {part("a", letters(5000))}};
  const Step refused = step(full, wrote("b", "x"), facts());
  EXPECT_EQ(*refused.next, full);
  EXPECT_TRUE(holds(said(refused), "還可以再寫 0 字"));
}

TEST(Questions, WantsSomethingWrittenBeforeItIsDone) {
  Talk talk(begin(facts()));
  talk.then(wrote("s", "主旨")).then(chose("done"));
  EXPECT_TRUE(holds(said(talk.last), "草稿裡還沒有內容"));
  talk.then(wrote("a", "\u3000 ")).then(chose("done"));
  EXPECT_TRUE(talk.at<WritingBody>().draft.parts.empty());
}

TEST(Questions, ReadsALongBodyBackByItsLengthAndBeginning) {
  Draft long_draft = draft();
  long_draft.parts = {part("a", std::string("開頭") + letters(97) + "🍎" + letters(400) + "結尾")};
  const std::string review = said(resume(Reviewing{long_draft}, facts()));
  EXPECT_TRUE(holds(review, "503 字"));
  EXPECT_TRUE(holds(review, std::string("開頭") + letters(97) + "……"));  // the apple is not cut in two
  EXPECT_FALSE(holds(review, "結尾"));
}

TEST(Questions, ChangesEachPieceAndComesBackToTheReview) {
  const auto changing = [] { return Talk(resume(ChoosingChange{draft()}, facts())); };
  Talk subject = changing();
  subject.then(chose("change_subject")).then(wrote("t", "新的主旨"));
  EXPECT_EQ(subject.at<Reviewing>().draft.subject, part("t", "新的主旨"));
  Talk kept = changing();
  kept.then(chose("change_subject")).then(chose("keep"));
  EXPECT_EQ(kept.at<Reviewing>().draft, draft());
  Talk more = changing();
  more.then(chose("add")).then(wrote("c", "第三則")).then(chose("done"));
  EXPECT_EQ(more.at<Reviewing>().draft.parts.size(), 3u);
  Talk way = changing();
  way.then(chose("change_return")).then(chose("receipt_only"));
  EXPECT_EQ(way.at<Reviewing>().draft.answer, Return::kReceiptOnly);
  Talk anew = changing();
  anew.then(chose("rewrite")).then(chose("clear")).then(wrote("z", "重寫")).then(chose("done"));
  EXPECT_EQ(anew.at<Reviewing>().draft.parts, (std::vector<Part>{part("z", "重寫")}));
  Talk left = changing();
  left.then(chose("rewrite")).then(chose("leave"));
  EXPECT_EQ(left.at<Reviewing>().draft, draft());
}

TEST(Questions, GoesBackStepByStepWithoutLosingAnything) {
  Talk talk(resume(Reviewing{draft()}, facts()));
  talk.then(Back{});
  EXPECT_TRUE(holds(said(talk.last), "不留聯絡"));
  talk.then(Back{});
  EXPECT_EQ(talk.at<WritingBody>().draft, draft(std::nullopt));
  talk.then(Back{});
  EXPECT_EQ(talk.at<AskingSubject>().draft, draft(std::nullopt));
  talk.then(Back{});
  EXPECT_TRUE(holds(said(talk.last), "第一步"));
  talk.then(chose("keep")).then(chose("done")).then(chose("receipt_only"));
  EXPECT_EQ(talk.at<Reviewing>().draft, draft(Return::kReceiptOnly));
}

TEST(Questions, GoesBackToTheReviewWhileChanging) {
  for (const State& state : std::vector<State>{AskingSubject{draft()}, WritingBody{draft()},
                                               ChoosingReturn{draft()}, ChoosingChange{draft()}})
    EXPECT_EQ(*step(state, Back{}, facts()).next, State(Reviewing{draft()}));
  EXPECT_EQ(*step(ConfirmingRewrite{draft()}, Back{}, facts()).next, State(ChoosingChange{draft()}));
  const State cleared = WritingBody{{part("s", "主旨"), {}, Return::kNotify}};
  EXPECT_TRUE(std::holds_alternative<AskingSubject>(*step(cleared, Back{}, facts()).next));
}

TEST(Questions, IsGivenUp) {
  const Step gone = step(Reviewing{draft()}, chose("discard"), facts());
  EXPECT_FALSE(gone.next);
  EXPECT_EQ(effect_of<OpenQuestion>(gone), nullptr);
  EXPECT_TRUE(holds(said(gone), "沒有送出"));
}

TEST(Questions, NeverSendsADraftWithAGap) {
  State state = Reviewing{draft()};
  withdraw_from(state, "a");
  EXPECT_EQ(effect_of<OpenQuestion>(step(state, chose("send"), facts()))->parts.size(), 1u);
  withdraw_from(state, "b");
  Step asked = step(state, chose("send"), facts());
  EXPECT_EQ(effect_of<OpenQuestion>(asked), nullptr);
  EXPECT_TRUE(std::holds_alternative<WritingBody>(*asked.next));
  state = Reviewing{draft()};
  withdraw_from(state, "s");
  asked = step(state, chose("send"), facts());
  EXPECT_EQ(effect_of<OpenQuestion>(asked), nullptr);
  EXPECT_EQ(std::get<AskingSubject>(*asked.next).draft.parts.size(), 2u);
  state = Reviewing{draft()};
  amend_in(state, part("b", letters(4998), 2));
  asked = step(state, chose("send"), facts());
  EXPECT_EQ(effect_of<OpenQuestion>(asked), nullptr);
  EXPECT_TRUE(holds(said(asked), "多了 1 字"));
}

TEST(Questions, AnOlderEditNeverReplacesANewerOne) {
  State state = Reviewing{draft()};
  amend_in(state, part("s", "改過的\n主旨", 9));
  amend_in(state, part("s", "舊的", 5));
  amend_in(state, part("b", "改過", 9));
  amend_in(state, part("b", "舊的", 5));
  amend_in(state, part("unknown", "別的", 9));
  const Draft& now = std::get<Reviewing>(state).draft;
  EXPECT_EQ(now.subject, part("s", "改過的 主旨", 9));
  EXPECT_EQ(now.parts, (std::vector<Part>{part("a", "第一則"), part("b", "改過", 9)}));
}

TEST(Questions, FollowsUpOnlyTheNamedThread) {
  Talk talk(follow_up("ab12", "主旨一", facts()));
  EXPECT_TRUE(holds(said(talk.last), "對象：匿名提問"));
  talk.then(chose("send"));
  EXPECT_EQ(effect_of<AddToThread>(talk.last), nullptr);
  talk.then(wrote("a", "再問")).then(wrote("b", "2"));
  EXPECT_TRUE(holds(said(talk.last), "對象：匿名提問"));
  talk.then(chose("done"));
  EXPECT_EQ(talk.at<FollowingUp>().parts.size(), 2u);
  EXPECT_TRUE(holds(said(talk.last), "送出"));
  talk.then(chose("send"));
  EXPECT_FALSE(talk.last.next);
  EXPECT_EQ(*effect_of<AddToThread>(talk.last), (AddToThread{"ab12", {part("a", "再問"), part("b", "2")}}));
  EXPECT_TRUE(holds(said(talk.last), "『已讀』只代表系統收到，不代表有人看過"));
}

TEST(Questions, FollowingUpIsGivenUpOrEditedTooLong) {
  const Step gone = step(FollowingUp{"ab12", "", {part("a", "再問")}}, chose("discard"), facts());
  EXPECT_FALSE(gone.next);
  EXPECT_EQ(effect_of<AddToThread>(gone), nullptr);
  EXPECT_TRUE(holds(said(gone), "沒有送出"));
  State state = FollowingUp{"ab12", "", {part("a", "再問")}};
  amend_in(state, part("a", letters(5001), 2));
  const Step refused = step(state, chose("send"), facts());
  EXPECT_EQ(effect_of<AddToThread>(refused), nullptr);
  EXPECT_TRUE(holds(said(refused), "多了 1 字"));
}

TEST(Questions, ClosesAfterAskingOnce) {
  Talk talk(close_question("ab12", "主旨一", facts()));
  EXPECT_EQ(offered(talk.last), (std::vector<std::string>{"close", "keep_open", "cancel"}));
  talk.then(chose("close"));
  EXPECT_FALSE(talk.last.next);
  EXPECT_EQ(*effect_of<CloseThread>(talk.last), (CloseThread{"ab12"}));
  for (const Event& no : std::vector<Event>{chose("keep_open"), Back{}}) {
    const Step kept = step(Closing{"ab12", ""}, no, facts());
    EXPECT_FALSE(kept.next);
    EXPECT_EQ(effect_of<CloseThread>(kept), nullptr);
    EXPECT_TRUE(holds(said(kept), "先留著"));
  }
}

TEST(Questions, EveryStateAnswersEveryEventAndStaysWhenItIsNoneOfItsOwn) {
  for (const State& state : every_state()) {
    for (const Event& event :
         std::vector<Event>{wrote("n", "文字"), chose("nothing"), Back{}, SentOther{"image"}})
      EXPECT_FALSE(said(step(state, event, facts())).empty());
    for (const Event& event : std::vector<Event>{chose("nothing"), SentOther{"sticker"}, wrote("n", " ")}) {
      const Step same = step(state, event, facts());
      EXPECT_EQ(*same.next, state);
      EXPECT_GE(effect_of<Say>(same)->prompt.bubbles.size(), 2u) << "a reason, then the prompt again";
    }
    const Step again = resume(state, facts());
    EXPECT_EQ(*again.next, state);
    EXPECT_FALSE(offered(again).empty());
    EXPECT_EQ(offered(again).back(), "cancel");
  }
}

TEST(Questions, FreeTextWhereAChoiceIsAskedForIsNotAddedSilently) {
  for (const State& state : std::vector<State>{ChoosingReturn{draft(std::nullopt)}, Reviewing{draft()},
                                               ChoosingChange{draft()}, ConfirmingRewrite{draft()}}) {
    const Step same = step(state, wrote("n", "還有一件事"), facts());
    EXPECT_EQ(*same.next, state);
    EXPECT_TRUE(holds(said(same), "沒有放進提問"));
  }
}

TEST(Questions, KnowsItsDraftsAndBodies) {
  State empty = AskingSubject{}, closing = Closing{"ab12", ""};
  EXPECT_FALSE(is_draft(empty));
  EXPECT_FALSE(is_draft(closing));
  EXPECT_FALSE(is_draft(FollowingUp{"ab12", "", {}}));
  EXPECT_TRUE(is_draft(FollowingUp{"ab12", "", {part("a", "x")}}));
  EXPECT_TRUE(is_draft(WritingBody{{part("s", "主旨"), {}, std::nullopt}}));
  EXPECT_EQ(draft_parts(closing), nullptr);
  ASSERT_NE(draft_parts(empty), nullptr);
  for (const State& state : every_state()) {
    const bool body =
        std::holds_alternative<WritingBody>(state) || std::holds_alternative<FollowingUp>(state);
    EXPECT_EQ(takes_body_text(state), body);
    EXPECT_EQ(also_accepted(state).size(), std::holds_alternative<FollowingUp>(state) ? 1u : 0u);
  }
}

TEST(QuestionsCodec, ReadsBackWhatItWrote) {
  for (const State& state : every_state()) EXPECT_EQ(decode(json::parse(encode(state).dump())), state);
}

TEST(QuestionsCodec, TakesDamageForNothing) {
  for (const char* text :
       {"null", "3", "[]", "{}", R"({"at":7})", R"({"at":"unknown"})", R"({"at":"closing"})",
        R"({"at":"following_up","thread":"a","label":"b","parts":{}})"})
    EXPECT_FALSE(decode(json::parse(text))) << text;
  for (const State& state : every_state()) {
    const json good = encode(state);
    for (const auto& [name, value] : good.items()) {
      json damaged = good;
      damaged[name] = 3.5;
      EXPECT_FALSE(decode(damaged)) << name;
      if (name == "answer") continue;  // optional while it is being chosen
      damaged.erase(name);
      EXPECT_FALSE(decode(damaged)) << name;
    }
  }
  json damaged = encode(Reviewing{draft()});
  damaged.erase("answer");
  EXPECT_FALSE(decode(damaged));
  damaged = encode(Reviewing{draft()});
  damaged["parts"][0]["at_ms"] = "soon";
  EXPECT_FALSE(decode(damaged));
}

TEST(QuestionsPhrases, EveryPhraseIsUsedAndNoneShouts) {
  spoken().clear();
  for (const State& state : every_state()) {
    said(resume(state, facts()));
    for (const char* id :
         {"send", "discard", "close", "keep_open", "done", "clear", "erase", "leave", "nothing"})
      said(step(state, chose(id), facts()));
    for (const char* text : {"", "文字"}) said(step(state, wrote("n", text), facts()));
    said(step(state, wrote("n", letters(5001)), facts()));
    said(step(state, SentOther{"image"}, facts()));
    said(step(state, Back{}, facts()));
  }
  said(begin(facts()));
  Facts held = facts();
  held.held = true;
  said(erase_question("ab12", "", held));
  Draft big = draft();
  big.parts = {part("a", letters(5001))};
  said(resume(Reviewing{big}, facts()));
  said(step(Reviewing{big}, chose("send"), facts()));
  for (const auto& [key, text] : phrases().items()) {
    const bool used = spoken().count(key) != 0;
    EXPECT_TRUE(used) << key;
    EXPECT_FALSE(holds(text.dump(), "！")) << key;
  }
}

TEST(Questions, ErasingIsAskedOnceMoreAndNotDoneWhileItIsHeld) {
  const Step first = erase_question("ab12", "主旨一", facts());
  ASSERT_EQ(first.next, State(Erasing{"ab12", "主旨一"}));
  EXPECT_EQ(first.effects.size(), 1u);
  const Step done = step(*first.next, chose("erase"), facts());
  EXPECT_FALSE(done.next);
  ASSERT_EQ(done.effects.size(), 2u);
  EXPECT_EQ(done.effects[0], Effect{EraseThread{"ab12"}});
  for (const Event& event : {Event{chose("leave")}, Event{Back{}}}) {
    const Step kept = step(*first.next, event, facts());
    EXPECT_FALSE(kept.next);
    EXPECT_EQ(kept.effects.size(), 1u);
  }
  Facts held = facts();
  held.held = true;
  EXPECT_EQ(step(*first.next, chose("erase"), held).effects.size(), 1u);
  EXPECT_FALSE(erase_question("ab12", "", held).next);
}

std::array<unsigned char, 15> random_bytes(std::mt19937& source) {
  std::array<unsigned char, 15> bytes{};
  for (auto& byte : bytes) byte = static_cast<unsigned char>(source() & 0xFFU);
  return bytes;
}
constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

TEST(Receipt, IsMadeOfTheBytesAndOfTwoCheckCharacters) {
  EXPECT_EQ(make_receipt({}), std::string(26, '0'));
  std::array<unsigned char, 15> bytes{};
  bytes.fill(0xFF);
  EXPECT_EQ(make_receipt(bytes).substr(0, 24), std::string(24, 'Z'));
  bytes = {0x08, 0x42, 0x10, 0x84, 0x21, 0x08, 0x42, 0x10, 0x84, 0x21, 0x08, 0x42, 0x10, 0x84, 0x21};
  EXPECT_EQ(make_receipt(bytes).substr(0, 24), std::string(24, '1'));
}

TEST(Receipt, KeepsAll120Bits) {
  const std::string zero = make_receipt({});
  std::set<std::string> seen{zero};
  for (std::size_t bit = 0; bit < 120; ++bit) {
    std::array<unsigned char, 15> bytes{};
    bytes[bit / 8] = static_cast<unsigned char>(1U << (bit % 8));
    EXPECT_TRUE(seen.insert(make_receipt(bytes).substr(0, 24)).second) << bit;
  }
}

TEST(Receipt, CatchesEveryWrongCharacterAndEveryExchange) {
  std::mt19937 source(20150104);
  for (int round = 0; round < 40; ++round) {
    const std::string receipt = make_receipt(random_bytes(source));
    ASSERT_EQ(receipt.size(), 26u);
    ASSERT_EQ(read_receipt(receipt), receipt);
    for (std::size_t at = 0; at < receipt.size(); ++at) {
      for (char wrong : kAlphabet) {
        std::string slip = receipt;
        slip[at] = wrong;
        EXPECT_EQ(read_receipt(slip).has_value(), wrong == receipt[at]);
      }
      for (std::size_t other = at + 1; other < receipt.size(); ++other) {
        std::string slip = receipt;
        std::swap(slip[at], slip[other]);
        EXPECT_EQ(read_receipt(slip).has_value(), receipt[at] == receipt[other]);
      }
    }
  }
}

TEST(Receipt, LetsFewOtherMistakesThrough) {
  std::mt19937 source(7);
  int through = 0;
  for (int round = 0; round < 100000; ++round) {
    std::string typed(26, '0');
    for (char& c : typed) c = kAlphabet[source() % 32];
    through += read_receipt(typed).has_value();
  }
  EXPECT_LT(through, 200);  // about 98 are expected
}

std::string full_width(const std::string& text) {
  std::string wide;
  for (char c : text) {
    const unsigned code = static_cast<unsigned char>(c) + 0xFEE0U;
    wide += static_cast<char>(0xE0U | code >> 12);
    wide += static_cast<char>(0x80U | (code >> 6 & 0x3FU));
    wide += static_cast<char>(0x80U | (code & 0x3FU));
  }
  return wide;
}

TEST(Receipt, IsReadHoweverItIsTyped) {
  std::mt19937 source(42);
  for (int round = 0; round < 200; ++round) {
    const std::string receipt = make_receipt(random_bytes(source));
    std::string lower = receipt, lookalike = receipt, grouped;
    for (std::size_t i = 0; i < receipt.size(); ++i) {
      lower[i] = static_cast<char>(std::tolower(static_cast<unsigned char>(receipt[i])));
      if (receipt[i] == '0') lookalike[i] = i % 2 == 0 ? 'O' : 'o';
      if (receipt[i] == '1') lookalike[i] = "IiLl"[i % 4];
      grouped += receipt[i];
      static const char* const kBetween[] = {"-", " ", "\u3000", "－", "–", "\u00A0", "\u200B", "\n"};
      if (i % 4 == 3) grouped += kBetween[(i / 4 + static_cast<std::size_t>(round)) % 8];
    }
    for (const std::string& typed : {lower, lookalike, grouped, full_width(receipt), full_width(lower),
                                     "\u3000" + receipt + "\n", full_width(lookalike)})
      EXPECT_EQ(read_receipt(typed), receipt) << typed;
  }
}

TEST(Receipt, IsNothingElse) {
  const std::string receipt = make_receipt({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15});
  for (const std::string& typed :
       {std::string(), receipt.substr(1), receipt + "0", "U" + receipt.substr(1), "我的是 " + receipt,
        receipt + "。", receipt + "\xFF", std::string("選單"), receipt + receipt}) {
    EXPECT_FALSE(read_receipt(typed)) << typed;
    EXPECT_FALSE(looks_like_receipt(typed)) << typed;
  }
}

TEST(Receipt, WithASlipLooksLikeOne) {
  std::string slip = make_receipt({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15});
  EXPECT_FALSE(looks_like_receipt(slip));
  slip[25] = slip[25] == 'A' ? 'B' : 'A';
  EXPECT_TRUE(looks_like_receipt(slip));
  EXPECT_TRUE(looks_like_receipt(full_width(slip)));
  EXPECT_FALSE(looks_like_receipt("can we meet in the cafe again"));
  EXPECT_FALSE(looks_like_receipt("we are still waiting all here to"));
  EXPECT_FALSE(looks_like_receipt("abcdefghjkmnpqrstvwxyzabcd"));  // 26, but no figure among them
}

TEST(Receipt, CheckCharactersBeyondThePrimeAreNeverRight) {
  // 000…0 with the check 1021 is a multiple of 1021 too.
  EXPECT_FALSE(read_receipt(std::string(24, '0') + "ZX"));
  EXPECT_TRUE(looks_like_receipt(std::string(24, '0') + "ZX"));
}

TEST(Body, IsMeasuredAsLineMeasures) {
  EXPECT_EQ(units_of(std::string_view("a字🍎")), 4);
  EXPECT_EQ(units_of(std::vector<Part>{part("a", "字"), part("b", "🍎")}), 3);
  EXPECT_EQ(joined({part("a", "一"), part("b", "二")}), "一\n二");
  EXPECT_EQ(beginning_of("一🍎二", 2), "一");
  EXPECT_EQ(beginning_of("一👩‍👩‍👧二", 4), "一");  // a family is one character
  EXPECT_EQ(beginning_of("一二", 2), "一二");
  EXPECT_EQ(one_line("\n\n一\r\n\n二\u3000\n"), "一 二");
}

}  // namespace
}  // namespace careline::questions
