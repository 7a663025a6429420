// Flattens messages to what a person can read and press, and keeps the chats.
#include "tests/line_simulator/phone.h"

#include "tests/line_simulator/ids.h"

namespace careline::simulator {
namespace {

void add_text(std::vector<std::string>& texts, const Json& holder, const char* key) {
  if (holder.contains(key) && holder[key].is_string()) texts.push_back(holder[key]);
}

void flex_texts(const Json& node, std::vector<std::string>& texts) {
  if (!node.is_object()) return;
  const auto type = node.value("type", std::string());
  if (type == "carousel" || type == "box") {
    for (const auto& child : node.value("contents", Json::array())) flex_texts(child, texts);
  } else if (type == "bubble") {
    for (const char* block : {"header", "hero", "body", "footer"})
      if (node.contains(block)) flex_texts(node[block], texts);
  } else if (type == "text") {
    std::string line;
    for (const auto& span : node.value("contents", Json::array())) line += span.value("text", "");
    if (line.empty()) line = node.value("text", "");
    texts.push_back(line);
  }
}

void template_texts(const Json& object, std::vector<std::string>& texts) {
  add_text(texts, object, "title");
  add_text(texts, object, "text");
  for (const auto& column : object.value("columns", Json::array())) template_texts(column, texts);
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const auto& text : texts) out += (out.empty() ? "" : "\n") + text;
  return out;
}

void add_button(Json& buttons, const Json& holder, const std::string& fallback) {
  if (!holder.contains("action") || !holder["action"].is_object()) return;
  const auto& action = holder["action"];
  buttons.push_back({{"label", action.value("label", fallback)}, {"action", action}});
}

void flex_buttons(const Json& node, Json& buttons) {
  if (!node.is_object()) return;
  std::vector<std::string> inner;
  flex_texts(node, inner);
  add_button(buttons, node, joined(inner));
  for (const char* block : {"header", "hero", "body", "footer"})
    if (node.contains(block)) flex_buttons(node[block], buttons);
  if (node.value("type", "") == "text") return;
  for (const auto& child : node.value("contents", Json::array())) flex_buttons(child, buttons);
}

void template_buttons(const Json& object, Json& buttons) {
  for (const auto& action : object.value("actions", Json::array()))
    add_button(buttons, {{"action", action}}, "");
  add_button(buttons, object, "");
  if (object.contains("defaultAction")) add_button(buttons, {{"action", object["defaultAction"]}}, "");
  for (const auto& column : object.value("columns", Json::array())) template_buttons(column, buttons);
}

bool has_quote_token(const std::string& type) {
  return type == "text" || type == "textV2" || type == "sticker" || type == "image" || type == "video" ||
         type == "template" || type == "flex";
}

Json items_to_buttons(const Json& items) {
  Json buttons = Json::array();
  for (const auto& item : items) add_button(buttons, item, "");
  return buttons;
}

Json bubble_json(const World& world, const Bubble& bubble, const std::string& reader) {
  const bool own = bubble.from == reader;
  const auto writer = world.employees.find(bubble.from);
  Json out = {{"seq", bubble.seq},
              {"id", bubble.id},
              {"from", own ? "me" : bubble.from},
              {"time", bubble.time_ms},
              {"type", bubble.message.value("type", "")},
              {"unsent", bubble.unsent},
              {"edited", bubble.edited}};
  if (writer != world.employees.end()) out["name"] = writer->second.display_name;
  out["via"] = bubble.via.empty() ? Json() : Json(bubble.via);
  if (bubble.unsent) return out;
  const auto texts = texts_of(bubble.message);
  out["texts"] = texts;
  out["text"] = joined(texts);
  out["buttons"] = buttons_of(bubble.message);
  out["message"] = bubble.message;
  return out;
}

}  // namespace

std::vector<std::string> texts_of(const Json& message) {
  std::vector<std::string> texts;
  const auto type = message.value("type", std::string());
  if (type == "flex")
    flex_texts(message.value("contents", Json()), texts);
  else if (type == "template")
    template_texts(message.value("template", Json::object()), texts);
  else if (type == "imagemap")
    add_text(texts, message, "altText");
  else
    for (const char* key : {"title", "text", "address", "fileName"}) add_text(texts, message, key);
  return texts;
}

Json buttons_of(const Json& message) {
  Json buttons = Json::array();
  const auto type = message.value("type", std::string());
  if (type == "flex") flex_buttons(message.value("contents", Json()), buttons);
  if (type == "template") template_buttons(message.value("template", Json::object()), buttons);
  if (type == "imagemap")
    for (const auto& action : message.value("actions", Json::array()))
      add_button(buttons, {{"action", action}}, action.value("text", action.value("linkUri", "")));
  return buttons;
}

std::string preview_of(const Json& message) {
  if (message.contains("altText")) return message["altText"];
  const auto texts = texts_of(message);
  if (!texts.empty()) return texts.front();
  const auto type = message.value("type", std::string());
  if (type == "sticker") return "傳送了貼圖";
  if (type == "image") return "傳送了照片";
  if (type == "video") return "傳送了影片";
  if (type == "audio") return "傳送了語音訊息";
  return "傳送了訊息";
}

Json show_messages(World& world, const std::string& chat_id, const Json& messages, const std::string& via,
                   bool silent) {
  auto& chat = world.chats[chat_id];
  Json sent = Json::array();
  for (const auto& message : messages) {
    Bubble bubble{
        world.take_number(), new_message_id(), "bot", via, world.now_ms(), message, silent, false, false};
    Json entry = {{"id", bubble.id}};
    if (has_quote_token(message.value("type", ""))) {
      entry["quoteToken"] = random_hex(40);
      world.quote_tokens[entry["quoteToken"]] = chat_id;
    }
    sent.push_back(entry);
    chat.bubbles.push_back(std::move(bubble));
  }
  chat.quick_replies = messages.back().value("quickReply", Json::object()).value("items", Json::array());
  const auto employee = world.employees.find(chat_id);
  if (employee != world.employees.end()) {
    employee->second.loading_until_ms = 0;
    if (via != "reply" && !silent) employee->second.notification = preview_of(messages.front());
  }
  world.announce();
  return sent;
}

Bubble& show_own(World& world, const std::string& chat_id, const std::string& employee, Json message) {
  auto& chat = world.chats[chat_id];
  chat.quick_replies = Json::array();
  const std::string id = message.value("id", new_message_id());
  chat.bubbles.push_back(
      {world.take_number(), id, employee, "", world.now_ms(), std::move(message), false, false, false});
  world.announce();
  return chat.bubbles.back();
}

std::string rich_menu_of(const World& world, const Employee& employee) {
  const auto& id = employee.rich_menu.empty() ? world.default_rich_menu : employee.rich_menu;
  return world.rich_menus.count(id) ? id : "";
}

Json quick_replies_of(const World& world, const std::string& chat, View view) {
  const auto found = world.chats.find(chat);
  if (view == View::kComputer || found == world.chats.end()) return Json::array();
  return items_to_buttons(found->second.quick_replies);
}

Json rich_menu_buttons(const World& world, const Employee& employee, View view) {
  Json buttons = Json::array();
  const auto id = rich_menu_of(world, employee);
  if (view == View::kComputer || id.empty()) return buttons;
  for (const auto& area : world.rich_menus.at(id).object.value("areas", Json::array())) {
    const auto& action = area["action"];
    buttons.push_back(
        {{"label", action.value("label", action.value("displayText", action.value("text", "")))},
         {"action", action},
         {"bounds", area["bounds"]}});
  }
  return buttons;
}

Json screen(const World& world, const Employee& employee, const std::string& chat_id, View view,
            std::int64_t after) {
  static const char* const kFriendships[] = {"stranger", "friend", "blocked"};
  Json bubbles = Json::array();
  const auto chat = world.chats.find(chat_id);
  if (chat != world.chats.end())
    for (const auto& bubble : chat->second.bubbles)
      if (bubble.seq > after) bubbles.push_back(bubble_json(world, bubble, employee.id));
  Json chats = Json::array({{{"id", employee.id}, {"kind", "user"}, {"name", ""}}});
  for (const auto& [id, group] : world.groups)
    for (const auto& member : group.members)
      if (member == employee.id)
        chats.push_back({{"id", id}, {"kind", id[0] == 'R' ? "room" : "group"}, {"name", group.name}});
  Json menu;
  const auto menu_id = chat_id == employee.id && view == View::kPhone ? rich_menu_of(world, employee) : "";
  if (!menu_id.empty()) {
    const auto& object = world.rich_menus.at(menu_id).object;
    menu = {{"richMenuId", menu_id},
            {"chatBarText", object["chatBarText"]},
            {"selected", object.value("selected", false)},
            {"size", object["size"]},
            {"buttons", rich_menu_buttons(world, employee, view)}};
  }
  return {{"employee",
           {{"id", employee.id},
            {"displayName", employee.display_name},
            {"friendship", kFriendships[static_cast<int>(employee.friendship)]}}},
          {"chat", chat_id},
          {"chats", chats},
          {"bubbles", bubbles},
          {"quickReplies", quick_replies_of(world, chat_id, view)},
          {"richMenu", menu},
          {"notification", employee.notification},
          {"loading", employee.loading_until_ms > world.now_ms()},
          {"now", world.now_ms()},
          {"version", world.version}};
}

}  // namespace careline::simulator
