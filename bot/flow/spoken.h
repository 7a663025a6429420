// A prompt in words, ready for LINE: phrases resolved, choices numbered, buttons with their data.
#pragma once
#include <string>
#include <vector>

#include "config/phrases.h"
#include "handlers/prompt.h"

namespace careline::flow {

struct Button {
  std::string label, data;
};
struct Dial {
  std::string label, number;
};
struct SpokenBubble {
  std::string text;
  std::vector<Dial> calls;
};
struct SpokenCard {
  std::string title, text;
  Button button;
};
struct Spoken {
  std::vector<SpokenBubble> bubbles;
  std::vector<SpokenCard> cards;
  std::vector<Button> quick;  // at most 13
};

// `nonce` ties the buttons to this prompt, so that an old one is known. Choices with an id that starts with
// "cmd:" work at any time; others only as long as their prompt is the last one.
Spoken speak(const config::Phrases& phrases, const Prompt& prompt, const std::string& nonce);
std::string words(const config::Phrases& phrases, const Phrase& phrase);

}  // namespace careline::flow
