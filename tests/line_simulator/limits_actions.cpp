// Checks actions, template messages and rich menus.
#include <set>
#include <string>

#include "tests/line_simulator/limits.h"

namespace careline::simulator {
namespace {

struct LabelRule {
  Need need;
  std::size_t max;
};

LabelRule label_rule(ActionPlace place) {
  switch (place) {
    case ActionPlace::kTemplate:
    case ActionPlace::kQuickReply: return {Need::kRequired, 20};
    case ActionPlace::kImageCarousel: return {Need::kOptional, 12};
    case ActionPlace::kFlexButton: return {Need::kRequired, 40};
    case ActionPlace::kFlexOther: return {Need::kOptional, 40};
    case ActionPlace::kDefaultAction:
    case ActionPlace::kRichMenu: break;
  }
  return {Need::kOptional, 20};
}

std::vector<std::string> allowed_types(ActionPlace place) {
  std::vector<std::string> types = {"postback", "message", "uri", "datetimepicker", "clipboard"};
  if (place == ActionPlace::kQuickReply) types.insert(types.end(), {"camera", "cameraRoll", "location"});
  if (place == ActionPlace::kRichMenu) types.push_back("richmenuswitch");
  return types;
}

void check_postback(const At& action) {
  check_text(action, "data", Need::kRequired, Count::kUtf16, 300);
  check_text(action, "displayText", Need::kOptional, Count::kGraphemes, 300);
  check_text(action, "text", Need::kOptional, Count::kGraphemes, 300);
  check_text(action, "fillInText", Need::kOptional, Count::kGraphemes, 300);
  check_one_of(action, "inputOption", Need::kOptional,
               {"closeRichMenu", "openRichMenu", "openKeyboard", "openVoice"});
  if (action.has("displayText") && action.has("text"))
    action.wrong("displayText", "May not be used together with text");
  if (action.has("fillInText") && action.object.value("inputOption", Json()) != "openKeyboard")
    action.wrong("fillInText", "Only with inputOption openKeyboard");
}

bool digits_at(const std::string& text, const char* pattern) {
  std::size_t i = 0;
  for (; pattern[i] != '\0'; ++i) {
    if (i >= text.size()) return false;
    if (pattern[i] == '0' ? (text[i] < '0' || text[i] > '9') : text[i] != pattern[i]) return false;
  }
  return i == text.size();
}

bool fits_date(const std::string& text) {
  const int year = std::stoi(text.substr(0, 4)), month = std::stoi(text.substr(5, 2)),
            day = std::stoi(text.substr(8, 2));
  return year >= 1900 && year <= 2100 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

bool fits_time(const std::string& text) { return text.substr(0, 2) <= "23" && text.substr(3, 2) <= "59"; }

bool is_moment(const std::string& text, const std::string& mode) {
  if (mode == "date") return digits_at(text, "0000-00-00") && fits_date(text);
  if (mode == "time") return digits_at(text, "00:00") && fits_time(text);
  const bool shape = digits_at(text, "0000-00-00T00:00") || digits_at(text, "0000-00-00t00:00");
  return shape && fits_date(text) && fits_time(text.substr(11));
}

void check_datetime_picker(const At& action) {
  check_text(action, "data", Need::kRequired, Count::kUtf16, 300);
  check_one_of(action, "mode", Need::kRequired, {"date", "time", "datetime"});
  const std::string* mode = string_at(action, "mode", Need::kOptional);
  if (!mode) return;
  for (const char* key : {"initial", "max", "min"}) {
    const std::string* moment = string_at(action, key, Need::kOptional);
    if (moment && !is_moment(*moment, *mode)) action.wrong(key, "invalid property");
  }
  const std::string* min = string_at(action, "min", Need::kOptional);
  const std::string* max = string_at(action, "max", Need::kOptional);
  if (min && max && *min >= *max) action.wrong("min", "Must be before max");
}

void check_uri_action(const At& action, ActionPlace place) {
  const std::vector<std::string> schemes = {"http://", "https://", "line://", "tel:"};
  check_url(action, "uri", Need::kRequired, schemes, 1000);
  const Json* alternative = object_at(action, "altUri", Need::kOptional);
  if (!alternative) return;
  if (place == ActionPlace::kQuickReply) return action.wrong("altUri", "Not in quick replies");
  check_url(action.with(*alternative, "altUri"), "desktop", Need::kRequired, schemes, 1000);
}

void check_one_action(const At& action, ActionPlace place) {
  check_one_of(action, "type", Need::kRequired, allowed_types(place));
  const std::string* type = string_at(action, "type", Need::kOptional);
  if (!type) return;
  auto rule = label_rule(place);
  if (*type == "camera" || *type == "cameraRoll" || *type == "location") rule = {Need::kRequired, 20};
  check_text(action, "label", rule.need, Count::kGraphemes, rule.max);
  if (*type == "postback") check_postback(action);
  if (*type == "message") check_text(action, "text", Need::kRequired, Count::kGraphemes, 300);
  if (*type == "uri") check_uri_action(action, place);
  if (*type == "datetimepicker") check_datetime_picker(action);
  if (*type == "clipboard") check_text(action, "clipboardText", Need::kRequired, Count::kUtf16, 1000);
  if (*type != "richmenuswitch") return;
  check_text(action, "richMenuAliasId", Need::kRequired, Count::kUtf16, 32);
  check_text(action, "data", Need::kRequired, Count::kUtf16, 300);
}

void check_actions(const At& owner, std::size_t min, std::size_t max) {
  const Json* actions = array_at(owner, "actions", Need::kRequired, min, max);
  for (std::size_t i = 0; actions && i < actions->size(); ++i)
    check_one_action(owner.item((*actions)[i], "actions", i), ActionPlace::kTemplate);
}

void check_look(const At& at) {
  check_one_of(at, "imageAspectRatio", Need::kOptional, {"rectangle", "square"});
  check_one_of(at, "imageSize", Need::kOptional, {"cover", "contain"});
}

/// The part that a buttons template and a column of a carousel have in common.
void check_card(const At& card, std::size_t text_alone, std::size_t most_actions) {
  const bool plain = !card.has("title") && !card.has("thumbnailImageUrl");
  check_text(card, "title", Need::kOptional, Count::kGraphemes, 40);
  check_text(card, "text", Need::kRequired, Count::kGraphemes, plain ? text_alone : 60);
  check_picture(card, "thumbnailImageUrl", Need::kOptional);
  check_color(card, "imageBackgroundColor", 6);
  check_action(card, "defaultAction", Need::kOptional, ActionPlace::kDefaultAction);
  check_actions(card, 1, most_actions);
}

void check_carousel(const At& carousel) {
  check_look(carousel);
  const Json* columns = array_at(carousel, "columns", Need::kRequired, 1, 10);
  if (!columns) return;
  std::set<std::string> shapes;
  for (std::size_t i = 0; i < columns->size(); ++i) {
    const At column = carousel.item((*columns)[i], "columns", i);
    if (!column.object.is_object()) {
      carousel.problems.add(column.path, "Must be an object");
      continue;
    }
    check_card(column, 120, 3);
    const auto actions = column.object.value("actions", Json::array()).size();
    shapes.insert(std::to_string(actions) + (column.has("title") ? "t" : "") +
                  (column.has("thumbnailImageUrl") ? "i" : ""));
  }
  if (shapes.size() > 1)
    carousel.wrong("columns",
                   "Every column must have the same number of actions and the same use of title and image");
}

void check_image_carousel(const At& carousel) {
  const Json* columns = array_at(carousel, "columns", Need::kRequired, 1, 10);
  for (std::size_t i = 0; columns && i < columns->size(); ++i) {
    const At column = carousel.item((*columns)[i], "columns", i);
    check_picture(column, "imageUrl", Need::kRequired);
    check_action(column, "action", Need::kRequired, ActionPlace::kImageCarousel);
  }
}

}  // namespace

void check_action(const At& owner, const std::string& key, Need need, ActionPlace place) {
  if (const Json* action = object_at(owner, key, need)) check_one_action(owner.with(*action, key), place);
}

void check_template(const At& message) {
  check_text(message, "altText", Need::kRequired, Count::kUtf16, 1500);
  const Json* object = object_at(message, "template", Need::kRequired);
  if (!object) return;
  const At at = message.with(*object, "template");
  check_one_of(at, "type", Need::kRequired, {"buttons", "confirm", "carousel", "image_carousel"});
  const auto type = object->value("type", Json());
  if (type == "buttons") {
    check_look(at);
    check_card(at, 160, 4);
  }
  if (type == "confirm") {
    check_text(at, "text", Need::kRequired, Count::kGraphemes, 240);
    check_actions(at, 2, 2);
  }
  if (type == "carousel") check_carousel(at);
  if (type == "image_carousel") check_image_carousel(at);
}

void check_rich_menu(const Json& body, Problems& problems) {
  const At root{body, "", problems};
  check_text(root, "name", Need::kRequired, Count::kGraphemes, 300);
  check_text(root, "chatBarText", Need::kRequired, Count::kGraphemes, 14);
  check_bool(root, "selected");
  if (const Json* size = object_at(root, "size", Need::kRequired)) {
    const At at = root.with(*size, "size");
    check_integer(at, "width", Need::kRequired, 800, 2500);
    check_integer(at, "height", Need::kRequired, 250, 1724);
    if (problems.none() && (*size)["width"].get<double>() / (*size)["height"].get<double>() < 1.45)
      root.wrong("size", "The aspect ratio must be at least 1.45");
  }
  const Json* areas = array_at(root, "areas", Need::kRequired, 0, 20);
  for (std::size_t i = 0; areas && i < areas->size(); ++i) {
    const At area = root.item((*areas)[i], "areas", i);
    const Json* bounds = object_at(area, "bounds", Need::kRequired);
    for (const char* key : {"x", "y", "width", "height"})
      if (bounds) check_integer(area.with(*bounds, "bounds"), key, Need::kRequired, 0, 2500);
    check_action(area, "action", Need::kRequired, ActionPlace::kRichMenu);
  }
}

}  // namespace careline::simulator
