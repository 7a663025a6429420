// Deeds of employees: messages, unsending, editing, following and blocking.
#include "tests/line_simulator/people.h"

#include <functional>
#include <map>

#include "tests/line_simulator/ids.h"
#include "tests/line_simulator/text_count.h"

namespace careline::simulator {
namespace {

constexpr const char* kSmallPicture =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

Json source_of(const std::string& chat, const std::string& employee) {
  if (chat[0] == 'U') return {{"type", "user"}, {"userId", chat}};
  const bool room = chat[0] == 'R';
  Json source = {{"type", room ? "room" : "group"}, {room ? "roomId" : "groupId", chat}};
  if (!employee.empty()) source["userId"] = employee;
  return source;
}

void refuse_if_silent(const Deed& deed) {
  const bool alone = deed.chat == deed.employee.id;
  if (alone && deed.employee.friendship == Friendship::kBlocked)
    throw Refusal(409, "this employee has blocked the account");
  if (!alone && !deed.world.groups.at(deed.chat).bot_inside)
    throw Refusal(409, "the account is not in this group: it hears nothing");
}

Json text(const Deed& deed) {
  std::string words = deed.options.value("text", "");
  if (words.empty()) throw Refusal(400, "text is needed");
  Json fields = Json::object();
  if (deed.options.value("mention", false)) {
    const std::string name = "@模擬官方帳號";
    words = name + " " + words;
    fields["mention"]["mentionees"] = {{{"index", 0},
                                        {"length", utf16_units(name)},
                                        {"type", "user"},
                                        {"userId", deed.world.bot_id},
                                        {"isSelf", true}}};
  }
  fields["text"] = words;
  for (const char* key : {"emojis", "quotedMessageId"})
    if (deed.options.contains(key)) fields[key] = deed.options[key];
  return say(deed, "text", fields);
}

Json sticker(const Deed& deed) {
  Json fields = {{"packageId", deed.options.value("packageId", "446")},
                 {"stickerId", deed.options.value("stickerId", "1988")},
                 {"stickerResourceType", deed.options.value("stickerResourceType", "STATIC")}};
  for (const char* key : {"keywords", "text"})
    if (deed.options.contains(key)) fields[key] = deed.options[key];
  return say(deed, "sticker", fields);
}

Json media(const Deed& deed, const std::string& type) {
  static const std::map<std::string, std::string> kTypes = {
      {"image", "image/png"}, {"video", "video/mp4"}, {"audio", "audio/mp4"}, {"file", "application/pdf"}};
  const auto bytes = from_base64(deed.options.value("base64", kSmallPicture));
  Json fields;
  if (type == "file")
    fields = {{"fileName", deed.options.value("fileName", "file.pdf")}, {"fileSize", bytes.size()}};
  else
    fields["contentProvider"] = {{"type", "line"}};
  if (type == "audio" || type == "video") fields["duration"] = deed.options.value("duration", 3000);
  auto answer = say(deed, type, fields);
  deed.world.contents[answer["messageId"]] = {bytes, deed.options.value("contentType", kTypes.at(type)),
                                              false};
  return answer;
}

Json location(const Deed& deed) {
  Json fields = {{"latitude", deed.options.value("latitude", 24.99)},
                 {"longitude", deed.options.value("longitude", 121.3)}};
  for (const char* key : {"title", "address"})
    if (deed.options.contains(key)) fields[key] = deed.options[key];
  return say(deed, "location", fields);
}

/// The bubble that options.messageId names, or the newest of this employee.
Bubble& own_bubble(const Deed& deed) {
  const auto id = deed.options.value("messageId", "");
  auto& bubbles = deed.world.chats[deed.chat].bubbles;
  for (auto each = bubbles.rbegin(); each != bubbles.rend(); ++each)
    if (each->from == deed.employee.id && !each->unsent && (id.empty() || each->id == id)) return *each;
  throw Refusal(404, "no such message of this employee");
}

Json unsend(const Deed& deed) {
  refuse_if_silent(deed);
  auto& bubble = own_bubble(deed);
  bubble.unsent = true;
  const auto content = deed.world.contents.find(bubble.id);
  if (content != deed.world.contents.end()) content->second = {"", "", true};
  auto event = make_event(deed.world, "unsend", deed.chat, deed.employee.id, Repliable::kNo);
  event["unsend"] = {{"messageId", bubble.id}};
  return {{"messageId", bubble.id},
          {"event", send_event(deed.world, deed.webhooks, event, deed.chat, deed.options)}};
}

Json edit(const Deed& deed) {
  refuse_if_silent(deed);
  auto& bubble = own_bubble(deed);
  if (bubble.message.value("type", "") != "text") throw Refusal(409, "only a text can be edited");
  bubble.message["text"] = deed.options.value("text", "");
  bubble.edited = true;
  auto event = make_event(deed.world, "messageEdited", deed.chat, deed.employee.id, Repliable::kYes);
  event["message"] = {
      {"id", bubble.id}, {"type", "text"}, {"text", bubble.message["text"]}, {"quoteToken", random_hex(40)}};
  return {{"messageId", bubble.id},
          {"event", send_event(deed.world, deed.webhooks, event, deed.chat, deed.options)}};
}

Json follow(const Deed& deed, bool unblocked) {
  auto& friendship = deed.employee.friendship;
  if (unblocked != (friendship == Friendship::kBlocked))
    throw Refusal(409, unblocked ? "this employee has not blocked the account" : "use unblock");
  friendship = Friendship::kFriend;
  auto event = make_event(deed.world, "follow", deed.employee.id, deed.employee.id, Repliable::kYes);
  event["follow"] = {{"isUnblocked", unblocked}};
  return {{"event", send_event(deed.world, deed.webhooks, event, deed.employee.id, deed.options)}};
}

Json block(const Deed& deed) {
  if (deed.employee.friendship == Friendship::kBlocked) throw Refusal(409, "already blocked");
  deed.employee.friendship = Friendship::kBlocked;
  const auto event = make_event(deed.world, "unfollow", deed.employee.id, deed.employee.id, Repliable::kNo);
  return {{"event", send_event(deed.world, deed.webhooks, event, deed.employee.id, deed.options)}};
}

Json postback(const Deed& deed) {
  const auto shown = deed.options.value("displayText", "");
  if (!shown.empty()) show_own(deed.world, deed.chat, deed.employee.id, {{"type", "text"}, {"text", shown}});
  return post_back(deed, deed.options.value("data", ""), deed.options.value("params", Json()));
}

}  // namespace

Json make_event(World& world, const std::string& type, const std::string& chat, const std::string& employee,
                Repliable repliable) {
  Json event = {{"type", type},
                {"mode", "active"},
                {"timestamp", world.now_ms()},
                {"source", source_of(chat, employee)},
                {"webhookEventId", new_ulid(world.now_ms())},
                {"deliveryContext", {{"isRedelivery", false}}}};
  if (repliable == Repliable::kYes) event["replyToken"] = random_hex(32);
  return event;
}

Json send_event(World& world, Webhooks& webhooks, Json event, const std::string& chat, const Json& options) {
  if (options.contains("event")) event.merge_patch(options["event"]);
  if (event.value("mode", Json()) == "standby") event.erase("replyToken");
  const auto token = event.value("replyToken", "");
  if (!token.empty())
    world.reply_tokens[token] = {chat, event.value("timestamp", world.now_ms()), 0, false, ""};
  webhooks.emit(event);
  return event;
}

Json say(const Deed& deed, const std::string& type, Json fields) {
  refuse_if_silent(deed);
  const auto id = new_message_id();
  fields["id"] = id;
  fields["type"] = type;
  if (type == "text" || type == "sticker" || type == "image" || type == "video") {
    fields["quoteToken"] = random_hex(40);
    deed.world.quote_tokens[fields["quoteToken"]] = deed.chat;
  }
  fields["markAsReadToken"] = random_hex(40);
  deed.world.read_tokens.insert(fields["markAsReadToken"].get<std::string>());
  if (deed.chat == deed.employee.id) deed.employee.last_wrote_ms = deed.world.now_ms();
  const auto seq = show_own(deed.world, deed.chat, deed.employee.id, fields).seq;
  auto event = make_event(deed.world, "message", deed.chat, deed.employee.id, Repliable::kYes);
  event["message"] = fields;
  return {{"messageId", id},
          {"seq", seq},
          {"event", send_event(deed.world, deed.webhooks, event, deed.chat, deed.options)}};
}

Json post_back(const Deed& deed, const std::string& data, const Json& params) {
  refuse_if_silent(deed);
  auto event = make_event(deed.world, "postback", deed.chat, deed.employee.id, Repliable::kYes);
  event["postback"] = {{"data", data}};
  if (!params.is_null()) event["postback"]["params"] = params;
  return {{"event", send_event(deed.world, deed.webhooks, event, deed.chat, deed.options)}};
}

Json act(const Deed& deed, const std::string& verb) {
  using Verb = std::function<Json(const Deed&)>;
  static const std::map<std::string, Verb> verbs = {
      {"text", text},
      {"sticker", sticker},
      {"image", [](const Deed& each) { return media(each, "image"); }},
      {"video", [](const Deed& each) { return media(each, "video"); }},
      {"audio", [](const Deed& each) { return media(each, "audio"); }},
      {"file", [](const Deed& each) { return media(each, "file"); }},
      {"location", location},
      {"postback", postback},
      {"press", press},
      {"unsend", unsend},
      {"edit", edit},
      {"follow", [](const Deed& each) { return follow(each, false); }},
      {"unblock", [](const Deed& each) { return follow(each, true); }},
      {"block", block},
  };
  const auto found = verbs.find(verb);
  if (found == verbs.end()) throw Refusal(404, "unknown deed: " + verb);
  return found->second(deed);
}

}  // namespace careline::simulator
