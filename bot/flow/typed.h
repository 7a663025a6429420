// What a typed message means: a command, a choice of a prompt, or just text.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "bot/flow/conversation.h"

namespace careline::flow {

// Width, case, blanks and quotation marks do not matter when words are compared.
std::string plain(std::string_view text);

// The commands that are understood everywhere when a message consists of them alone; their ids are the same
// as those of the menu's buttons ("cmd:menu", …).
std::optional<std::string> command_in(std::string_view text);

enum class Numbers { count, are_text };
// The choice that was typed by its words or (unless numbers are text here) its number in the last prompt.
std::optional<std::string> choice_in(std::string_view text, const Offer& last, const Offer& home,
                                     Numbers numbers);

}  // namespace careline::flow
