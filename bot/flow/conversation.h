// Where a person's conversation stands, as it is kept (sealed) between two messages.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "handlers/counselling/counselling.h"
#include "handlers/menu/menu.h"
#include "handlers/questions/questions.h"
#include "handlers/topic_groups/topic_groups.h"

namespace careline::flow {

struct Resting {
  bool operator==(const Resting&) const = default;
};
using Place = std::variant<Resting, menu::State, questions::State, counselling::State, topic_groups::State>;

// The choices that a prompt offered. An old button carries another nonce.
struct Offer {
  std::string nonce;
  std::vector<std::pair<std::string, std::string>> choices;  // id, label
};

struct Conversation {
  Place at;
  Offer last;  // of the last prompt: numbers and words
  Offer home;  // of the state's own prompt: words and buttons stay good when a card came between
  std::optional<Place> draft;
  std::int64_t draft_until = 0;
  bool draft_offered = false;
  std::int64_t touched_at = 0;
  // References as bot/flow/reference.h hides them: the anonymous thread that 查看回覆, 追問 and 結束提問
  // mean, the threads with an answer that was announced and not yet looked at, and that of the last alert,
  // for 我現在安全 and 我有危險.
  std::string question;
  std::int64_t question_until = 0;
  std::vector<std::string> nudged;
  std::string alert;
  int unknown_in_a_row = 0;
};

// An unknown or damaged state reads as resting: the person starts over rather than getting stuck. Never
// throws.
Conversation decode(const std::string& json);
std::string encode(const Conversation& conversation);

bool resting(const Place& place);
bool is_draft(const Place& place);
bool takes_body_text(const Place& place);
// Taking back and changing a message reach every draft of the conversation.
void withdraw_everywhere(Conversation& conversation, const std::string& key);
void amend_everywhere(Conversation& conversation, const Part& edited);
// Leaves the present state; a draft is kept for a day (and offered again, never quoted).
void put_to_rest(Conversation& conversation, std::int64_t now_ms);

}  // namespace careline::flow
