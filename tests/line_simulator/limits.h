// LINE's limits of message objects, actions, templates, Flex and rich menus.
#pragma once
#include <string>

#include "tests/line_simulator/checks.h"

namespace careline::simulator {

/// Where an action stands decides its kinds and what its label must be.
enum class ActionPlace {
  kTemplate,
  kImageCarousel,
  kDefaultAction,
  kQuickReply,
  kFlexButton,
  kFlexOther,
  kRichMenu,
};

/// `body.messages`, as `endpoint` (reply, push, multicast, narrowcast, broadcast) takes it.
void check_messages(const Json& body, const std::string& endpoint, Problems& problems);
void check_action(const At& owner, const std::string& key, Need need, ActionPlace place);
void check_template(const At& message);
void check_flex(const At& message);
/// The body of "create rich menu".
void check_rich_menu(const Json& body, Problems& problems);

}  // namespace careline::simulator
