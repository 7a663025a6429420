// The prompts of the intake: bubbles, choices, progress.
#include "handlers/counselling/prompts.h"

#include <algorithm>
#include <utility>

#include "handlers/counselling/form.h"
#include "handlers/counselling/text.h"

namespace careline::counselling {
namespace {

// In the review a long matter is recognised by its beginning; the whole is sent.
constexpr std::size_t kReviewUnits = 120;
constexpr std::size_t kNamesOffered = 8;  // the others can be typed
constexpr std::size_t kLabelUnits = 19;   // of the 20 that LINE shows, one is the ellipsis

using Choices = std::vector<Choice>;

Choice choice(const char* id, const char* label) { return {id, {label}}; }

Choices with_navigation(Choices choices) {
  choices.push_back(choice("back", "counselling.choice.back"));
  choices.push_back(choice("cancel", "counselling.choice.cancel"));
  return choices;
}

Bubble asked(Question question, Values values = {}) {
  values["step"] = std::to_string(static_cast<int>(question) + 1);
  values["total"] = std::to_string(kQuestions);
  return {{field(question).ask, std::move(values)}};
}

// Stepping back or correcting shows what stands there and can leave it as it is.
Prompt question_prompt(Question question, const Answers& answers, Choices choices) {
  Prompt prompt;
  const std::string now = answer_text(answers, question);
  if (!now.empty()) {
    prompt.bubbles.push_back({{"counselling.answered", {{"answer", now}}}});
    choices.push_back(choice("keep", "counselling.choice.keep"));
  }
  prompt.bubbles.push_back(asked(question, {{"limit", std::to_string(field(question).limit)}}));
  if (field(question).skipping == Skipping::allowed)
    choices.push_back(choice("skip", "counselling.choice.skip"));
  prompt.choices = with_navigation(std::move(choices));
  return prompt;
}

Choices matter_choices(const Answers& answers) {
  Choices choices = {choice("done", "counselling.choice.done")};
  if (!answers.matter.empty()) choices.push_back(choice("rewrite", "counselling.choice.rewrite"));
  choices.push_back(choice("skip", "counselling.choice.skip"));
  return with_navigation(std::move(choices));
}

Choices consent_choices() {
  return {choice("agree", "counselling.choice.agree"), choice("decline", "counselling.choice.decline"),
          choice("cancel", "counselling.choice.cancel")};
}

Phrase review_text(const Answers& answers) {
  Values values = {{"length", std::to_string(matter_units(answers))}};
  for (const Field& f : form()) values[f.name] = answer_text(answers, f.question);
  values[kKeptOut] = joined(answers.kept_out);
  values["matter"] = shortened(values["matter"], kReviewUnits);
  return {"counselling.review", std::move(values)};
}

Prompt show(const AwaitingConsent&, const Facts&) {
  return {{{{"counselling.notice", {{"total", std::to_string(kQuestions)}}}}}, consent_choices()};
}
Choices names_offered(const Answers& answers, const Facts& facts) {
  Choices choices;
  for (const std::string& name : facts.readers)
    if (choices.size() < kNamesOffered && std::ranges::find(answers.kept_out, name) == answers.kept_out.end())
      choices.push_back({"out:" + name, literal(shortened(name, kLabelUnits))});
  return choices;
}
Prompt show(const KeepingOut& s, const Facts& facts) {
  Prompt prompt{{{{"counselling.ask.kept_out", {{"names", joined(facts.readers)}}}}},
                names_offered(s.answers, facts)};
  if (facts.readers.empty()) prompt.bubbles = {{{"counselling.ask.kept_out_nobody"}}};
  prompt.choices.push_back(choice("none", "counselling.choice.none"));
  if (!s.answers.kept_out.empty()) {
    prompt.bubbles.push_back({{"counselling.kept_out_so_far", {{"names", joined(s.answers.kept_out)}}}});
    prompt.choices.push_back(choice("clear", "counselling.choice.clear"));
  }
  prompt.choices = with_navigation(std::move(prompt.choices));
  return prompt;
}
Prompt show(const Typing& s, const Facts&) { return question_prompt(s.question, s.answers, {}); }
Prompt show(const Picking& s, const Facts& facts) {
  Choices choices;
  for (const Listed& option : options(s.question, s.answers, facts))
    choices.push_back({option.id, literal(option.name)});
  return question_prompt(s.question, s.answers, std::move(choices));
}
Prompt show(const ConfirmingAge&, const Facts&) {
  return {{asked(Question::way), {{"counselling.ask.age"}}},
          with_navigation(
              {choice("adult", "counselling.choice.adult"), choice("minor", "counselling.choice.minor")})};
}
Prompt show(const WritingMatter& s, const Facts&) {
  Prompt prompt{{}, matter_choices(s.answers)};
  if (!s.answers.matter.empty())
    prompt.bubbles.push_back(
        {{"counselling.matter_so_far", {{"used", std::to_string(matter_units(s.answers))}}}});
  prompt.bubbles.push_back(asked(Question::matter, {{"limit", std::to_string(kMatterLimit)}}));
  return prompt;
}
Prompt show(const Reviewing& s, const Facts&) {
  return {{{review_text(s.answers)}, {{"counselling.review_next"}}},
          with_navigation({choice("submit", "counselling.choice.submit"),
                           choice("change", "counselling.choice.change"),
                           choice("drop", "counselling.choice.drop")})};
}
Prompt show(const ChoosingCorrection&, const Facts&) {
  Choices choices = {choice(kKeptOut, "counselling.field.kept_out")};
  for (const Field& f : form()) choices.push_back(choice(f.name, f.label));
  return {{{{"counselling.ask.correction"}}}, with_navigation(std::move(choices))};
}
Prompt show(const HavingOpenCase&, const Facts& facts) {
  if (!facts.open_case) return no_case_any_more();
  return {
      {{{"counselling.open_case", {{"number", facts.open_case->number}, {"reading", facts.reading_text}}}}},
      {choice("cmd:progress", "counselling.choice.progress"), choice("close", "counselling.choice.close"),
       choice("cancel", "counselling.choice.cancel")}};
}
Prompt show(const ConfirmingClose&, const Facts& facts) {
  if (!facts.open_case) return no_case_any_more();
  return {{{{"counselling.ask.close", {{"number", facts.open_case->number}}}}},
          with_navigation(
              {choice("yes", "counselling.choice.close_yes"), choice("no", "counselling.choice.close_no")})};
}

Bubble hotline(const Facts& facts) {
  const Values line = {{"number", facts.hotline_display}, {"hours", facts.hotline_hours}};
  Bubble phone{{facts.demonstration ? "counselling.hotline_demo" : "counselling.hotline", line}};
  if (!facts.demonstration && !facts.hotline_dial.empty())
    phone.calls.push_back({{"counselling.choice.call"}, facts.hotline_dial});
  return phone;
}

}  // namespace

Prompt prompt_of(const State& state, const Facts& facts) {
  return std::visit([&](const auto& s) { return show(s, facts); }, state);
}

Prompt prompt_after(Phrase note, const State& state, const Facts& facts) {
  Prompt prompt = prompt_of(state, facts);
  if (std::holds_alternative<AwaitingConsent>(state)) prompt.bubbles = {{{"counselling.notice_again"}}};
  prompt.bubbles.insert(prompt.bubbles.begin(), Bubble{std::move(note)});
  return prompt;
}

Prompt kept(const WritingMatter& state) {
  const std::size_t used = matter_units(state.answers);
  return {{{{"counselling.matter_kept",
             {{"used", std::to_string(used)}, {"left", std::to_string(kMatterLimit - used)}}}}},
          matter_choices(state.answers)};
}

Prompt nobody_would_read(const KeepingOut& state, const Facts& facts) {
  Prompt prompt = prompt_after({"counselling.nobody_left"}, state, facts);
  prompt.bubbles.insert(prompt.bubbles.begin() + 1, hotline(facts));
  return prompt;
}

Prompt declined(const Facts& facts) {
  return {
      {{{"counselling.declined"}}, hotline(facts)},
      {choice("cmd:question", "counselling.choice.question"), choice("cmd:menu", "counselling.choice.menu")}};
}

Prompt dropped() { return {{{{"counselling.dropped"}}}, {choice("cmd:menu", "counselling.choice.menu")}}; }

Prompt opened(const Facts& facts) {
  const std::string& number = facts.fresh_case_number;
  return {{{{"counselling.opened", {{"number", number}, {"reading", facts.reading_text}}}},
           {{"counselling.opened_next", {{"number", number}}}}},
          {choice("cmd:progress", "counselling.choice.progress"),
           choice("cmd:human", "counselling.choice.human"), choice("cmd:menu", "counselling.choice.menu")}};
}

Prompt passed_on(const CaseInfo& open_case) {
  return {
      {{{"counselling.passed_on", {{"number", open_case.number}}}}},
      {choice("cmd:progress", "counselling.choice.progress"), choice("cmd:menu", "counselling.choice.menu")}};
}

Prompt closed(const CaseInfo& case_info) {
  return {{{{"counselling.closed", {{"number", case_info.number}}}}},
          {choice("cmd:menu", "counselling.choice.menu")}};
}

Prompt no_case_any_more() {
  return {{{{"counselling.no_case"}}},
          {choice("cmd:intake", "counselling.choice.intake"), choice("cmd:menu", "counselling.choice.menu")}};
}

Prompt left() { return {{{{"counselling.left"}}}, {choice("cmd:menu", "counselling.choice.menu")}}; }

}  // namespace careline::counselling
