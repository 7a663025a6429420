// What the intake says, state by state, as keys of config/phrases/counselling.json.
#pragma once
#include "handlers/counselling/counselling.h"

namespace careline::counselling {

// The question of this moment with its choices.
Prompt prompt_of(const State& state, const Facts& facts);
// The same after a word about what just happened; at the notice without repeating it.
Prompt prompt_after(Phrase note, const State& state, const Facts& facts);
// A message of the matter was kept: how much there is, and how to go on.
Prompt kept(const WritingMatter& state);

// Keeping one more out would leave nobody to read: who else can be talked to.
Prompt nobody_would_read(const KeepingOut& state, const Facts& facts);
Prompt declined(const Facts& facts);
Prompt dropped();
Prompt opened(const Facts& facts);
Prompt passed_on(const CaseInfo& open_case);
Prompt closed(const CaseInfo& case_info);
Prompt no_case_any_more();
Prompt left();

}  // namespace careline::counselling
