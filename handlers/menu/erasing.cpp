// Erasing one's data: asked once more, then done, with what the law keeps said plainly.
#include <algorithm>
#include <utility>

#include "handlers/menu/menu.h"

namespace careline::menu {
namespace {

constexpr std::size_t kCasesNamed = 2;

Choice menu_choice() { return {"cmd:menu", {"menu.choice.menu"}}; }
Choice stop_choice() { return {"cmd:stop", {"menu.choice.stop"}}; }

Phrase kept(const KeptCase& one, const Facts& facts) {
  if (one.until_text.empty())
    return {"menu.erase_case_open", {{"number", one.number}, {"years", std::to_string(facts.kept_years)}}};
  return {"menu.erase_case_closed", {{"number", one.number}, {"until", one.until_text}}};
}

// What goes, and of what stays: which rule keeps it, and until when.
std::vector<Bubble> what_happens(const Facts& facts) {
  std::vector<Bubble> said = {{{"menu.erase", {{"questions", std::to_string(facts.stored.questions)}}}}};
  if (facts.stored.held > 0)
    said.push_back({{"menu.erase_held", {{"held", std::to_string(facts.stored.held)}}}});
  for (std::size_t i = 0; i < std::min(facts.kept_cases.size(), kCasesNamed); ++i)
    said.push_back({kept(facts.kept_cases[i], facts)});
  if (facts.kept_cases.size() > kCasesNamed)
    said.push_back({{"menu.erase_more_cases",
                     {{"count", std::to_string(facts.kept_cases.size() - kCasesNamed)},
                      {"years", std::to_string(facts.kept_years)}}}});
  return said;
}

// Who has a case is offered to stop, too: more than that the law does not allow.
Prompt confirm(std::vector<Bubble> said, const Facts& facts) {
  Prompt prompt{std::move(said), {{"yes", {"menu.choice.erase_yes"}}, {"no", {"menu.choice.erase_no"}}}};
  if (!facts.kept_cases.empty()) prompt.choices.push_back(stop_choice());
  prompt.choices.push_back({"back", {"menu.choice.back"}});
  prompt.choices.push_back({"cancel", {"menu.choice.cancel"}});
  return prompt;
}

Prompt erased(const Facts& facts) {
  if (facts.kept_cases.empty()) return {{{{"menu.erased"}}, {{"menu.erased_copies"}}}, {menu_choice()}};
  return {{{{"menu.erased_with_case"}}, {{"menu.erased_copies"}}}, {stop_choice(), menu_choice()}};
}

Step ask_again(const ConfirmingErasure& s, const Facts& facts) {
  return {s, {Say{confirm({{{"menu.erase_again"}}}, facts)}}};
}
Step keep() { return {std::nullopt, {Say{{{{{"menu.erase_kept"}}}, {{"cmd:menu", {"menu.choice.menu"}}}}}}}; }

Step on(const ConfirmingErasure& s, const Wrote&, const Facts& f) { return ask_again(s, f); }
Step on(const ConfirmingErasure& s, const SentOther&, const Facts& f) { return ask_again(s, f); }
Step on(const ConfirmingErasure&, const Back&, const Facts&) { return keep(); }
Step on(const ConfirmingErasure& s, const Chose& c, const Facts& facts) {
  if (c.id == "no") return keep();
  if (c.id != "yes") return ask_again(s, facts);
  return {std::nullopt, {EraseMe{}, Say{erased(facts)}}};
}

}  // namespace

Step begin(const Facts& facts) { return resume(ConfirmingErasure{}, facts); }

Step step(const State& state, const Event& event, const Facts& facts) {
  return std::visit([&](const auto& s, const auto& e) { return on(s, e, facts); }, state, event);
}

Step resume(const State& state, const Facts& facts) {
  return {state, {Say{confirm(what_happens(facts), facts)}}};
}

bool takes_body_text(const State&) { return false; }
bool is_draft(const State&) { return false; }
std::vector<Part>* draft_parts(State&) { return nullptr; }

}  // namespace careline::menu
