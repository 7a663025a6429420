// The topic groups: where each moment goes on each event.
#include "handlers/topic_groups/topic_groups.h"

#include <utility>

#include "handlers/topic_groups/name_match.h"
#include "handlers/topic_groups/prompts.h"

namespace careline::topic_groups {
namespace {

Step stay(State state, Prompt prompt) { return {std::move(state), {Say{std::move(prompt)}}}; }

Step list_all(const Facts& facts) {
  if (facts.topics.empty()) return {std::nullopt, {Say{{{{{"topic_groups.none"}}}}}}};
  return stay(ChoosingTopic{}, all_prompt(facts));
}

Step ask(const ChoosingTopic&, const Facts& facts) { return list_all(facts); }
Step ask(const ChoosingMine&, const Facts& facts) { return mine(facts); }
Step look(const std::string& id, const Facts& facts);
Step ask(const Looking& s, const Facts& facts) { return look(s.topic, facts); }

// The same step with a line in front of what it says.
Step under(const Phrase& line, Step step_taken) {
  for (Effect& effect : step_taken.effects) {
    auto* say = std::get_if<Say>(&effect);
    if (!say) continue;
    say->prompt = after(line, std::move(say->prompt));
    break;
  }
  return step_taken;
}

Step look(const std::string& id, const Facts& facts) {
  const Topic* topic = topic_of(facts, id);
  if (topic == nullptr) return under({"topic_groups.gone"}, list_all(facts));
  return stay(Looking{id}, topic_prompt(*topic, facts));
}

// What every moment understands: a topic, the list of all, the list of one's own. nullopt for the rest.
std::optional<Step> elsewhere(const Chose& e, const Facts& facts) {
  if (const std::string id = topic_id(e.id); !id.empty()) return look(id, facts);
  if (e.id == "topics") return list_all(facts);
  if (e.id == "mine") return mine(facts);
  return std::nullopt;
}

// A name that was typed a little differently still finds its topic.
template <class S>
Step find_by_name(const S& s, const Wrote& e, const Facts& facts) {
  if (const Topic* topic = closest_name(facts.topics, e.part.text)) return look(topic->id, facts);
  return under({"topic_groups.not_found"}, ask(s, facts));
}
template <class S>
Step choose_elsewhere(const S& s, const Chose& e, const Facts& facts) {
  if (auto there = elsewhere(e, facts)) return *there;
  return under({"topic_groups.not_offered"}, ask(s, facts));
}

// The lists ----------------------------------------------------------------------------------------------
Step on(const ChoosingTopic& s, const Wrote& e, const Facts& facts) { return find_by_name(s, e, facts); }
Step on(const ChoosingTopic& s, const Chose& e, const Facts& facts) { return choose_elsewhere(s, e, facts); }
Step on(const ChoosingTopic& s, const Back&, const Facts& facts) {
  return under({"topic_groups.first_step"}, ask(s, facts));
}
Step on(const ChoosingMine& s, const Wrote& e, const Facts& facts) { return find_by_name(s, e, facts); }
Step on(const ChoosingMine& s, const Chose& e, const Facts& facts) { return choose_elsewhere(s, e, facts); }
Step on(const ChoosingMine&, const Back&, const Facts& facts) { return list_all(facts); }

// One topic ----------------------------------------------------------------------------------------------
// The facts were read before this step, so the prompt is told how things stand after it.
Step say_standing(Topic topic, bool joined, const char* line) {
  topic.joined = joined;
  return stay(Looking{topic.id}, short_prompt(topic, line));
}
Step join(Topic topic, const Facts& facts) {
  if (topic.joined) return say_standing(topic, true, "topic_groups.already_joined");
  topic.joined = true;
  return {Looking{topic.id}, {JoinTopic{topic.id}, Say{joined_prompt(topic, facts)}}};
}
Step leave(const Topic& topic) {
  Step done = say_standing(topic, false, topic.joined ? "topic_groups.left" : "topic_groups.not_a_member");
  if (topic.joined) done.effects.insert(done.effects.begin(), LeaveTopic{topic.id});
  return done;
}
Step on(const Looking& s, const Wrote& e, const Facts& facts) { return find_by_name(s, e, facts); }
Step on(const Looking& s, const Chose& e, const Facts& facts) {
  const Topic* topic = topic_of(facts, s.topic);
  if (topic == nullptr) return look(s.topic, facts);
  if (e.id == "join") return join(*topic, facts);
  if (e.id == "leave") return leave(*topic);
  if (e.id == "posts")
    return {s, {ShowPosts{topic->id}, Say{short_prompt(*topic, "topic_groups.after_posts")}}};
  return choose_elsewhere(s, e, facts);
}
Step on(const Looking&, const Back&, const Facts& facts) { return list_all(facts); }

// Pictures, stickers and the like are the same everywhere.
template <class S>
Step on(const S& s, const SentOther&, const Facts& facts) {
  return under({"topic_groups.only_text"}, ask(s, facts));
}

}  // namespace

Step begin(const Facts& facts) { return list_all(facts); }

Step mine(const Facts& facts) {
  if (facts.topics.empty()) return list_all(facts);
  return stay(ChoosingMine{}, mine_prompt(facts));
}

Step step(const State& state, const Event& event, const Facts& facts) {
  return std::visit([&](const auto& s, const auto& e) { return on(s, e, facts); }, state, event);
}

Step resume(const State& state, const Facts& facts) {
  return std::visit([&](const auto& s) { return ask(s, facts); }, state);
}

std::vector<Choice> also_accepted(const State& state, const Facts& facts) {
  std::vector<Choice> accepted;
  if (std::holds_alternative<Looking>(state)) accepted = {join_choice(), leave_choice()};
  for (const Topic& topic : facts.topics) accepted.push_back(topic_choice(topic));
  return accepted;
}

bool takes_body_text(const State&) { return false; }
std::vector<Part>* draft_parts(State&) { return nullptr; }
bool is_draft(const State&) { return false; }

}  // namespace careline::topic_groups
