// The topic groups: looking at them, joining, leaving and reading. Pure; words are phrases.
#pragma once
#include <string>
#include <variant>
#include <vector>

#include "handlers/effect.h"
#include "handlers/event.h"
#include "handlers/prompt.h"

namespace careline::topic_groups {

struct ChoosingTopic {
  bool operator==(const ChoosingTopic&) const = default;
};
struct ChoosingMine {
  bool operator==(const ChoosingMine&) const = default;
};
struct Looking {
  std::string topic;
  bool operator==(const Looking&) const = default;
};
using State = std::variant<ChoosingTopic, ChoosingMine, Looking>;
using Step = StepOf<State>;

// A topic of the programme. `about` is one short line for its card and may be empty.
struct Topic {
  std::string id, name, about;
  bool joined = false;
};
// At most 11 topics: LINE takes 13 quick replies, two of which are 我的群組 and 取消.
struct Facts {
  std::vector<Topic> topics;  // in the programme's order
  std::string how_often;      // how often posts come, in the programme's words; empty if it does not say
};

// 主題群組: all topics as cards and as a numbered list (choices "topic:<id>").
Step begin(const Facts& facts);
// 我的群組: the joined ones, or how to join.
Step mine(const Facts& facts);
Step step(const State& state, const Event& event, const Facts& facts);
// Says the prompt of this state again; the state stays as it is.
Step resume(const State& state, const Facts& facts);

// Words that are understood in this state though its prompt does not list them (加入 for a member, 退出 for
// others, the other topics' names). The router resolves them by their words only, after the listed choices.
std::vector<Choice> also_accepted(const State& state, const Facts& facts);
// Nothing is drafted here.
bool takes_body_text(const State& state);
std::vector<Part>* draft_parts(State& state);
bool is_draft(const State& state);

}  // namespace careline::topic_groups
