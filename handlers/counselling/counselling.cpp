// The transitions of the intake: one overload per state and event.
#include "handlers/counselling/counselling.h"

#include <algorithm>
#include <utility>

#include "handlers/counselling/form.h"
#include "handlers/counselling/names.h"
#include "handlers/counselling/prompts.h"
#include "handlers/counselling/text.h"

namespace careline::counselling {
namespace {

constexpr std::size_t kNameUnits = 20;  // of a name that is said back

Step go(State to, const Facts& facts) {
  Prompt prompt = prompt_of(to, facts);
  return {std::move(to), {Say{std::move(prompt)}}};
}
Step go(State to, Phrase note, const Facts& facts) {
  Prompt prompt = prompt_after(std::move(note), to, facts);
  return {std::move(to), {Say{std::move(prompt)}}};
}
Step end(Prompt last_words) { return {std::nullopt, {Say{std::move(last_words)}}}; }

// A picture, a sticker and so on: the same everywhere, so it is written once.
template <class S>
Step on(const S& s, const SentOther&, const Facts& facts) {
  return go(s, {"counselling.not_text"}, facts);
}

// --- the notice ---
Step on(const AwaitingConsent& s, const Wrote&, const Facts& facts) {
  return go(s, {"counselling.please_choose"}, facts);
}
Step on(const AwaitingConsent& s, const Chose& c, const Facts& facts) {
  if (c.id == "decline") return end(declined(facts));
  if (c.id != "agree") return go(s, {"counselling.please_choose"}, facts);
  Step first = go(KeepingOut{s.answers, Then::go_on}, facts);
  first.effects.insert(first.effects.begin(), NoteNotice{"intake", true});
  return first;
}
Step on(const AwaitingConsent& s, const Back&, const Facts& facts) {
  return go(s, {"counselling.first_step"}, facts);
}

// --- who is kept out, before anything is asked that could be sealed ---
Step also_out(const KeepingOut& s, const std::vector<std::string>& names, const Facts& facts) {
  KeepingOut more = s;
  for (const std::string& name : names)
    if (std::ranges::find(more.answers.kept_out, name) == more.answers.kept_out.end())
      more.answers.kept_out.push_back(name);
  if (nobody_left(more.answers.kept_out, facts)) return {s, {Say{nobody_would_read(s, facts)}}};
  return go(std::move(more), facts);
}
Step on(const KeepingOut& s, const Wrote& w, const Facts& facts) {
  const Named named = names_in(w.part.text, facts.readers);
  if (named.names.empty() && named.unknown.empty()) return go(s, {"counselling.empty"}, facts);
  // Nothing is taken half: a name that means nobody might be the one that matters.
  if (!named.unknown.empty())
    return go(s, {"counselling.no_such_name", {{"name", shortened(named.unknown, kNameUnits)}}}, facts);
  return also_out(s, named.names, facts);
}
Step on(const KeepingOut& s, const Chose& c, const Facts& facts) {
  if (c.id.starts_with("out:")) return also_out(s, {c.id.substr(4)}, facts);
  if (c.id == "clear") {
    KeepingOut blank = s;
    blank.answers.kept_out.clear();
    return go(std::move(blank), facts);
  }
  if (c.id != "none") return go(s, {"counselling.please_choose"}, facts);
  if (s.then == Then::review) return go(Reviewing{s.answers}, facts);
  return go(asking(Question::agency, s.answers, s.then), facts);
}
Step on(const KeepingOut& s, const Back&, const Facts& facts) {
  if (s.then == Then::review) return go(Reviewing{s.answers}, facts);
  return go(AwaitingConsent{s.answers}, facts);
}

// --- an answer of a line or two ---
Step skip(const Typing& s, const Facts& facts) {
  if (field(s.question).skipping == Skipping::refused) return go(s, {"counselling.contact_needed"}, facts);
  Answers answers = s.answers;
  answers.*field(s.question).typed = {};
  return go(following(s.question, std::move(answers), s.then), facts);
}
Step on(const Typing& s, const Wrote& w, const Facts& facts) {
  const Field& f = field(s.question);
  Part answer = w.part;
  answer.text = trimmed(answer.text);
  if (answer.text.empty()) return go(s, {"counselling.empty"}, facts);
  // Where skipping is not offered its words arrive as text, and would stand there as an answer.
  if (answer.text == facts.skip_words) return skip(s, facts);
  const std::size_t length = units(answer.text);
  if (length > f.limit)
    return go(s,
              {"counselling.answer_too_long",
               {{"length", std::to_string(length)}, {"limit", std::to_string(f.limit)}}},
              facts);
  Answers answers = s.answers;
  answers.*f.typed = std::move(answer);
  return go(following(s.question, std::move(answers), s.then), facts);
}
Step on(const Typing& s, const Chose& c, const Facts& facts) {
  if (c.id == "skip") return skip(s, facts);
  if (c.id == "keep" && !answer_text(s.answers, s.question).empty())
    return go(following(s.question, s.answers, s.then), facts);
  return go(s, {"counselling.please_type"}, facts);
}
Step on(const Typing& s, const Back&, const Facts& facts) {
  return go(preceding(s.question, s.answers, s.then), facts);
}

// --- an answer from a list ---
Step picked(const Picking& s, const Listed& option, const Facts& facts) {
  Answers answers = s.answers;
  if (s.question == Question::way && option.id == kTextWay)
    return go(ConfirmingAge{std::move(answers), s.then}, facts);
  answers.*field(s.question).picked = option;
  return go(following(s.question, std::move(answers), s.then), facts);
}
Step on(const Picking& s, const Wrote&, const Facts& facts) {
  return go(s, {"counselling.please_choose"}, facts);
}
Step on(const Picking& s, const Chose& c, const Facts& facts) {
  if (c.id == "skip") {
    Answers answers = s.answers;
    answers.*field(s.question).picked = {};
    return go(following(s.question, std::move(answers), s.then), facts);
  }
  if (c.id == "keep" && !answer_text(s.answers, s.question).empty())
    return go(following(s.question, s.answers, s.then), facts);
  for (const Listed& option : options(s.question, s.answers, facts))
    if (option.id == c.id) return picked(s, option, facts);
  return go(s, {"counselling.please_choose"}, facts);
}
Step on(const Picking& s, const Back&, const Facts& facts) {
  // A minor was asked for the age on the way here, and may have mistapped.
  if (s.question == Question::way && s.answers.age == Age::minor)
    return go(ConfirmingAge{s.answers, s.then}, facts);
  return go(preceding(s.question, s.answers, s.then), facts);
}

// --- 文字 needs an adult ---
Step on(const ConfirmingAge& s, const Wrote&, const Facts& facts) {
  return go(s, {"counselling.please_choose"}, facts);
}
Step on(const ConfirmingAge& s, const Chose& c, const Facts& facts) {
  Answers answers = s.answers;
  if (c.id == "minor") {
    answers.age = Age::minor;
    if (answers.way.id == kTextWay) answers.way = {};
    return go(asking(Question::way, std::move(answers), s.then), {"counselling.text_for_adults"}, facts);
  }
  if (c.id != "adult") return go(s, {"counselling.please_choose"}, facts);
  answers.age = Age::adult;
  for (const Listed& way : options(Question::way, answers, facts)) {
    if (way.id != kTextWay) continue;
    answers.way = way;
    return go(following(Question::way, std::move(answers), s.then), facts);
  }
  return go(asking(Question::way, std::move(answers), s.then), {"counselling.text_not_offered"}, facts);
}
Step on(const ConfirmingAge& s, const Back&, const Facts& facts) {
  Answers answers = s.answers;
  answers.age = Age::not_asked;
  return go(asking(Question::way, std::move(answers), s.then), facts);
}

// --- the matter, in as many messages as one likes ---
Step on(const WritingMatter& s, const Wrote& w, const Facts& facts) {
  const std::size_t used = matter_units(s.answers), length = units(w.part.text);
  if (trimmed(w.part.text).empty()) return go(s, {"counselling.empty"}, facts);
  if (used + length > kMatterLimit)
    return go(s,
              {"counselling.matter_too_long",
               {{"used", std::to_string(used)},
                {"length", std::to_string(length)},
                {"left", std::to_string(kMatterLimit - std::min(used, kMatterLimit))},
                {"limit", std::to_string(kMatterLimit)}}},
              facts);
  WritingMatter longer = s;
  longer.answers.matter.push_back(w.part);
  Prompt answer = kept(longer);
  return {std::move(longer), {Say{std::move(answer)}}};
}
Step on(const WritingMatter& s, const Chose& c, const Facts& facts) {
  // Passing on keeps what was written: only 清空重寫 takes it away.
  if (c.id == "skip" || (c.id == "done" && !s.answers.matter.empty()))
    return go(following(Question::matter, s.answers, s.then), facts);
  if (c.id == "done") return go(s, {"counselling.matter_empty"}, facts);
  if (c.id != "rewrite") return go(s, {"counselling.please_type"}, facts);
  WritingMatter blank = s;
  blank.answers.matter.clear();
  return go(std::move(blank), {"counselling.matter_cleared"}, facts);
}
Step on(const WritingMatter& s, const Back&, const Facts& facts) {
  return go(preceding(Question::matter, s.answers, s.then), facts);
}

// --- review ---
Step submit(const Reviewing& s, const Facts& facts) {
  if (facts.open_case)
    return go(s, {"counselling.already_open", {{"number", facts.open_case->number}}}, facts);
  if (nobody_left(s.answers.kept_out, facts)) {  // those who were left have gone meanwhile
    KeepingOut again{s.answers, Then::review};
    Prompt prompt = nobody_would_read(again, facts);
    return {std::move(again), {Say{std::move(prompt)}}};
  }
  if (s.answers.contact.text.empty())  // taken back by an unsend
    return go(asking(Question::contact, s.answers, Then::review), {"counselling.contact_needed"}, facts);
  if (s.answers.way.id == kTextWay && (!facts.text_approved || s.answers.age != Age::adult)) {
    Answers answers = s.answers;
    answers.way = {};
    return go(asking(Question::way, std::move(answers), Then::review), {"counselling.text_not_offered"},
              facts);
  }
  return {std::nullopt,
          {OpenCase{facts.fresh_case_number, s.answers.kept_out, filled_fields(s.answers),
                    contact_fields(s.answers), s.answers.matter},
           Say{opened(facts)}}};
}
Step on(const Reviewing& s, const Wrote&, const Facts& facts) {
  return go(s, {"counselling.please_choose"}, facts);
}
Step on(const Reviewing& s, const Chose& c, const Facts& facts) {
  if (c.id == "submit") return submit(s, facts);
  if (c.id == "change") return go(ChoosingCorrection{s.answers}, facts);
  if (c.id == "drop") return end(dropped());
  return go(s, {"counselling.please_choose"}, facts);
}
Step on(const Reviewing& s, const Back&, const Facts& facts) {
  return go(asking(Question::message, s.answers, Then::go_on), facts);
}
Step on(const ChoosingCorrection& s, const Wrote&, const Facts& facts) {
  return go(s, {"counselling.please_choose"}, facts);
}
Step on(const ChoosingCorrection& s, const Chose& c, const Facts& facts) {
  if (c.id == kKeptOut) return go(KeepingOut{s.answers, Then::review}, facts);
  const std::optional<Question> question = question_named(c.id);
  if (!question) return go(s, {"counselling.please_choose"}, facts);
  return go(asking(*question, s.answers, Then::review), facts);
}
Step on(const ChoosingCorrection& s, const Back&, const Facts& facts) {
  return go(Reviewing{s.answers}, facts);
}

// --- there is a case already ---
Step on(const HavingOpenCase&, const Wrote& w, const Facts& facts) {
  if (!facts.open_case) return end(no_case_any_more());
  return {std::nullopt, {AddToThread{facts.open_case->thread, {w.part}}, Say{passed_on(*facts.open_case)}}};
}
Step on(const HavingOpenCase& s, const Chose& c, const Facts& facts) {
  if (!facts.open_case) return end(no_case_any_more());
  if (c.id == "close") return go(ConfirmingClose{}, facts);
  return go(s, {"counselling.please_choose"}, facts);
}
Step on(const HavingOpenCase&, const Back&, const Facts&) { return end(left()); }
Step on(const ConfirmingClose& s, const Wrote&, const Facts& facts) {
  return go(s, {"counselling.please_choose"}, facts);
}
Step on(const ConfirmingClose& s, const Chose& c, const Facts& facts) {
  if (!facts.open_case) return end(no_case_any_more());
  if (c.id == "no") return end(left());
  if (c.id != "yes") return go(s, {"counselling.please_choose"}, facts);
  return {std::nullopt, {CloseThread{facts.open_case->thread}, Say{closed(*facts.open_case)}}};
}
Step on(const ConfirmingClose&, const Back&, const Facts& facts) { return go(HavingOpenCase{}, facts); }

// The answers of the states that have any.
Answers* answers_of(State& state) {
  return std::visit(
      [](auto& s) -> Answers* {
        if constexpr (requires { s.answers; })
          return &s.answers;
        else
          return nullptr;
      },
      state);
}

}  // namespace

Step begin(const Facts& facts) {
  if (facts.open_case) return go(HavingOpenCase{}, facts);
  return go(AwaitingConsent{}, facts);
}

Step step(const State& state, const Event& event, const Facts& facts) {
  return std::visit([&](const auto& s, const auto& e) { return on(s, e, facts); }, state, event);
}

Step resume(const State& state, const Facts& facts) { return go(state, facts); }

bool takes_body_text(const State& state) { return std::holds_alternative<WritingMatter>(state); }

bool is_draft(const State& state) {
  State copy = state;
  const Answers* answers = answers_of(copy);
  return answers != nullptr && !nothing_answered(*answers);
}

std::vector<std::string> kept_out(const State& state) {
  State copy = state;
  const Answers* answers = answers_of(copy);
  return answers == nullptr ? std::vector<std::string>{} : answers->kept_out;
}

std::vector<Part>* draft_parts(State& state) {
  Answers* answers = answers_of(state);
  return answers == nullptr ? nullptr : &answers->matter;
}

bool take_back(State& state, const std::string& key) {
  Answers* answers = answers_of(state);
  if (answers == nullptr || key.empty()) return false;
  bool found = std::erase_if(answers->matter, [&](const Part& p) { return p.key == key; }) > 0;
  for (const Field& f : form()) {
    if (!f.typed || (answers->*f.typed).key != key) continue;
    answers->*f.typed = {};
    found = true;
  }
  return found;
}

}  // namespace careline::counselling
