// Checks messages, their quick replies, senders and substitutions.
#include "tests/line_simulator/limits.h"

#include <algorithm>
#include <functional>
#include <map>

#include "tests/line_simulator/ids.h"
#include "tests/line_simulator/text_count.h"

namespace careline::simulator {
namespace {

bool one_to_one_or_group(const std::string& endpoint) { return endpoint == "reply" || endpoint == "push"; }

void check_quote_token(const At& message, const std::string& endpoint) {
  if (!string_at(message, "quoteToken", Need::kOptional)) return;
  if (!one_to_one_or_group(endpoint)) message.wrong("quoteToken", "Only reply and push may quote");
}

void check_emojis(const At& message) {
  const Json* emojis = array_at(message, "emojis", Need::kOptional, 0, 20);
  const std::string* text = string_at(message, "text", Need::kOptional);
  if (!emojis || !text) return;
  for (std::size_t i = 0; i < emojis->size(); ++i) {
    const At emoji = message.item((*emojis)[i], "emojis", i);
    check_text(emoji, "productId", Need::kRequired, Count::kUtf16, 100);
    check_text(emoji, "emojiId", Need::kRequired, Count::kUtf16, 100);
    const Json* index = value_at(emoji, "index", Need::kRequired);
    if (!index) continue;
    const bool points =
        index->is_number_unsigned() && utf16_unit_at(*text, index->get<std::size_t>()) == u'$';
    if (!points) emoji.wrong("index", "Must point at a $ of the text");
  }
}

bool is_substitution_key(const std::string& key) {
  return !key.empty() && key.size() <= 20 && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  });
}

/// Kinds used by a substitution: 'm' mention, 'e' emoji, 0 for something else.
char check_substitution(const At& at, const std::string& endpoint) {
  const std::string* type = string_at(at, "type", Need::kRequired);
  if (!type) return 0;
  if (*type == "emoji") {
    check_text(at, "productId", Need::kRequired, Count::kUtf16, 100);
    check_text(at, "emojiId", Need::kRequired, Count::kUtf16, 100);
    return 'e';
  }
  if (*type != "mention") {
    at.wrong("type", "Must be one of the following values: [mention, emoji]");
    return 0;
  }
  if (!one_to_one_or_group(endpoint)) at.wrong("type", "Only reply and push may mention");
  const Json* mentionee = object_at(at, "mentionee", Need::kRequired);
  if (!mentionee) return 'm';
  const At inner = at.with(*mentionee, "mentionee");
  check_one_of(inner, "type", Need::kRequired, {"user", "all"});
  if (mentionee->value("type", Json()) == "user" && !is_line_id(mentionee->value("userId", ""), 'U'))
    inner.wrong("userId", "invalid property");
  return 'm';
}

/// Names used in a textV2 as {name}; notes unbalanced braces.
std::vector<std::string> placeholders(const At& message, const std::string& text) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool doubled = i + 1 < text.size() && text[i + 1] == text[i];
    if ((text[i] == '{' || text[i] == '}') && doubled) {
      ++i;
    } else if (text[i] == '{') {
      const auto end = text.find('}', i);
      if (end == std::string::npos) {
        message.wrong("text", "Unbalanced braces");
        break;
      }
      names.push_back(text.substr(i + 1, end - i - 1));
      i = end;
    } else if (text[i] == '}') {
      message.wrong("text", "Unbalanced braces");
    }
  }
  return names;
}

void check_text_v2(const At& message, const std::string& endpoint) {
  check_text(message, "text", Need::kRequired, Count::kUtf16, 5000);
  check_quote_token(message, endpoint);
  const std::string* text = string_at(message, "text", Need::kOptional);
  const Json* substitution = object_at(message, "substitution", Need::kOptional);
  std::map<std::string, char> kinds;
  if (substitution) {
    if (substitution->size() > 100) message.wrong("substitution", "Size must be between 0 and 100");
    for (const auto& [key, value] : substitution->items()) {
      if (!is_substitution_key(key)) message.wrong("substitution." + key, "invalid property");
      kinds[key] = check_substitution(message.with(value, "substitution." + key), endpoint);
    }
  }
  if (!text) return;
  int mentions = 0, emojis = 0;
  for (const auto& name : placeholders(message, *text)) {
    const auto kind = kinds.find(name);
    if (kind == kinds.end())
      message.wrong("text", "No substitution for {" + name + "}");
    else if (kind->second == 'm')
      ++mentions;
    else if (kind->second == 'e')
      ++emojis;
  }
  if (mentions > 20) message.wrong("substitution", "At most 20 mentions");
  if (emojis > 20) message.wrong("substitution", "At most 20 emojis");
}

void check_sticker(const At& message, const std::string& endpoint) {
  for (const char* key : {"packageId", "stickerId"}) {
    const std::string* id = string_at(message, key, Need::kRequired);
    if (id && (id->empty() || id->find_first_not_of("0123456789") != std::string::npos))
      message.wrong(key, "invalid property");
  }
  check_quote_token(message, endpoint);
}

void check_imagemap_action(const At& action) {
  check_one_of(action, "type", Need::kRequired, {"uri", "message", "clipboard"});
  const auto type = action.object.is_object() ? action.object.value("type", Json()) : Json();
  if (type == "uri")
    check_url(action, "linkUri", Need::kRequired, {"http://", "https://", "line://", "tel:"}, 1000);
  if (type == "message") check_text(action, "text", Need::kRequired, Count::kUtf16, 400);
  if (type == "clipboard") check_text(action, "clipboardText", Need::kRequired, Count::kUtf16, 1000);
  check_text(action, "label", Need::kOptional, Count::kUtf16, 100);
  const Json* area = object_at(action, "area", Need::kRequired);
  if (!area) return;
  for (const char* key : {"x", "y", "width", "height"})
    check_integer(action.with(*area, "area"), key, Need::kRequired, 0, 100000);
}

void check_imagemap(const At& message) {
  check_picture(message, "baseUrl", Need::kRequired);
  check_text(message, "altText", Need::kRequired, Count::kUtf16, 1500);
  if (const Json* size = object_at(message, "baseSize", Need::kRequired)) {
    check_integer(message.with(*size, "baseSize"), "width", Need::kRequired, 1040, 1040);
    check_integer(message.with(*size, "baseSize"), "height", Need::kRequired, 1, 100000);
  }
  const Json* actions = array_at(message, "actions", Need::kRequired, 0, 50);
  for (std::size_t i = 0; actions && i < actions->size(); ++i)
    check_imagemap_action(message.item((*actions)[i], "actions", i));
}

void check_coupon(const At& message) {
  check_text(message, "couponId", Need::kRequired, Count::kUtf16, 100);
  check_text(message, "deliveryTag", Need::kOptional, Count::kUtf16, 30);
}

using Check = std::function<void(const At&, const std::string& endpoint)>;

void check_plain_text(const At& message, const std::string& endpoint) {
  check_text(message, "text", Need::kRequired, Count::kUtf16, 5000);
  check_emojis(message);
  check_quote_token(message, endpoint);
}

void check_media(const At& message, const std::string&) {
  check_picture(message, "originalContentUrl", Need::kRequired);
  const auto type = message.object.value("type", Json());
  if (type == "audio")
    check_integer(message, "duration", Need::kRequired, 1, 86400000);
  else
    check_picture(message, "previewImageUrl", Need::kRequired);
  if (type == "video") check_text(message, "trackingId", Need::kOptional, Count::kUtf16, 100);
}

void check_location(const At& message, const std::string&) {
  check_text(message, "title", Need::kRequired, Count::kUtf16, 100);
  check_text(message, "address", Need::kRequired, Count::kUtf16, 100);
  check_number(message, "latitude", Need::kRequired, -90, 90);
  check_number(message, "longitude", Need::kRequired, -180, 180);
}

const std::map<std::string, Check>& checks_by_type() {
  static const std::map<std::string, Check> checks = {
      {"text", check_plain_text},
      {"textV2", check_text_v2},
      {"sticker", check_sticker},
      {"image", check_media},
      {"video", check_media},
      {"audio", check_media},
      {"location", check_location},
      {"imagemap", [](const At& message, const std::string&) { check_imagemap(message); }},
      {"template", [](const At& message, const std::string&) { check_template(message); }},
      {"flex", [](const At& message, const std::string&) { check_flex(message); }},
      {"coupon", [](const At& message, const std::string&) { check_coupon(message); }},
  };
  return checks;
}

void check_quick_reply(const At& message) {
  const Json* quick_reply = object_at(message, "quickReply", Need::kOptional);
  if (!quick_reply) return;
  const At at = message.with(*quick_reply, "quickReply");
  const Json* items = array_at(at, "items", Need::kRequired, 1, 13);
  for (std::size_t i = 0; items && i < items->size(); ++i) {
    const At item = at.item((*items)[i], "items", i);
    check_one_of(item, "type", Need::kRequired, {"action"});
    check_picture(item, "imageUrl", Need::kOptional);
    check_action(item, "action", Need::kRequired, ActionPlace::kQuickReply);
  }
}

void check_sender(const At& message) {
  const Json* sender = object_at(message, "sender", Need::kOptional);
  if (!sender) return;
  const At at = message.with(*sender, "sender");
  check_text(at, "name", Need::kOptional, Count::kUtf16, 20);
  check_picture(at, "iconUrl", Need::kOptional);
  const std::string* name = string_at(at, "name", Need::kOptional);
  if (!name) return;
  std::string lower = *name;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (lower.find("line") != std::string::npos) at.wrong("name", "This name is not allowed");
}

}  // namespace

void check_messages(const Json& body, const std::string& endpoint, Problems& problems) {
  const At root{body, "", problems};
  const Json* messages = array_at(root, "messages", Need::kRequired, 1, 5);
  for (std::size_t i = 0; messages && i < messages->size(); ++i) {
    const At message = root.item((*messages)[i], "messages", i);
    if (!message.object.is_object()) {
      problems.add(message.path, "Must be an object");
      continue;
    }
    const std::string* type = string_at(message, "type", Need::kRequired);
    if (!type) continue;
    const auto check = checks_by_type().find(*type);
    if (check == checks_by_type().end()) {
      message.wrong(
          "type",
          "Must be one of the following values: [text, textV2, sticker, image, video, audio, location, "
          "imagemap, template, flex, coupon]");
      continue;
    }
    check->second(message, endpoint);
    check_quick_reply(message);
    check_sender(message);
  }
}

}  // namespace careline::simulator
