// A person in front of the counselling form, for tests: writes, chooses, steps back, and reads every word.
#pragma once
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "handlers/counselling/codec.h"
#include "handlers/counselling/counselling.h"
#include "handlers/counselling/form.h"
#include "handlers/counselling/text.h"

namespace careline::counselling {

inline const nlohmann::json& phrases() {
  static const nlohmann::json all = [] {
    std::ifstream file(std::string(CARELINE_SOURCE_DIR) + "/config/phrases/counselling.json");
    return nlohmann::json::parse(file);
  }();
  return all;
}

inline std::string words_of(const std::string& key) {
  const nlohmann::json& entry = phrases().at(key);
  if (entry.is_string()) return entry.get<std::string>();
  std::string text;
  for (const nlohmann::json& line : entry) text += (text.empty() ? "" : "\n") + line.get<std::string>();
  return text;
}

// The phrase as a person reads it; a missing key or value fails the test.
inline std::string read_aloud(const Phrase& phrase) {
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
inline std::string checked(const Prompt& prompt) {
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

inline Facts facts() {
  Facts f;
  for (int i = 1; i <= 7; ++i) f.staff_types.push_back({"s" + std::to_string(i), "類別" + std::to_string(i)});
  for (int i = 1; i <= 8; ++i) f.areas.push_back({"a" + std::to_string(i), "領域" + std::to_string(i)});
  f.ways = {{"visit", "面談"}, {"phone", "電話"}, {"text", "文字"}};
  f.message_options = {{"yes", words_of("counselling.message.yes")},
                       {"no", words_of("counselling.message.no")}};
  f.readers = {"lin", "何雅婷", "Lina Chen"};
  f.skip_words = words_of("counselling.choice.skip");
  f.fresh_case_number = "A12";
  f.reading_text = "諮商人員會在上班日看，最晚 3 天內回覆。";
  f.hotline_display = "00-0000000";
  f.hotline_hours = "上班日";
  f.hotline_dial = "000000000";
  return f;
}

inline Facts with_text() {
  Facts f = facts();
  f.text_approved = true;
  return f;
}

inline Facts with_case() {
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

inline Walk at_review(Facts with = facts()) {
  Walk w(std::move(with));
  w.chose("agree").chose("none").wrote("某某國中").chose("s2").chose("a7").chose("phone");
  w.wrote("最近工作很多").wrote("睡不好").chose("done").wrote("週三下午").wrote("分機 00");
  w.wrote("某縣").wrote("家人").chose("yes");
  return w;
}

}  // namespace careline::counselling
