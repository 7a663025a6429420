// LINE's webhook events in the conversation's own terms. Lenient: LINE adds types and fields without notice.
#include "bot/line/incoming.h"

#include <nlohmann/json.hpp>

namespace careline::line {
namespace {
using nlohmann::json;
using What = flow::Incoming::What;
constexpr int kDeepest = 64;

const json& field(const json& object, const char* name) {
  static const json kNothing;
  if (!object.is_object()) return kNothing;
  const auto it = object.find(name);
  return it == object.end() ? kNothing : *it;
}
std::string text(const json& object, const char* name) {
  const json& value = field(object, name);
  return value.is_string() ? value.get<std::string>() : "";
}
std::int64_t number(const json& object, const char* name) {
  const json& value = field(object, name);
  if (value.is_number_float()) return 0;
  return value.is_number() ? value.get<std::int64_t>() : 0;
}
bool truth(const json& object, const char* name) {
  const json& value = field(object, name);
  return value.is_boolean() && value.get<bool>();
}

// Brackets outside strings. The parser recurses on values that it destroys, so depth is checked before it.
bool too_deep(std::string_view body) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < body.size(); ++i) {
    const char c = body[i];
    if (in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kDeepest) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

std::string sources(const json& source) {
  return text(source, "userId") + "|" + text(source, "groupId") + "|" + text(source, "roomId");
}

// Without an id of its own an event is known by what it says.
std::string unique_name(const json& event) {
  if (const std::string id = text(event, "webhookEventId"); !id.empty()) return "id:" + id;
  const json& message = field(event, "message");
  return "as:" + text(event, "type") + "|" + std::to_string(number(event, "timestamp")) + "|" +
         sources(field(event, "source")) + "|" + text(message, "id") +
         text(field(event, "unsend"), "messageId") + "|" + text(field(event, "postback"), "data");
}

bool mentions_us(const json& message) {
  const json& mentionees = field(field(message, "mention"), "mentionees");
  if (!mentionees.is_array()) return false;
  return std::any_of(mentionees.begin(), mentionees.end(), [](const json& m) { return truth(m, "isSelf"); });
}

// Talk of a group that is not addressed to the bot is dropped before anything is stored.
bool overheard(const json& event) {
  const json& source = field(event, "source");
  const std::string kind = text(source, "type");
  if (kind != "group" && kind != "room") return false;
  const std::string type = text(event, "type");
  return (type == "message" || type == "messageEdited" || type == "unsend") &&
         !mentions_us(field(event, "message"));
}

void read_message(const json& event, flow::Incoming& in) {
  const json& message = field(event, "message");
  in.message_id = text(message, "id");
  in.kind = text(message, "type");
  in.addressed = mentions_us(message);
  if (in.kind == "text") in.text = text(message, "text");
  in.what = in.kind == "text" ? What::text : What::other_message;
}

void read_postback(const json& event, flow::Incoming& in) {
  const json& postback = field(event, "postback");
  in.what = What::postback;
  in.addressed = true;
  in.data = text(postback, "data");
  const json& params = field(postback, "params");
  for (const char* name : {"datetime", "date", "time"})
    if (in.picked.empty()) in.picked = text(params, name);
}

}  // namespace

std::optional<std::vector<store::Arrival>> split(std::string_view body, const store::Keyring& keys) {
  if (too_deep(body)) return std::nullopt;
  const json parsed = json::parse(body, nullptr, false);
  if (parsed.is_discarded() || !parsed.is_object()) return std::nullopt;
  std::vector<store::Arrival> arrivals;
  const json& events = field(parsed, "events");
  if (!events.is_array()) return arrivals;
  for (const json& event : events) {
    if (!event.is_object() || overheard(event)) continue;
    arrivals.push_back({keys.hash<LineKey>(store::Purpose::seen, unique_name(event)), event.dump()});
  }
  return arrivals;
}

flow::Incoming read_event(std::string_view event_json) {
  flow::Incoming in;
  const json event = json::parse(event_json, nullptr, false);
  const std::string type = text(event, "type");
  const json& source = field(event, "source");
  in.user = text(source, "userId");
  in.group = text(source, "groupId").empty() ? text(source, "roomId") : text(source, "groupId");
  in.in_group = !in.group.empty();
  in.standby = text(event, "mode") == "standby";
  in.timestamp = number(event, "timestamp");
  in.reply_token = text(event, "replyToken");
  if (type == "message") read_message(event, in);
  if (type == "postback") read_postback(event, in);
  if (type == "messageEdited") {
    read_message(event, in);
    in.what = in.kind == "text" ? What::edited : What::ignored;
  }
  if (type == "unsend") {
    in.what = What::unsent;
    in.message_id = text(field(event, "unsend"), "messageId");
  }
  if (type == "follow") {
    in.what = What::followed;
    in.unblocked = truth(field(event, "follow"), "isUnblocked");
  }
  if (type == "unfollow") in.what = What::unfollowed;
  if (type == "join") in.what = What::joined_group;
  return in;
}

}  // namespace careline::line
