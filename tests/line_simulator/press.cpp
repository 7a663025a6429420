// Pressing: finds a quick reply, a button of a message or of the rich menu, and does what its action says.
#include <algorithm>

#include "tests/line_simulator/people.h"

namespace careline::simulator {
namespace {

struct Target {
  Json action;
  bool quick_reply = false;
};

View view_of(const Deed& deed) {
  return deed.options.value("view", "") == "computer" ? View::kComputer : View::kPhone;
}

Json numbered(const Json& buttons, const Deed& deed, const char* key) {
  const auto number = deed.options.value(key, std::int64_t{0});
  if (number < 1 || number > static_cast<std::int64_t>(buttons.size()))
    throw Refusal(404, std::string(key) + ": there are only " + std::to_string(buttons.size()) + " now");
  return buttons[static_cast<std::size_t>(number - 1)]["action"];
}

/// Buttons of the message options.message, or of the newest message of the account that has any.
Json message_buttons(const Deed& deed) {
  const auto wanted = deed.options.value("message", "");
  const auto& bubbles = deed.world.chats[deed.chat].bubbles;
  for (auto each = bubbles.rbegin(); each != bubbles.rend(); ++each) {
    if (each->from != "bot" || (!wanted.empty() && each->id != wanted)) continue;
    auto buttons = buttons_of(each->message);
    if (!buttons.empty()) return buttons;
  }
  throw Refusal(404, "no message with buttons");
}

const Json* labelled(const Json& buttons, const std::string& label) {
  for (const auto& button : buttons)
    if (button["label"] == label) return &button["action"];
  return nullptr;
}

Target by_label(const Deed& deed, const std::string& label) {
  const auto view = view_of(deed);
  const bool anywhere = !deed.options.contains("message");
  const auto quick = quick_replies_of(deed.world, deed.chat, view);
  if (const Json* action = anywhere ? labelled(quick, label) : nullptr) return {*action, true};
  const auto& bubbles = deed.world.chats[deed.chat].bubbles;
  for (auto each = bubbles.rbegin(); each != bubbles.rend(); ++each) {
    if (each->from != "bot" || (!anywhere && each->id != deed.options["message"].get<std::string>()))
      continue;
    const auto buttons = buttons_of(each->message);
    if (const Json* action = labelled(buttons, label)) return {*action};
  }
  const auto menu = rich_menu_buttons(deed.world, deed.employee, view);
  if (const Json* action = anywhere ? labelled(menu, label) : nullptr) return {*action};
  throw Refusal(404, "nothing on the screen is labelled " + label);
}

Target find_target(const Deed& deed) {
  const auto& options = deed.options;
  const auto view = view_of(deed);
  if (options.contains("action")) return {options["action"]};
  if (options.contains("label")) return by_label(deed, options["label"]);
  if (options.contains("quickReply"))
    return {numbered(quick_replies_of(deed.world, deed.chat, view), deed, "quickReply"), true};
  if (options.contains("richMenu"))
    return {numbered(rich_menu_buttons(deed.world, deed.employee, view), deed, "richMenu")};
  if (options.contains("button")) return {numbered(message_buttons(deed), deed, "button")};
  throw Refusal(400, "label, quickReply, button, richMenu or action is needed");
}

void show_text(const Deed& deed, const Json& action, const char* key) {
  if (action.contains(key))
    show_own(deed.world, deed.chat, deed.employee.id, {{"type", "text"}, {"text", action[key]}});
}

Json pick(const Deed& deed, const Json& action) {
  const std::string mode = action.value("mode", "datetime");
  const auto value = deed.options.value("value", "");
  const std::size_t size = mode == "date" ? 10 : mode == "time" ? 5 : 16;
  if (value.size() != size) throw Refusal(400, "value is needed: a " + mode);
  if (action.contains("min") && value < action["min"].get<std::string>()) throw Refusal(409, "before min");
  if (action.contains("max") && value > action["max"].get<std::string>()) throw Refusal(409, "after max");
  return post_back(deed, action.value("data", ""), {{mode, value}});
}

Json switch_menu(const Deed& deed, const Json& action) {
  const auto alias = deed.world.rich_menu_aliases.find(action.value("richMenuAliasId", ""));
  if (alias == deed.world.rich_menu_aliases.end())
    return post_back(deed, action.value("data", ""), {{"status", "RICHMENU_ALIAS_ID_NOTFOUND"}});
  if (!deed.world.rich_menus.count(alias->second))
    return post_back(deed, action.value("data", ""), {{"status", "RICHMENU_NOTFOUND"}});
  deed.employee.rich_menu = alias->second;
  return post_back(deed, action.value("data", ""),
                   {{"newRichMenuAliasId", alias->first}, {"status", "SUCCESS"}});
}

Json carry_out(const Deed& deed, const Json& action) {
  const auto type = action.value("type", "");
  if (type == "message") return say(deed, "text", {{"text", action["text"]}});
  if (type == "postback") {
    show_text(deed, action, "displayText");
    // The deprecated text is a message of its own beside the postback.
    if (action.contains("text")) say(deed, "text", {{"text", action["text"]}});
    auto answer = post_back(deed, action.value("data", ""), Json());
    if (action.contains("fillInText")) answer["fillInText"] = action["fillInText"];
    return answer;
  }
  if (type == "datetimepicker") return pick(deed, action);
  if (type == "richmenuswitch") return switch_menu(deed, action);
  if (type == "camera" || type == "cameraRoll") return act(deed, "image");
  if (type == "location") return act(deed, "location");
  if (type == "clipboard") return {{"copied", action.value("clipboardText", "")}};
  return {{"opened", action.value("uri", action.value("linkUri", ""))}};
}

}  // namespace

Json press(const Deed& deed) {
  const auto target = find_target(deed);
  auto answer = carry_out(deed, target.action);
  // LINE takes the quick replies away after a tap, whatever kind it was.
  if (target.quick_reply) deed.world.chats[deed.chat].quick_replies = Json::array();
  deed.world.announce();
  answer["pressed"] = target.action;
  return answer;
}

}  // namespace careline::simulator
