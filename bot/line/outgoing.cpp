// What is said, as LINE's message objects.
#include "bot/line/outgoing.h"

#include <unicode/brkiter.h>
#include <unicode/unistr.h>

#include <memory>
#include <nlohmann/json.hpp>

namespace careline::line {
namespace {
using nlohmann::json;
constexpr int kTextUnits = 5000;  // UTF-16 code units in a text message
constexpr int kAltUnits = 400;
constexpr int kLabelGraphemes = 20;
constexpr std::size_t kMessages = 5;

std::string utf8(const icu::UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  return out;
}

// The first `limit` UTF-16 units, never half a character.
icu::UnicodeString head(const icu::UnicodeString& text, int limit) {
  if (text.length() <= limit) return text;
  return text.tempSubString(0, text.getChar32Limit(limit) > limit ? limit - 1 : limit);
}

std::string label(const std::string& words) {
  const auto text = icu::UnicodeString::fromUTF8(words);
  if (text.length() <= kLabelGraphemes) return words;  // no grapheme is shorter than a unit
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::BreakIterator> graphemes(
      icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), status));
  if (U_FAILURE(status)) return utf8(head(text, kLabelGraphemes));
  graphemes->setText(text);
  const int end = graphemes->next(kLabelGraphemes);
  return end == icu::BreakIterator::DONE ? words : utf8(text.tempSubString(0, end));
}

json postback(const flow::Button& button) {
  const std::string name = label(button.label);
  return {{"type", "postback"}, {"label", name}, {"data", button.data}, {"displayText", name}};
}

json text_box(const std::string& text) {
  return {{"type", "text"}, {"text", text}, {"wrap", true}, {"scaling", true}, {"size", "md"}};
}
json box(json contents) {
  return {{"type", "box"}, {"layout", "vertical"}, {"spacing", "sm"}, {"contents", std::move(contents)}};
}
json flex(const std::string& alt, json contents) {
  return {{"type", "flex"},
          {"altText", utf8(head(icu::UnicodeString::fromUTF8(alt), kAltUnits))},
          {"contents", std::move(contents)}};
}

// The numbers stand in the text, each above the button that dials it.
json call_card(const flow::SpokenBubble& bubble) {
  json buttons = json::array();
  for (const flow::Dial& dial : bubble.calls) {
    buttons.push_back(
        {{"type", "button"},
         {"style", "primary"},
         {"color", "#9a3412"},
         {"height", "sm"},
         {"scaling", true},
         {"action", {{"type", "uri"}, {"label", label(dial.label)}, {"uri", "tel:" + dial.number}}}});
  }
  return flex(bubble.text,
              {{"type", "bubble"}, {"body", box({text_box(bubble.text)})}, {"footer", box(buttons)}});
}

json carousel(const std::vector<flow::SpokenCard>& cards) {
  json bubbles = json::array();
  std::string alt;
  for (const flow::SpokenCard& card : cards) {
    alt += (alt.empty() ? "" : "、") + card.title;
    json title = text_box(card.title);
    title["weight"] = "bold";
    bubbles.push_back({{"type", "bubble"},
                       {"size", "kilo"},
                       {"body", box({title, text_box(card.text)})},
                       {"footer", box({{{"type", "button"},
                                        {"style", "link"},
                                        {"height", "sm"},
                                        {"scaling", true},
                                        {"action", postback(card.button)}}})}});
  }
  return flex(alt, {{"type", "carousel"}, {"contents", std::move(bubbles)}});
}

void add_text(json& messages, const std::string& words, std::size_t room) {
  auto rest = icu::UnicodeString::fromUTF8(words);
  while (!rest.isEmpty() && messages.size() < room) {
    auto part = head(rest, kTextUnits);
    rest = rest.tempSubString(part.length());
    if (!rest.isEmpty() && messages.size() + 1 == room)
      part = head(part, kTextUnits - 1) + icu::UnicodeString::fromUTF8("…");
    messages.push_back({{"type", "text"}, {"text", utf8(part)}});
  }
}

}  // namespace

std::string messages_json(const flow::Spoken& spoken) {
  json messages = json::array();
  const std::size_t room = kMessages - (spoken.cards.empty() ? 0 : 1);
  for (std::size_t i = 0; i < spoken.bubbles.size() && messages.size() < room; ++i) {
    // The carousel stands before the last bubble, which carries the list to type from.
    if (i + 1 == spoken.bubbles.size() && !spoken.cards.empty()) messages.push_back(carousel(spoken.cards));
    const auto& bubble = spoken.bubbles[i];
    if (bubble.calls.empty())
      add_text(messages, bubble.text,
               spoken.cards.empty() ? kMessages - (spoken.bubbles.size() - i - 1) : kMessages);
    else
      messages.push_back(call_card(bubble));
  }
  if (!messages.empty() && !spoken.quick.empty()) {
    json items = json::array();
    for (const flow::Button& button : spoken.quick)
      items.push_back({{"type", "action"}, {"action", postback(button)}});
    messages.back()["quickReply"] = {{"items", std::move(items)}};
  }
  return messages.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace careline::line
