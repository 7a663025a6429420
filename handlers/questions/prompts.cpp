// What an anonymous question says and offers at each of its moments.
#include "handlers/questions/prompts.h"

#include <algorithm>

#include "handlers/questions/body.h"

namespace careline::questions {
namespace {

constexpr int kShortBodyUnits = 300;  // up to here a body is read back whole; it must stay easy to look over
constexpr int kBeginningUnits = 100;

Choice choice(const std::string& id) { return {id, {"questions.choice." + id}}; }

std::vector<Choice> choices(std::initializer_list<const char*> ids) {
  std::vector<Choice> list;
  for (const char* id : ids) list.push_back(choice(id));
  return list;
}

Phrase with_limits(std::string key) {
  return {std::move(key),
          {{"limit", std::to_string(kMaxBodyUnits)}, {"subject_limit", std::to_string(kMaxSubjectUnits)}}};
}

// A short body is read back whole, a long one by its length and beginning.
Bubble body_bubble(const std::vector<Part>& parts) {
  const std::string body = joined(parts);
  Values values = figures_of(parts);
  const bool is_short = units_of(body) <= kShortBodyUnits;
  values["body"] = is_short ? body : beginning_of(body, kBeginningUnits);
  return {{is_short ? "questions.review.body" : "questions.review.long_body", std::move(values)}};
}

bool notifies(const Draft& draft) { return draft.answer == Return::kNotify; }

}  // namespace

Values figures_of(const std::vector<Part>& parts) {
  const int units = units_of(parts);
  return {{"count", std::to_string(parts.size())},
          {"units", std::to_string(units)},
          {"limit", std::to_string(kMaxBodyUnits)},
          {"left", std::to_string(std::max(0, kMaxBodyUnits - units))},
          {"over", std::to_string(std::max(0, units - kMaxBodyUnits))}};
}

Prompt after(Phrase first, Prompt prompt) {
  prompt.bubbles.insert(prompt.bubbles.begin(), Bubble{std::move(first)});
  return prompt;
}

Prompt words(std::string key) { return {{{{std::move(key)}}}}; }

Prompt notice_prompt() { return {{{with_limits("questions.notice")}}, choices({"cancel"})}; }

Prompt prompt_of(const AskingSubject& state) {
  // Nothing lies before the first question, so only a person who is changing things can go back from it.
  if (state.draft.subject.text.empty()) return {{{with_limits("questions.subject")}}, choices({"cancel"})};
  Phrase again = with_limits("questions.subject_again");
  again.values["subject"] = state.draft.subject.text;
  return {{{std::move(again)}},
          state.draft.answer && !state.draft.parts.empty() ? choices({"keep", "back", "cancel"})
                                                           : choices({"keep", "cancel"})};
}

Prompt prompt_of(const WritingBody& state) {
  if (state.draft.parts.empty())
    return {{{with_limits("questions.body")}}, choices({"done", "back", "cancel"})};
  return taken_prompt(state);
}

Prompt taken_prompt(const WritingBody& state) {
  return {{{{"questions.taken", figures_of(state.draft.parts)}}}, choices({"done", "back", "cancel"})};
}

Prompt prompt_of(const ChoosingReturn&) {
  return {{{{"questions.return"}}}, choices({"notify", "receipt_only", "back", "cancel"})};
}

Prompt prompt_of(const Reviewing& state) {
  const char* way = notifies(state.draft) ? "questions.review.notify" : "questions.review.receipt_only";
  return {{{{"questions.review.subject", {{"subject", state.draft.subject.text}}}},
           body_bubble(state.draft.parts),
           {{way}}},
          choices({"send", "change", "discard", "back", "cancel"})};
}

Prompt prompt_of(const ChoosingChange&) {
  return {{{{"questions.change"}}},
          choices({"change_subject", "add", "rewrite", "change_return", "back", "cancel"})};
}

Prompt prompt_of(const ConfirmingRewrite& state) {
  return {{{{"questions.rewrite", figures_of(state.draft.parts)}}},
          choices({"clear", "leave", "back", "cancel"})};
}

Prompt prompt_of(const FollowingUp& state) {
  Prompt prompt = state.parts.empty()
                      ? Prompt{{{with_limits("questions.follow_up")}}, choices({"send", "discard", "cancel"})}
                      : taken_prompt(state);
  if (state.label.empty()) return prompt;
  return after({"questions.which", {{"label", state.label}}}, std::move(prompt));
}

Prompt taken_prompt(const FollowingUp& state) {
  return {{{{"questions.follow_up_taken", figures_of(state.parts)}}}, choices({"send", "discard", "cancel"})};
}

Prompt prompt_of(const Closing& state) {
  Prompt prompt{{{{"questions.close"}}}, choices({"close", "keep_open", "cancel"})};
  if (state.label.empty()) return prompt;
  return after({"questions.which", {{"label", state.label}}}, std::move(prompt));
}

Prompt prompt_of(const Erasing& state) {
  Prompt prompt{{{{"questions.erase"}}}, choices({"erase", "leave", "cancel"})};
  if (state.label.empty()) return prompt;
  return after({"questions.which", {{"label", state.label}}}, std::move(prompt));
}

Prompt receipt_prompt(const Draft& draft, const Facts& facts) {
  return {{{{"questions.sent", {{"due", facts.due_text}, {"days", std::to_string(facts.deadline_days)}}}},
           {literal(facts.fresh_receipt)},
           {{notifies(draft) ? "questions.sent_notify" : "questions.sent_receipt_only"}}}};
}

}  // namespace careline::questions
