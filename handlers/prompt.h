// What is said to a person, as keys of config/phrases: no words here, no LINE either.
#pragma once
#include <map>
#include <string>
#include <vector>

namespace careline {

using Values = std::map<std::string, std::string>;

// A phrase of config/phrases with the values for its {placeholders}.
struct Phrase {
  std::string key;
  Values values = {};
  bool operator==(const Phrase&) const = default;
};
// Words that are data (a topic's name, an area of the programme, a person's own text read back).
inline Phrase literal(std::string words) { return {"literal", {{"words", std::move(words)}}}; }

// Something to tap. On a PC it is typed: its number in the list or its words. At most 13 in a prompt,
// a label has at most 20 characters (LINE's quick reply).
struct Choice {
  std::string id;
  Phrase label;
  bool operator==(const Choice&) const = default;
};
// A button that dials. The number also stands in the bubble's text, for a PC.
struct Call {
  Phrase label;
  std::string number;
  bool operator==(const Call&) const = default;
};
struct Bubble {
  Phrase text;
  std::vector<Call> calls = {};
  bool operator==(const Bubble&) const = default;
};
// A card of a carousel (at most 12): its button does the choice with this id, which also stands in `choices`.
struct Card {
  Phrase title, text;
  std::string choice;
  bool operator==(const Card&) const = default;
};
// At most 5 bubbles (LINE's limit for one call), the carousel included. The last bubble's text gets the
// numbered list of the choices and the quick replies.
struct Prompt {
  std::vector<Bubble> bubbles;
  std::vector<Choice> choices = {};
  std::vector<Card> cards = {};
  bool operator==(const Prompt&) const = default;
};

}  // namespace careline
