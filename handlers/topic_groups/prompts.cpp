// What the topic groups say and offer.
#include "handlers/topic_groups/prompts.h"

#include <algorithm>
#include <string_view>

namespace careline::topic_groups {
namespace {

constexpr std::string_view kTopic = "topic:";

Choice choice(const std::string& id) { return {id, {"topic_groups.choice." + id}}; }

// Cards only up to what LINE shows in one carousel; the numbered list stands under them in any case.
constexpr std::size_t kMostCards = 12;

Card card_of(const Topic& topic) {
  const char* status = topic.joined          ? "topic_groups.card_joined"
                       : topic.about.empty() ? "topic_groups.card_plain"  // LINE refuses an empty text
                                             : "topic_groups.card";
  return {literal(topic.name), {status, {{"about", topic.about}}}, std::string(kTopic) + topic.id};
}

Prompt list_of(const std::vector<Topic>& topics, Phrase text, const char* other) {
  Prompt prompt{{{std::move(text)}}};
  for (const Topic& topic : topics) {
    prompt.choices.push_back(topic_choice(topic));
    if (prompt.cards.size() < kMostCards) prompt.cards.push_back(card_of(topic));
  }
  prompt.choices.push_back(choice(other));
  prompt.choices.push_back(choice("cancel"));
  return prompt;
}

std::vector<Choice> choices_for(const Topic& topic) {
  return {topic.joined ? leave_choice() : join_choice(), choice("posts"), choice("topics"), choice("back"),
          choice("cancel")};
}

// How often posts come, in the programme's words or, without them, in words that are always true.
Phrase rhythm(const Facts& facts) {
  if (facts.how_often.empty()) return {"topic_groups.rhythm_open"};
  return {"topic_groups.rhythm", {{"how_often", facts.how_often}}};
}

}  // namespace

Choice join_choice() { return choice("join"); }
Choice leave_choice() { return choice("leave"); }
Choice topic_choice(const Topic& topic) { return {std::string(kTopic) + topic.id, literal(topic.name)}; }

const Topic* topic_of(const Facts& facts, const std::string& id) {
  const auto found =
      std::find_if(facts.topics.begin(), facts.topics.end(), [&](const Topic& t) { return t.id == id; });
  return found == facts.topics.end() ? nullptr : &*found;
}

std::string topic_id(const std::string& choice_id) {
  return choice_id.rfind(kTopic, 0) == 0 ? choice_id.substr(kTopic.size()) : std::string();
}

Prompt all_prompt(const Facts& facts) { return list_of(facts.topics, {"topic_groups.all"}, "mine"); }

Prompt mine_prompt(const Facts& facts) {
  std::vector<Topic> joined;
  std::copy_if(facts.topics.begin(), facts.topics.end(), std::back_inserter(joined),
               [](const Topic& t) { return t.joined; });
  if (joined.empty()) return {{{{"topic_groups.mine_empty"}}}, {choice("topics"), choice("cancel")}};
  return list_of(joined, {"topic_groups.mine", {{"count", std::to_string(joined.size())}}}, "topics");
}

Prompt topic_prompt(const Topic& topic, const Facts& facts) {
  const char* status = topic.joined ? "topic_groups.member" : "topic_groups.invite";
  Prompt prompt{{{literal(topic.name)}, {rhythm(facts)}, {{status, {{"topic", topic.name}}}}},
                choices_for(topic)};
  if (!topic.about.empty())
    prompt.bubbles.front().text = {"topic_groups.about", {{"topic", topic.name}, {"about", topic.about}}};
  return prompt;
}

Prompt short_prompt(const Topic& topic, const std::string& line) {
  return {{{{line, {{"topic", topic.name}}}}}, choices_for(topic)};
}

Prompt joined_prompt(const Topic& topic, const Facts& facts) {
  return after(rhythm(facts), short_prompt(topic, "topic_groups.joined"));
}

Prompt after(Phrase first, Prompt prompt) {
  prompt.bubbles.insert(prompt.bubbles.begin(), Bubble{std::move(first)});
  return prompt;
}

}  // namespace careline::topic_groups
