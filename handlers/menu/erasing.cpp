// Erasing one's data: asked once more, then done, with what the law keeps said plainly.
#include <utility>

#include "handlers/menu/menu.h"

namespace careline::menu {
namespace {

Prompt confirm(Phrase text) {
  return {{{std::move(text)}},
          {{"yes", {"menu.choice.erase_yes"}},
           {"no", {"menu.choice.erase_no"}},
           {"back", {"menu.choice.back"}},
           {"cancel", {"menu.choice.cancel"}}}};
}

Phrase what_happens(const Facts& facts) {
  if (facts.open_case) return {"menu.erase_with_case", {{"number", *facts.open_case}}};
  return {"menu.erase"};
}

Step ask_again(const ConfirmingErasure& s) { return {s, {Say{confirm({"menu.erase_again"})}}}; }
Step keep() { return {std::nullopt, {Say{{{{{"menu.erase_kept"}}}, {{"cmd:menu", {"menu.choice.menu"}}}}}}}; }

Step on(const ConfirmingErasure& s, const Wrote&, const Facts&) { return ask_again(s); }
Step on(const ConfirmingErasure& s, const SentOther&, const Facts&) { return ask_again(s); }
Step on(const ConfirmingErasure&, const Back&, const Facts&) { return keep(); }
Step on(const ConfirmingErasure& s, const Chose& c, const Facts&) {
  if (c.id == "no") return keep();
  if (c.id != "yes") return ask_again(s);
  return {std::nullopt, {EraseMe{}, Say{{{{{"menu.erased"}}}, {{"cmd:menu", {"menu.choice.menu"}}}}}}};
}

}  // namespace

Step begin(const Facts& facts) { return resume(ConfirmingErasure{}, facts); }

Step step(const State& state, const Event& event, const Facts& facts) {
  return std::visit([&](const auto& s, const auto& e) { return on(s, e, facts); }, state, event);
}

Step resume(const State& state, const Facts& facts) { return {state, {Say{confirm(what_happens(facts))}}}; }

bool takes_body_text(const State&) { return false; }
bool is_draft(const State&) { return false; }
std::vector<Part>* draft_parts(State&) { return nullptr; }

}  // namespace careline::menu
