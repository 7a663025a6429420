// Checks Flex messages: structure, children, keywords and size, from a table of every component's properties.
#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "tests/line_simulator/limits.h"

namespace careline::simulator {
namespace {

constexpr std::size_t kBubbleBytes = 30000, kCarouselBytes = 50000;
constexpr int kDeepest = 50;

/// Property to rule. A rule is a list of words, or one of the @kinds of check_property; a leading ! means
/// needed.
using Properties = std::map<std::string, std::string>;

Properties placed(Properties own) {
  own.insert({{"position", "relative|absolute"},
              {"offsetTop", "@padding"},
              {"offsetBottom", "@padding"},
              {"offsetStart", "@padding"},
              {"offsetEnd", "@padding"},
              {"margin", "@space"}});
  return own;
}

const std::map<std::string, Properties>& components() {
  static const std::map<std::string, Properties> table = {
      {"box",
       placed({{"layout", "!horizontal|vertical|baseline"},
               {"contents", "!@any"},
               {"flex", "@flex"},
               {"spacing", "@space"},
               {"backgroundColor", "@color8"},
               {"borderColor", "@color8"},
               {"borderWidth", "@border"},
               {"cornerRadius", "@space"},
               {"width", "@length"},
               {"maxWidth", "@length"},
               {"height", "@length"},
               {"maxHeight", "@length"},
               {"paddingAll", "@padding"},
               {"paddingTop", "@padding"},
               {"paddingBottom", "@padding"},
               {"paddingStart", "@padding"},
               {"paddingEnd", "@padding"},
               {"action", "@action"},
               {"justifyContent", "flex-start|center|flex-end|space-between|space-around|space-evenly"},
               {"alignItems", "flex-start|center|flex-end"},
               {"background", "@background"}})},
      {"button", placed({{"action", "!@button"},
                         {"flex", "@flex"},
                         {"color", "@color8"},
                         {"style", "primary|secondary|link"},
                         {"gravity", "top|bottom|center"},
                         {"height", "sm|md"},
                         {"adjustMode", "shrink-to-fit"},
                         {"scaling", "@bool"}})},
      {"image", placed({{"url", "!@url"},
                        {"flex", "@flex"},
                        {"align", "start|end|center"},
                        {"gravity", "top|bottom|center"},
                        {"size", "@imagesize"},
                        {"aspectRatio", "@ratio"},
                        {"aspectMode", "fit|cover"},
                        {"backgroundColor", "@color8"},
                        {"action", "@action"},
                        {"animated", "@bool"}})},
      {"video",
       {{"url", "!@url"},
        {"previewUrl", "!@url"},
        {"altContent", "!@any"},
        {"aspectRatio", "@ratio"},
        {"action", "@action"}}},
      {"icon",
       placed({{"url", "!@url"}, {"size", "@fontsize"}, {"aspectRatio", "@ratio"}, {"scaling", "@bool"}})},
      {"text", placed({{"text", "@text"},
                       {"contents", "@any"},
                       {"flex", "@flex"},
                       {"size", "@fontsize"},
                       {"align", "start|end|center"},
                       {"gravity", "top|bottom|center"},
                       {"color", "@color8"},
                       {"weight", "regular|bold"},
                       {"style", "normal|italic"},
                       {"decoration", "none|underline|line-through"},
                       {"wrap", "@bool"},
                       {"lineSpacing", "@px"},
                       {"maxLines", "@flex"},
                       {"adjustMode", "shrink-to-fit"},
                       {"scaling", "@bool"},
                       {"action", "@action"}})},
      {"span",
       {{"text", "@text"},
        {"size", "@fontsize"},
        {"color", "@color8"},
        {"weight", "regular|bold"},
        {"style", "normal|italic"},
        {"decoration", "none|underline|line-through"}}},
      {"separator", {{"margin", "@space"}, {"color", "@color8"}}},
      {"filler", {{"flex", "@flex"}}},
  };
  return table;
}

std::vector<std::string> split(const std::string& words) {
  std::vector<std::string> out;
  std::size_t start = 0;
  for (auto bar = words.find('|'); bar != std::string::npos; start = bar + 1, bar = words.find('|', start))
    out.push_back(words.substr(start, bar - start));
  out.push_back(words.substr(start));
  return out;
}

bool is_measure(const std::string& text, const std::string& unit) {
  if (text.size() <= unit.size() || text.substr(text.size() - unit.size()) != unit) return false;
  const auto number = text.substr(0, text.size() - unit.size());
  return number.find_first_not_of("0123456789.") == std::string::npos && number.front() != '.' &&
         std::count(number.begin(), number.end(), '.') <= 1;
}

bool is_ratio(const std::string& text) {
  const auto colon = text.find(':');
  if (colon == std::string::npos) return false;
  try {
    const double width = std::stod(text.substr(0, colon)), height = std::stod(text.substr(colon + 1));
    return width >= 1 && width <= 100000 && height >= 1 && height <= 100000 && height <= 3 * width;
  } catch (const std::exception&) {
    return false;
  }
}

/// What each kind of measure takes: keywords, and whether pixels and percentages are taken too.
bool fits_measure(const std::string& kind, const std::string& text) {
  static const std::string kSpaces = "none|xs|sm|md|lg|xl|xxl";
  static const std::string kSizes = "xxs|xs|sm|md|lg|xl|xxl|3xl|4xl|5xl";
  static const std::map<std::string, std::string> keywords = {
      {"@space", kSpaces},
      {"@padding", kSpaces},
      {"@length", ""},
      {"@px", ""},
      {"@fontsize", kSizes},
      {"@imagesize", kSizes + "|full"},
      {"@border", "none|light|normal|medium|semi-bold|bold"}};
  const auto words = split(keywords.at(kind));
  if (!text.empty() && std::find(words.begin(), words.end(), text) != words.end()) return true;
  const bool percent = kind == "@padding" || kind == "@length" || kind == "@imagesize";
  return is_measure(text, "px") || (percent && is_measure(text, "%"));
}

void check_background(const At& at, const std::string& key) {
  const Json* object = object_at(at, key, Need::kOptional);
  if (!object) return;
  const At background = at.with(*object, key);
  check_one_of(background, "type", Need::kRequired, {"linearGradient"});
  for (const char* needed : {"angle", "startColor", "endColor"})
    value_at(background, needed, Need::kRequired);
  for (const char* color : {"startColor", "endColor", "centerColor"}) check_color(background, color, 8);
}

void check_property(const At& at, const std::string& key, const std::string& rule) {
  const Need need = rule.front() == '!' ? Need::kRequired : Need::kOptional;
  const std::string kind = rule.substr(need == Need::kRequired ? 1 : 0);
  if (kind.front() != '@') return check_one_of(at, key, need, split(kind));
  if (kind == "@any") return static_cast<void>(value_at(at, key, need));
  if (kind == "@bool") return check_bool(at, key);
  if (kind == "@flex") return check_integer(at, key, need, 0, 1000000);
  if (kind == "@color8") return check_color(at, key, 8);
  if (kind == "@url") return check_picture(at, key, need);
  if (kind == "@action") return check_action(at, key, need, ActionPlace::kFlexOther);
  if (kind == "@button") return check_action(at, key, need, ActionPlace::kFlexButton);
  if (kind == "@background") return check_background(at, key);
  const std::string* text = string_at(at, key, need);
  if (!text) return;
  if (kind == "@text") {
    if (text->empty()) at.wrong(key, "must be non-empty text");
  } else if (kind == "@ratio" ? !is_ratio(*text) : !fits_measure(kind, *text)) {
    at.wrong(key, "invalid property");
  }
}

/// The component's type when it is one of those allowed here and its properties are known; empty otherwise.
std::string check_properties(const At& at, const std::vector<std::string>& allowed) {
  if (!at.object.is_object()) {
    at.problems.add(at.path, "Must be an object");
    return {};
  }
  check_one_of(at, "type", Need::kRequired, allowed);
  const auto type = at.object.value("type", Json());
  if (!type.is_string() ||
      std::find(allowed.begin(), allowed.end(), type.get<std::string>()) == allowed.end())
    return {};
  const auto& properties = components().at(type);
  for (const auto& [key, rule] : properties) check_property(at, key, rule);
  for (const auto& [key, value] : at.object.items())
    if (key != "type" && !properties.count(key)) at.wrong(key, "unknown field");
  return type;
}

void check_component(const At& at, const std::vector<std::string>& allowed, int depth);

void check_children(const At& at, const std::string& type, int depth) {
  if (type == "box") {
    const bool baseline = at.object.value("layout", Json()) == "baseline";
    const auto allowed =
        baseline ? std::vector<std::string>{"icon", "text", "filler"}
                 : std::vector<std::string>{"box", "button", "image", "text", "separator", "filler"};
    const Json* contents = array_at(at, "contents", Need::kOptional, 0, 10000);
    for (std::size_t i = 0; contents && i < contents->size(); ++i)
      check_component(at.item((*contents)[i], "contents", i), allowed, depth + 1);
  }
  if (type == "text") {
    if (!at.has("text") && !at.has("contents")) at.wrong("text", "Either text or contents is needed");
    const Json* spans = array_at(at, "contents", Need::kOptional, 0, 10000);
    for (std::size_t i = 0; spans && i < spans->size(); ++i)
      check_component(at.item((*spans)[i], "contents", i), {"span"}, depth + 1);
  }
  if (type == "video" && at.has("altContent"))
    check_component(at.with(at.object["altContent"], "altContent"), {"box", "image"}, depth + 1);
}

void check_component(const At& at, const std::vector<std::string>& allowed, int depth) {
  if (depth > kDeepest) return at.problems.add(at.path, "Nested too deeply");
  const auto type = check_properties(at, allowed);
  if (!type.empty()) check_children(at, type, depth);
}

void check_styles(const At& bubble) {
  const Json* styles = object_at(bubble, "styles", Need::kOptional);
  if (!styles) return;
  const At at = bubble.with(*styles, "styles");
  for (const char* block : {"header", "hero", "body", "footer"}) {
    const Json* style = object_at(at, block, Need::kOptional);
    if (!style) continue;
    check_color(at.with(*style, block), "backgroundColor", 8);
    check_color(at.with(*style, block), "separatorColor", 8);
    check_bool(at.with(*style, block), "separator");
  }
}

enum class Stands { kAlone, kInCarousel };

void check_hero_video(const At& bubble, Stands stands) {
  const auto size = bubble.object.value("size", Json("mega"));
  if (stands == Stands::kInCarousel) bubble.wrong("hero", "A video may not stand in a carousel");
  if (size != "kilo" && size != "mega" && size != "giga")
    bubble.wrong("size", "A video needs a kilo, mega or giga bubble");
}

void check_bubble(const At& bubble, Stands stands) {
  static const std::set<std::string> kKnown = {"type", "size",   "direction", "header", "hero",
                                               "body", "footer", "styles",    "action"};
  if (!bubble.object.is_object()) return bubble.problems.add(bubble.path, "Must be an object");
  for (const auto& [key, value] : bubble.object.items())
    if (!kKnown.count(key)) bubble.wrong(key, "unknown field");
  check_one_of(bubble, "size", Need::kOptional, {"nano", "micro", "deca", "hecto", "kilo", "mega", "giga"});
  check_one_of(bubble, "direction", Need::kOptional, {"ltr", "rtl"});
  check_action(bubble, "action", Need::kOptional, ActionPlace::kFlexOther);
  check_styles(bubble);
  for (const char* block : {"header", "body", "footer"})
    if (const Json* box = value_at(bubble, block, Need::kOptional))
      check_component(bubble.with(*box, block), {"box"}, 1);
  if (const Json* hero = value_at(bubble, "hero", Need::kOptional)) {
    check_component(bubble.with(*hero, "hero"), {"box", "image", "video"}, 1);
    if (hero->is_object() && hero->value("type", Json()) == "video") check_hero_video(bubble, stands);
  }
  if (!bubble.has("header") && !bubble.has("hero") && !bubble.has("body") && !bubble.has("footer"))
    bubble.problems.add(bubble.path, "At least one block must be specified");
  if (bubble.object.dump().size() > kBubbleBytes)
    bubble.problems.add(bubble.path, "A bubble may have at most 30 KB");
}

}  // namespace

void check_flex(const At& message) {
  check_text(message, "altText", Need::kRequired, Count::kUtf16, 1500);
  const Json* contents = object_at(message, "contents", Need::kRequired);
  if (!contents) return;
  const At at = message.with(*contents, "contents");
  check_one_of(at, "type", Need::kRequired, {"bubble", "carousel"});
  const auto type = contents->value("type", Json());
  if (type == "bubble") check_bubble(at, Stands::kAlone);
  if (type != "carousel") return;
  if (contents->dump().size() > kCarouselBytes) at.problems.add(at.path, "A carousel may have at most 50 KB");
  const Json* bubbles = array_at(at, "contents", Need::kRequired, 1, 12);
  std::set<std::string> sizes;
  for (std::size_t i = 0; bubbles && i < bubbles->size(); ++i) {
    const At bubble = at.item((*bubbles)[i], "contents", i);
    if (bubble.object.is_object()) {
      check_one_of(bubble, "type", Need::kRequired, {"bubble"});
      sizes.insert(bubble.object.value("size", Json("mega")).dump());
    }
    check_bubble(bubble, Stands::kInCarousel);
  }
  if (sizes.size() > 1) at.wrong("contents", "All bubbles must have the same width");
}

}  // namespace careline::simulator
