// What an anonymous question says and offers at each of its moments, as keys of
// config/phrases/questions.json.
#pragma once
#include "handlers/questions/questions.h"

namespace careline::questions {

Prompt prompt_of(const AskingSubject& state);
Prompt prompt_of(const WritingBody& state);
Prompt prompt_of(const ChoosingReturn& state);
Prompt prompt_of(const Reviewing& state);
Prompt prompt_of(const ChoosingChange& state);
Prompt prompt_of(const ConfirmingRewrite& state);
Prompt prompt_of(const FollowingUp& state);
Prompt prompt_of(const Closing& state);
Prompt prompt_of(const Erasing& state);

// The notice with the first question under it, in one bubble.
Prompt notice_prompt();
// Sent: due time, the receipt alone in its bubble, and how to come back to it.
Prompt receipt_prompt(const Draft& draft, const Facts& facts);
// After a message of the body: what there is by now.
Prompt taken_prompt(const WritingBody& state);
Prompt taken_prompt(const FollowingUp& state);
// A bubble in front of a state's own prompt.
Prompt after(Phrase first, Prompt prompt);
// Words alone, with nothing to choose.
Prompt words(std::string key);
// How much there is and how much was written: count, units, limit, left.
Values figures_of(const std::vector<Part>& parts);

}  // namespace careline::questions
