// What an employee's phone shows: bubbles, buttons, quick replies, rich menu.
#pragma once
#include <string>
#include <vector>

#include "tests/line_simulator/world.h"

namespace careline::simulator {

/// A mobile phone, or LINE on a computer, which shows neither quick replies nor a rich menu.
enum class View { kPhone, kComputer };

/// Every text of a message in reading order.
std::vector<std::string> texts_of(const Json& message);
/// Everything that can be pressed in a message: [{"label", "action"}], in reading order.
Json buttons_of(const Json& message);
/// The line that a notification shows.
std::string preview_of(const Json& message);

/// Puts the account's messages into a chat and gives LINE's sentMessages. Needs the lock.
Json show_messages(World& world, const std::string& chat, const Json& messages, const std::string& via,
                   bool silent);
/// Puts what a person did into a chat; any new message takes the quick replies away. Needs the lock.
Bubble& show_own(World& world, const std::string& chat, const std::string& employee, Json message);

/// The rich menu that this employee sees; empty when there is none. Needs the lock.
std::string rich_menu_of(const World& world, const Employee& employee);
/// The whole screen as JSON; only bubbles after `after`. Needs the lock.
Json screen(const World& world, const Employee& employee, const std::string& chat, View view,
            std::int64_t after);

/// Quick replies as a phone shows them now: [{"label", "action"}]. Needs the lock.
Json quick_replies_of(const World& world, const std::string& chat, View view);
/// Buttons of the rich menu: [{"label", "action", "bounds"}]. Needs the lock.
Json rich_menu_buttons(const World& world, const Employee& employee, View view);

}  // namespace careline::simulator
