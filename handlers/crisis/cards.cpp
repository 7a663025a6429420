// Puts the reviewed phrases, numbers and choices of a card together; the words are in
// config/phrases/crisis.json.
#include "handlers/crisis/cards.h"

#include <initializer_list>
#include <utility>

namespace careline::crisis {
namespace {

using Numbers = std::initializer_list<const char*>;

Bubble numbers_bubble(const std::string& key, Numbers numbers) {
  Bubble out{Phrase{key}};
  for (const char* number : numbers)
    out.calls.push_back({Phrase{std::string("crisis.call.") + number}, number});
  return out;
}

Choice choice(std::string_view id, const std::string& label) {
  return {std::string(id), Phrase{"crisis.choice." + label}};
}

// What happens next, truthfully: nobody is claimed to read who was not told.
Bubble next_bubble(const CardFacts& facts, const std::string& variant) {
  if (facts.somebody_on_duty_was_told) return {Phrase{"crisis.told." + variant}};
  if (facts.somebody_reads) return {Phrase{"crisis.online." + variant}};
  if (facts.next_time_text.empty()) return {Phrase{"crisis.nobody." + variant + ".unknown"}};
  return {Phrase{"crisis.nobody." + variant, {{"next_time", facts.next_time_text}}}};
}

// Who gets to see what of a message that was handed on.
void say_who_sees(Prompt& prompt, const CardFacts& facts) {
  if (facts.alerted)
    prompt.bubbles.push_back({Phrase{facts.named_case ? "crisis.seen.named" : "crisis.seen"}});
}

void offer_to_resume(Prompt& prompt, const CardFacts& facts) {
  if (facts.interrupted) prompt.choices.push_back(choice(kResume, "resume"));
}

Prompt safety_card(const std::string& name, Numbers numbers, const CardFacts& facts) {
  Prompt out{{numbers_bubble("crisis.card." + name, numbers), {Phrase{"crisis.ask." + name}}}};
  out.bubbles.push_back(next_bubble(facts, "any"));
  say_who_sees(out, facts);
  if (!facts.named_case) out.bubbles.push_back({Phrase{"crisis.unnamed"}});
  out.choices = {choice(kSafe, "safe"), choice(kDanger, "danger")};
  offer_to_resume(out, facts);
  return out;
}

// Somebody else may read this phone: no word about who is violent, and a way to silence us.
Prompt violence_card(const CardFacts& facts) {
  Prompt out{
      {numbers_bubble("crisis.card.violence", {"110", "113", "119"}), {Phrase{"crisis.ask.violence"}}}};
  out.bubbles.push_back(next_bubble(facts, "violence"));
  say_who_sees(out, facts);
  out.choices = {choice(kSafe, "safe"), choice(kDanger, "danger"), choice(kQuiet, "quiet")};
  offer_to_resume(out, facts);
  return out;
}

Prompt third_party_card(const CardFacts& facts) {
  Prompt out{{numbers_bubble("crisis.card.third_party", {"119", "110", "1925"}),
              {Phrase{"crisis.ask.third_party"}}}};
  out.bubbles.push_back(next_bubble(facts, "any"));
  say_who_sees(out, facts);
  out.choices = {choice(kSafe, "third_party.safe"), choice(kDanger, "third_party.danger")};
  offer_to_resume(out, facts);
  return out;
}

Prompt watch_card(const CardFacts& facts) {
  Prompt out{{numbers_bubble("crisis.card.watch", {"1925", "119"})}};
  out.bubbles.push_back(next_bubble(facts, "any"));
  out.bubbles.push_back({Phrase{"crisis.ask.watch"}});
  out.choices = {choice(kBook, "book"), choice(kTalk, "talk"), choice(kDanger, "danger")};
  offer_to_resume(out, facts);
  return out;
}

Prompt said(const std::string& key, Numbers numbers, std::vector<Choice> choices, const CardFacts& facts) {
  Prompt out{{numbers_bubble(key, numbers)}, std::move(choices)};
  offer_to_resume(out, facts);
  return out;
}

}  // namespace

Prompt card(const Finding& finding, const CardFacts& facts) {
  if (finding.severity == Severity::none) return help_card(facts);
  if (finding.kind == "violence") return violence_card(facts);
  if (finding.kind == "third_party") return third_party_card(facts);
  if (finding.severity == Severity::watch) return watch_card(facts);
  if (finding.kind == "harm_others") return safety_card("harm_others", {"110", "119", "1925"}, facts);
  if (finding.severity == Severity::immediate) return safety_card("immediate", {"119", "110", "1925"}, facts);
  return safety_card("high", {"1925", "1995", "119"}, facts);
}

Prompt help_card(const CardFacts& facts) {
  Prompt out{{numbers_bubble("crisis.card.help", {"119", "110", "1925", "1995", "113"})}};
  out.bubbles.push_back({Phrase{"crisis.ask.immediate"}});
  out.bubbles.push_back(next_bubble(facts, "any"));
  out.choices = {choice(kSafe, "safe"), choice(kDanger, "danger"), choice(kBook, "book")};
  offer_to_resume(out, facts);
  return out;
}

std::optional<Prompt> answer(std::string_view id, const CardFacts& facts) {
  if (id == kSafe) {
    Prompt out = said("crisis.answer.safe", {"1925", "1995", "119"}, {choice(kDanger, "danger")}, facts);
    if (facts.alert_open) out.bubbles.push_back({Phrase{"crisis.answer.kept"}});
    return out;
  }
  if (id == kDanger) {
    Prompt out = said("crisis.answer.danger", {"119", "110"}, {choice(kSafe, "safe")}, facts);
    out.bubbles.push_back(next_bubble(facts, "any"));
    say_who_sees(out, facts);
    return out;
  }
  if (id == kQuiet) return Prompt{{numbers_bubble("crisis.answer.quiet", {"110", "113"})}};
  if (id == kTalk)
    return said("crisis.answer.talk", {"1925", "119"}, {choice(kDanger, "danger"), choice(kBook, "book")},
                facts);
  return std::nullopt;
}

std::optional<Severity> severity_after(std::string_view id) {
  if (id == kSafe) return Severity::watch;
  if (id == kDanger) return Severity::immediate;
  return std::nullopt;
}

Finding said_in_danger() { return {Severity::immediate, "self_harm", {"choice.danger"}, "card"}; }

Prompt group_line() { return {{{Phrase{"crisis.group"}}}}; }

Prompt lifeline(const Finding& finding) {
  if (finding.kind == "violence")
    return {{numbers_bubble("crisis.lifeline.violence", {"110", "119", "113"})}};
  return {{numbers_bubble("crisis.lifeline", {"119", "110", "1925", "1995"})}};
}

}  // namespace careline::crisis
