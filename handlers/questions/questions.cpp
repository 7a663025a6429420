// The anonymous question: where each moment goes on each event.
#include "handlers/questions/questions.h"

#include <utility>

#include "handlers/questions/body.h"
#include "handlers/questions/prompts.h"

namespace careline::questions {
namespace {

Step stay(State state, Prompt prompt) { return {std::move(state), {Say{std::move(prompt)}}}; }
Step rest(Effects effects) { return {std::nullopt, std::move(effects)}; }

template <class S>
Step ask(S state) {
  Prompt prompt = prompt_of(state);
  return stay(std::move(state), std::move(prompt));
}
// The same prompt again under a line that says why.
template <class S>
Step ask_again(S state, Phrase why) {
  Prompt prompt = after(std::move(why), prompt_of(state));
  return stay(std::move(state), std::move(prompt));
}
template <class S>
Step not_offered(S state) {
  return ask_again(std::move(state), {"questions.not_offered"});
}
// Free text where a choice was asked for: it goes nowhere, and that is said.
template <class S>
Step not_added(S state) {
  return ask_again(std::move(state), {"questions.not_added"});
}

bool is_usable_subject(const std::string& text) {
  return !is_blank(text) && units_of(text) <= kMaxSubjectUnits;
}
bool is_too_long(const std::vector<Part>& parts) { return units_of(parts) > kMaxBodyUnits; }
bool has_body(const std::vector<Part>& parts) { return !is_blank(joined(parts)); }

// The first thing that is still missing, or the review. Taking back or editing a message can open a gap
// behind the person's back, so the whole draft is looked at on every way to the review and before it is sent.
Step onwards(Draft draft) {
  if (!is_usable_subject(draft.subject.text)) return ask(AskingSubject{std::move(draft)});
  if (!has_body(draft.parts)) return ask(WritingBody{std::move(draft)});
  if (is_too_long(draft.parts)) {
    Values figures = figures_of(draft.parts);
    return ask_again(WritingBody{std::move(draft)}, {"questions.too_long", std::move(figures)});
  }
  if (!draft.answer) return ask(ChoosingReturn{std::move(draft)});
  return ask(Reviewing{std::move(draft)});
}
bool is_complete(const Draft& draft) {
  return is_usable_subject(draft.subject.text) && has_body(draft.parts) && !is_too_long(draft.parts) &&
         draft.answer.has_value();
}

Step send(const Draft& draft, const Facts& facts) {
  return rest({OpenQuestion{facts.fresh_receipt, draft.subject, draft.parts, draft.answer == Return::kNotify},
               Say{receipt_prompt(draft, facts)}});
}

std::vector<Part>& parts_of(WritingBody& s) { return s.draft.parts; }
std::vector<Part>& parts_of(FollowingUp& s) { return s.parts; }

// One more message of a body. What does not fit is not taken at all, so that nothing is cut.
template <class S>
Step take(S state, const Part& part) {
  std::vector<Part>& parts = parts_of(state);
  if (is_blank(part.text)) return ask_again(std::move(state), {"questions.blank"});
  if (const int units = units_of(part.text); units_of(parts) + units > kMaxBodyUnits) {
    Values figures = figures_of(parts);
    figures["message"] = std::to_string(units);
    return ask_again(std::move(state), {"questions.refused", std::move(figures)});
  }
  parts.push_back(part);
  Prompt prompt = taken_prompt(state);
  return stay(std::move(state), std::move(prompt));
}

// The subject --------------------------------------------------------------------------------------------
Step on(AskingSubject s, const Wrote& e, const Facts&) {
  Part subject = e.part;
  subject.text = one_line(subject.text);
  if (subject.text.empty()) return ask_again(std::move(s), {"questions.subject_blank"});
  if (const int units = units_of(subject.text); units > kMaxSubjectUnits)
    return ask_again(std::move(s),
                     {"questions.subject_long",
                      {{"units", std::to_string(units)}, {"limit", std::to_string(kMaxSubjectUnits)}}});
  s.draft.subject = std::move(subject);
  if (s.draft.answer) return onwards(std::move(s.draft));
  return ask(WritingBody{std::move(s.draft)});
}
Step on(AskingSubject s, const Chose& e, const Facts&) {
  if (e.id != "keep" || !is_usable_subject(s.draft.subject.text)) return not_offered(std::move(s));
  if (s.draft.answer) return onwards(std::move(s.draft));
  return ask(WritingBody{std::move(s.draft)});
}
Step on(AskingSubject s, const Back&, const Facts&) {
  if (is_complete(s.draft)) return onwards(std::move(s.draft));
  return ask_again(std::move(s), {"questions.first_step"});
}

// The body -----------------------------------------------------------------------------------------------
Step on(WritingBody s, const Wrote& e, const Facts&) { return take(std::move(s), e.part); }
Step on(WritingBody s, const Chose& e, const Facts&) {
  if (e.id != "done") return not_offered(std::move(s));
  if (!has_body(s.draft.parts)) return ask_again(std::move(s), {"questions.write_first"});
  return onwards(std::move(s.draft));
}
Step on(WritingBody s, const Back&, const Facts&) {
  if (is_complete(s.draft)) return onwards(std::move(s.draft));
  return ask(AskingSubject{std::move(s.draft)});
}

// Whether to be told -------------------------------------------------------------------------------------
Step on(ChoosingReturn s, const Wrote&, const Facts&) { return not_added(std::move(s)); }
Step on(ChoosingReturn s, const Chose& e, const Facts&) {
  if (e.id != "notify" && e.id != "receipt_only") return not_offered(std::move(s));
  s.draft.answer = e.id == "notify" ? Return::kNotify : Return::kReceiptOnly;
  return onwards(std::move(s.draft));
}
Step on(ChoosingReturn s, const Back&, const Facts&) {
  if (is_complete(s.draft)) return onwards(std::move(s.draft));
  return ask(WritingBody{std::move(s.draft)});
}

// The review ---------------------------------------------------------------------------------------------
Step on(Reviewing s, const Wrote&, const Facts&) { return not_added(std::move(s)); }
Step on(Reviewing s, const Chose& e, const Facts& facts) {
  if (e.id == "send") return is_complete(s.draft) ? send(s.draft, facts) : onwards(std::move(s.draft));
  if (e.id == "change") return ask(ChoosingChange{std::move(s.draft)});
  if (e.id == "discard") return rest({Say{words("questions.discarded")}});
  return not_offered(std::move(s));
}
Step on(Reviewing s, const Back&, const Facts&) {
  s.draft.answer.reset();
  return onwards(std::move(s.draft));
}

// What to change -----------------------------------------------------------------------------------------
Step on(ChoosingChange s, const Wrote&, const Facts&) { return not_added(std::move(s)); }
Step on(ChoosingChange s, const Chose& e, const Facts&) {
  if (e.id == "change_subject") return ask(AskingSubject{std::move(s.draft)});
  if (e.id == "add") return ask(WritingBody{std::move(s.draft)});
  if (e.id == "rewrite") return ask(ConfirmingRewrite{std::move(s.draft)});
  if (e.id == "change_return") return ask(ChoosingReturn{std::move(s.draft)});
  return not_offered(std::move(s));
}
Step on(ChoosingChange s, const Back&, const Facts&) { return onwards(std::move(s.draft)); }

Step on(ConfirmingRewrite s, const Wrote&, const Facts&) { return not_added(std::move(s)); }
Step on(ConfirmingRewrite s, const Chose& e, const Facts&) {
  if (e.id == "leave") return onwards(std::move(s.draft));
  if (e.id != "clear") return not_offered(std::move(s));
  s.draft.parts.clear();
  return ask(WritingBody{std::move(s.draft)});
}
Step on(ConfirmingRewrite s, const Back&, const Facts&) { return ask(ChoosingChange{std::move(s.draft)}); }

// Writing to an open thread ------------------------------------------------------------------------------
Step on(FollowingUp s, const Wrote& e, const Facts&) { return take(std::move(s), e.part); }
Step on(FollowingUp s, const Chose& e, const Facts&) {
  if (e.id == "discard") return rest({Say{words("questions.follow_up_discarded")}});
  if (e.id != "send" && e.id != "done") return not_offered(std::move(s));
  if (!has_body(s.parts)) return ask_again(std::move(s), {"questions.write_first"});
  if (is_too_long(s.parts)) {
    Values figures = figures_of(s.parts);
    return ask_again(std::move(s), {"questions.too_long", std::move(figures)});
  }
  if (e.id == "done") return ask(std::move(s));
  return rest({AddToThread{s.thread, s.parts}, Say{words("questions.follow_up_sent")}});
}
Step on(FollowingUp s, const Back&, const Facts&) {
  return ask_again(std::move(s), {"questions.first_step_thread"});
}

// Closing it ---------------------------------------------------------------------------------------------
Step on(Closing s, const Wrote&, const Facts&) {
  return ask_again(std::move(s), {"questions.not_added_closing"});
}
Step on(Closing s, const Chose& e, const Facts&) {
  if (e.id == "close") return rest({CloseThread{s.thread}, Say{words("questions.closed")}});
  if (e.id == "keep_open") return rest({Say{words("questions.kept_open")}});
  return not_offered(std::move(s));
}
Step on(Closing, const Back&, const Facts&) { return rest({Say{words("questions.kept_open")}}); }

// Erasing it ---------------------------------------------------------------------------------------------
Step on(Erasing s, const Wrote&, const Facts&) {
  return ask_again(std::move(s), {"questions.not_added_erasing"});
}
Step on(Erasing s, const Chose& e, const Facts& facts) {
  if (e.id == "leave") return rest({Say{words("questions.not_erased")}});
  if (e.id != "erase") return not_offered(std::move(s));
  if (facts.held) return rest({Say{words("questions.held")}});
  return rest({EraseThread{s.thread}, Say{words("questions.erased")}});
}
Step on(Erasing, const Back&, const Facts&) { return rest({Say{words("questions.not_erased")}}); }

// Pictures, stickers and the like are the same everywhere: they are not taken, whatever the moment.
template <class S>
Step on(S s, const SentOther&, const Facts&) {
  return ask_again(std::move(s), {"questions.only_text"});
}

// The draft of a state, or nullptr.
Draft* draft_of(State& state) {
  return std::visit(
      [](auto& s) -> Draft* {
        if constexpr (requires { s.draft; })
          return &s.draft;
        else
          return nullptr;
      },
      state);
}

}  // namespace

Step begin(const Facts&) { return {AskingSubject{}, {NoteNotice{"question"}, Say{notice_prompt()}}}; }

Step follow_up(const std::string& thread, const std::string& label, const Facts&) {
  return ask(FollowingUp{thread, label, {}});
}

Step close_question(const std::string& thread, const std::string& label, const Facts&) {
  return ask(Closing{thread, label});
}

Step erase_question(const std::string& thread, const std::string& label, const Facts& facts) {
  if (facts.held) return rest({Say{words("questions.held")}});
  return ask(Erasing{thread, label});
}

Step step(const State& state, const Event& event, const Facts& facts) {
  return std::visit([&](const auto& s, const auto& e) { return on(s, e, facts); }, state, event);
}

Step resume(const State& state, const Facts&) {
  return std::visit([](const auto& s) { return ask(s); }, state);
}

std::vector<Choice> also_accepted(const State& state) {
  if (std::holds_alternative<FollowingUp>(state)) return {{"done", {"questions.choice.done"}}};
  return {};
}

bool takes_body_text(const State& state) {
  return std::holds_alternative<WritingBody>(state) || std::holds_alternative<FollowingUp>(state);
}

std::vector<Part>* draft_parts(State& state) {
  if (Draft* draft = draft_of(state)) return &draft->parts;
  if (auto* following = std::get_if<FollowingUp>(&state)) return &following->parts;
  return nullptr;
}

void withdraw_from(State& state, const std::string& key) {
  if (auto* parts = draft_parts(state)) withdraw(*parts, key);
  if (Draft* draft = draft_of(state); draft != nullptr && draft->subject.key == key) draft->subject = {};
}

void amend_in(State& state, const Part& edited) {
  if (auto* parts = draft_parts(state)) amend(*parts, edited);
  Draft* draft = draft_of(state);
  if (draft == nullptr || draft->subject.key != edited.key || draft->subject.at_ms >= edited.at_ms) return;
  draft->subject = edited;
  draft->subject.text = one_line(edited.text);
}

bool is_draft(const State& state) {
  State copy = state;
  const Draft* draft = draft_of(copy);
  const auto* parts = draft_parts(copy);
  return (draft != nullptr && !draft->subject.text.empty()) || (parts != nullptr && !parts->empty());
}

}  // namespace careline::questions
