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

// The choice that was typed by its words, from the first of these offers that has it; or by its number.
std::optional<std::string> by_words(std::string_view text, std::initializer_list<Offer> offers);
std::optional<std::string> by_number(std::string_view text, const Offer& offer);

}  // namespace careline::flow
