// What the topic groups say and offer, as keys of config/phrases/topic_groups.json.
#pragma once
#include <string>

#include "handlers/topic_groups/topic_groups.h"

namespace careline::topic_groups {

// The topic with this id, or nullptr (a programme can drop one while somebody looks at it).
const Topic* topic_of(const Facts& facts, const std::string& id);
// The id behind the choice "topic:<id>", or empty.
std::string topic_id(const std::string& choice);

Prompt all_prompt(const Facts& facts);
// Empty state included: how to join.
Prompt mine_prompt(const Facts& facts);
// What the topic is about, what is sent, how often and how to stop; then what can be done with it.
Prompt topic_prompt(const Topic& topic, const Facts& facts);
// The same choices under `line` alone; `topic.joined` is how things stand after the step.
Prompt short_prompt(const Topic& topic, const std::string& line);
// Joined: what will be sent, how often, how to stop.
Prompt joined_prompt(const Topic& topic, const Facts& facts);
Prompt after(Phrase first, Prompt prompt);

// The labels of 加入, 退出 and of a topic's name.
Choice join_choice();
Choice leave_choice();
Choice topic_choice(const Topic& topic);

}  // namespace careline::topic_groups
