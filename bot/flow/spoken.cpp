// A prompt in words.
#include "bot/flow/spoken.h"

#include <algorithm>

namespace careline::flow {
namespace {
constexpr std::size_t kQuickReplies = 13;  // LINE's limit

std::string data_of(const std::string& nonce, const std::string& id) {
  // What a crisis card offers never expires: 我有危險 must work on any old card.
  const bool lasting =
      id.starts_with("crisis:") || (id.starts_with("cmd:") && id != "cmd:resume" && id != "cmd:drop_draft");
  return lasting ? id : "c:" + nonce + ":" + id;
}

}  // namespace

std::string words(const config::Phrases& phrases, const Phrase& phrase) {
  if (phrase.key == "literal") return phrase.values.at("words");
  return phrases.text(phrase.key, phrase.values);
}

Spoken speak(const config::Phrases& phrases, const Prompt& prompt, const std::string& nonce) {
  Spoken spoken;
  for (const Bubble& bubble : prompt.bubbles) {
    SpokenBubble said{words(phrases, bubble.text), {}};
    for (const Call& call : bubble.calls) said.calls.push_back({words(phrases, call.label), call.number});
    spoken.bubbles.push_back(std::move(said));
  }
  std::string list;
  int number = 0;
  for (const Choice& choice : prompt.choices) {
    const std::string label = words(phrases, choice.label);
    list += "\n" + std::to_string(++number) + ". " + label;
    if (spoken.quick.size() < kQuickReplies) spoken.quick.push_back({label, data_of(nonce, choice.id)});
  }
  // LINE on a PC shows no quick replies: the list in the text is what can be typed there.
  if (!list.empty() && !spoken.bubbles.empty()) spoken.bubbles.back().text += "\n" + list;
  for (const Card& card : prompt.cards) {
    const auto choice = std::find_if(prompt.choices.begin(), prompt.choices.end(),
                                     [&](const Choice& c) { return c.id == card.choice; });
    if (choice == prompt.choices.end()) continue;
    spoken.cards.push_back({words(phrases, card.title),
                            words(phrases, card.text),
                            {words(phrases, choice->label), data_of(nonce, card.choice)}});
  }
  return spoken;
}

}  // namespace careline::flow
