// Walks the topic groups: looking, joining, leaving, reading, and every word that fits nowhere.
#include "handlers/topic_groups/topic_groups.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "handlers/topic_groups/codec.h"

namespace careline::topic_groups {
namespace {

using nlohmann::json;

const json& phrases() {
  static const json read =
      json::parse(std::ifstream(CARELINE_SOURCE_DIR "/config/phrases/topic_groups.json"));
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
  for (const auto& [name, value] : phrase.values)
    for (auto at = text.find("{" + name + "}"); at != std::string::npos; at = text.find("{" + name + "}"))
      text.replace(at, name.size() + 2, value);
  EXPECT_EQ(text.find('{'), std::string::npos) << phrase.key;
  return text;
}

const Prompt& prompt_in(const Step& step) {
  for (const Effect& effect : step.effects)
    if (const auto* say = std::get_if<Say>(&effect)) return say->prompt;
  static const Prompt none;
  ADD_FAILURE() << "nothing was said";
  return none;
}

// All bubbles and cards of a step, after checking LINE's limits.
std::string said(const Step& step) {
  const Prompt& prompt = prompt_in(step);
  EXPECT_LE(prompt.bubbles.size() + (prompt.cards.empty() ? 0u : 1u), 5u);
  EXPECT_LE(prompt.choices.size(), 13u);
  EXPECT_LE(prompt.cards.size(), 12u);
  std::string text;
  for (const Bubble& bubble : prompt.bubbles) text += words_of(bubble.text) + "\n--\n";
  for (const Choice& choice : prompt.choices) EXPECT_FALSE(words_of(choice.label).empty());
  for (const Card& card : prompt.cards) {
    EXPECT_FALSE(words_of(card.title).empty());
    EXPECT_FALSE(words_of(card.text).empty());
    EXPECT_TRUE(std::any_of(prompt.choices.begin(), prompt.choices.end(),
                            [&](const Choice& c) { return c.id == card.choice; }));
    text += words_of(card.title) + "：" + words_of(card.text) + "\n";
  }
  return text;
}

std::vector<std::string> offered(const Step& step) {
  std::vector<std::string> ids;
  for (const Choice& choice : prompt_in(step).choices) ids.push_back(choice.id);
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

Facts facts() {
  return {{{"newcomer", "職場新手 Easy Go", "剛到新單位的人", false},
           {"couple", "夫妻相處有撇步", "", false},
           {"newparent", "新手父母 Fun 輕鬆", "迎接孩子的前後", false},
           {"worker", "活力上班族", "上班日的體力", true},
           {"stress", "壓力症候群-OUT", "壓力大的時候", true},
           {"women", "女性保健，青春永駐", "身心", false},
           {"eldercare", "照護銀髮，輕鬆上手", "照顧長輩的人", false},
           {"wellness", "樂活養生，三高絕緣", "日常", false},
           {"parenting", "親子教養，無憂無慮", "青春期", false}},
          "每月約兩則"};
}
Facts unjoined() {
  Facts none = facts();
  for (Topic& topic : none.topics) topic.joined = false;
  return none;
}
Event wrote(const std::string& text) { return Wrote{{"k", text, 1}}; }
Event chose(const std::string& id) { return Chose{id}; }
std::vector<State> every_state() {
  return {ChoosingTopic{}, ChoosingMine{}, Looking{"newcomer"}, Looking{"worker"}, Looking{"couple"}};
}

TEST(TopicGroups, ShowsAllNineAsCardsAndAsANumberedList) {
  const Step all = begin(facts());
  EXPECT_EQ(*all.next, State(ChoosingTopic{}));
  EXPECT_EQ(prompt_in(all).cards.size(), 9u);
  EXPECT_EQ(offered(all),
            (std::vector<std::string>{"topic:newcomer", "topic:couple", "topic:newparent", "topic:worker",
                                      "topic:stress", "topic:women", "topic:eldercare", "topic:wellness",
                                      "topic:parenting", "mine", "cancel"}));
  EXPECT_TRUE(holds(said(all), "活力上班族：已加入。"));
}

TEST(TopicGroups, AreJoinedInTwoTaps) {
  const Step look = step(ChoosingTopic{}, chose("topic:newcomer"), facts());
  EXPECT_EQ(*look.next, State(Looking{"newcomer"}));
  EXPECT_EQ(offered(look), (std::vector<std::string>{"join", "posts", "topics", "back", "cancel"}));
  EXPECT_TRUE(holds(said(look), "每月約兩則") && holds(said(look), "退出"));
  const Step joined = step(*look.next, chose("join"), facts());
  ASSERT_NE(effect_of<JoinTopic>(joined), nullptr);
  EXPECT_EQ(*effect_of<JoinTopic>(joined), (JoinTopic{"newcomer"}));
  EXPECT_EQ(*joined.next, State(Looking{"newcomer"}));
  EXPECT_EQ(offered(joined).front(), "leave");
  EXPECT_TRUE(holds(said(joined), "已經加入「職場新手 Easy Go」"));
  EXPECT_TRUE(holds(said(joined), "每月約兩則") && holds(said(joined), "退出"));
}

TEST(TopicGroups, AreLeftInTwoTaps) {
  const Step look = step(ChoosingMine{}, chose("topic:worker"), facts());
  EXPECT_EQ(offered(look).front(), "leave");
  const Step left = step(*look.next, chose("leave"), facts());
  ASSERT_NE(effect_of<LeaveTopic>(left), nullptr);
  EXPECT_EQ(*effect_of<LeaveTopic>(left), (LeaveTopic{"worker"}));
  EXPECT_EQ(offered(left).front(), "join");
}

TEST(TopicGroups, JoiningAgainOrLeavingAsAStrangerChangesNothing) {
  const Step again = step(Looking{"worker"}, chose("join"), facts());
  EXPECT_EQ(again.effects.size(), 1u);
  EXPECT_TRUE(holds(said(again), "不需要再加入"));
  EXPECT_EQ(offered(again).front(), "leave");
  const Step stranger = step(Looking{"newcomer"}, chose("leave"), facts());
  EXPECT_EQ(stranger.effects.size(), 1u);
  EXPECT_TRUE(holds(said(stranger), "沒有加入"));
  EXPECT_EQ(offered(stranger).front(), "join");
}

TEST(TopicGroups, UnderstandTheOtherWordAndEveryNameWhileLooking) {
  std::set<std::string> words;
  for (const Choice& choice : also_accepted(Looking{"worker"}, facts())) words.insert(words_of(choice.label));
  EXPECT_EQ(words.size(), 11u);
  for (const char* word : {"加入", "退出", "親子教養，無憂無慮"}) EXPECT_EQ(words.count(word), 1u);
  EXPECT_EQ(also_accepted(ChoosingTopic{}, facts()).size(), 9u);
}

TEST(TopicGroups, ShowPostsBeforeTheyAskOn) {
  const Step posts = step(Looking{"newcomer"}, chose("posts"), facts());
  ASSERT_EQ(posts.effects.size(), 2u);
  EXPECT_EQ(std::get<ShowPosts>(posts.effects[0]), (ShowPosts{"newcomer"}));
  EXPECT_EQ(*posts.next, State(Looking{"newcomer"}));
  EXPECT_EQ(offered(posts).front(), "join");
  EXPECT_TRUE(holds(said(posts), "職場新手 Easy Go"));
}

TEST(TopicGroups, ListOnesOwn) {
  const Step own = mine(facts());
  EXPECT_EQ(*own.next, State(ChoosingMine{}));
  EXPECT_EQ(offered(own), (std::vector<std::string>{"topic:worker", "topic:stress", "topics", "cancel"}));
  EXPECT_TRUE(holds(said(own), "2 個"));
  const Step none = mine(unjoined());
  EXPECT_EQ(offered(none), (std::vector<std::string>{"topics", "cancel"}));
  EXPECT_TRUE(holds(said(none), "還沒有加入") && holds(said(none), "加入」"));
}

TEST(TopicGroups, LeadFromListToList) {
  EXPECT_EQ(*step(ChoosingTopic{}, chose("mine"), facts()).next, State(ChoosingMine{}));
  EXPECT_EQ(*step(ChoosingMine{}, chose("topics"), facts()).next, State(ChoosingTopic{}));
  EXPECT_EQ(*step(Looking{"worker"}, chose("topics"), facts()).next, State(ChoosingTopic{}));
  EXPECT_EQ(*step(Looking{"worker"}, chose("topic:stress"), facts()).next, State(Looking{"stress"}));
  EXPECT_EQ(*step(Looking{"worker"}, Back{}, facts()).next, State(ChoosingTopic{}));
  EXPECT_EQ(*step(ChoosingMine{}, Back{}, facts()).next, State(ChoosingTopic{}));
  EXPECT_TRUE(holds(said(step(ChoosingTopic{}, Back{}, facts())), "第一步"));
}

TEST(TopicGroups, AreFoundByANameTypedDifferently) {
  const auto found = [](const std::string& text) {
    return *step(ChoosingTopic{}, wrote(text), facts()).next;
  };
  EXPECT_EQ(found("壓力症候群out"), State(Looking{"stress"}));
  EXPECT_EQ(found("職場新手ＥＡＳＹＧＯ"), State(Looking{"newcomer"}));
  EXPECT_EQ(found("女性保健"), State(Looking{"women"}));
  EXPECT_EQ(found("樂活養生 三高絕緣。"), State(Looking{"wellness"}));
  EXPECT_EQ(found("新手"), State(ChoosingTopic{})) << "two topics hold it";
  EXPECT_EQ(found("族"), State(ChoosingTopic{})) << "too little to go by";
  EXPECT_EQ(found("，"), State(ChoosingTopic{}));
  EXPECT_EQ(found("園藝"), State(ChoosingTopic{}));
}

TEST(TopicGroups, ATopicThatIsGoneLeadsBackToTheList) {
  for (const Event& event :
       std::vector<Event>{chose("join"), chose("posts"), SentOther{"image"}, wrote("園藝")}) {
    const Step back = step(Looking{"gardening"}, event, facts());
    EXPECT_EQ(*back.next, State(ChoosingTopic{}));
    EXPECT_EQ(effect_of<JoinTopic>(back), nullptr);
    EXPECT_TRUE(holds(said(back), "目前沒有開放"));
  }
  EXPECT_EQ(*step(ChoosingTopic{}, chose("topic:gardening"), facts()).next, State(ChoosingTopic{}));
}

TEST(TopicGroups, AProgrammeWithoutTopicsSaysSoAndRests) {
  for (const Step& none : {begin({}), mine({}), resume(Looking{"worker"}, {}), resume(ChoosingMine{}, {})}) {
    EXPECT_FALSE(none.next);
    EXPECT_TRUE(holds(said(none), "還沒有開放"));
  }
}

TEST(TopicGroups, EveryStateAnswersEveryEvent) {
  for (const State& state : every_state()) {
    for (const Event& event : std::vector<Event>{wrote("園藝"), chose("nothing"), SentOther{"sticker"}}) {
      const Step same = step(state, event, facts());
      EXPECT_EQ(*same.next, state);
      EXPECT_EQ(same.effects.size(), 1u);
      EXPECT_GE(prompt_in(same).bubbles.size(), 2u) << "a reason, then the prompt again";
      said(same);
    }
    EXPECT_EQ(*resume(state, facts()).next, state);
    EXPECT_EQ(offered(resume(state, facts())).back(), "cancel");
    State copy = state;
    EXPECT_EQ(draft_parts(copy), nullptr);
    EXPECT_FALSE(is_draft(state));
    EXPECT_FALSE(takes_body_text(state));
  }
}

TEST(TopicGroups, SayNoNumberOfPostsThatTheProgrammeDoesNotName) {
  Facts open = facts();
  open.how_often.clear();
  EXPECT_TRUE(holds(said(step(Looking{"newcomer"}, chose("join"), open)), "沒有固定的次數"));
}

TEST(TopicGroupsCodec, ReadsBackWhatItWroteAndTakesDamageForNothing) {
  for (const State& state : every_state()) EXPECT_EQ(decode(json::parse(encode(state).dump())), state);
  for (const char* text : {"null", "3", "[]", "{}", R"({"at":7})", R"({"at":"unknown"})",
                           R"({"at":"looking"})", R"({"at":"looking","topic":3})", R"("looking")"})
    EXPECT_FALSE(decode(json::parse(text))) << text;
}

TEST(TopicGroupsPhrases, EveryPhraseIsUsedAndNoneShouts) {
  spoken().clear();
  Facts open = facts();
  open.how_often.clear();
  for (const Facts& known : {facts(), open, unjoined(), Facts{}}) {
    said(begin(known));
    said(mine(known));
    for (const State& state : every_state()) {
      for (const char* id : {"join", "leave", "posts", "nothing"}) said(step(state, chose(id), known));
      for (const Event& event : std::vector<Event>{wrote("園藝"), SentOther{"image"}, Back{}})
        said(step(state, event, known));
    }
    said(resume(Looking{"gardening"}, known));
  }
  for (const auto& [key, text] : phrases().items()) {
    EXPECT_EQ(spoken().count(key), 1u) << key;
    EXPECT_FALSE(holds(text.dump(), "！")) << key;
  }
}

}  // namespace
}  // namespace careline::topic_groups
