// The pages as files: each renders, every word it asks for exists, and nothing gets past the escaping.
// GCC 12 takes std::regex for uninitialised under the address sanitizer.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include "bot/console/templates.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "bot/console/assets.h"
#include "bot/console/audit_views.h"
#include "bot/console/disclosure_views.h"
#include "bot/console/retention_views.h"
#include "bot/console/small_numbers.h"
#include "bot/console/views.h"
#include "tests/console/rig.h"

namespace careline::console {
namespace {

const Templates& templates() {
  static const Templates all(config::Phrases::built_in());
  return all;
}

std::vector<std::string> found(const std::string& text, const std::string& pattern) {
  std::vector<std::string> all;
  const std::regex expression(pattern);
  for (std::sregex_iterator it(text.begin(), text.end(), expression), end; it != end; ++it)
    all.push_back((*it)[1]);
  return all;
}

std::set<std::string> keys_in(const Json& value) {
  std::set<std::string> keys;
  for (const auto& [key, inner] : value.items()) {
    if (value.is_object()) keys.insert(key);
    if (inner.is_structured()) keys.merge(keys_in(inner));
  }
  return keys;
}

// A view with every field that the program ever gives to a page, made by the functions that make them.
Json everything() {
  const auto& phrases = config::Phrases::built_in();
  const auto programme = config::load_programme(CARELINE_SOURCE_DIR "/config/programmes/taoyuan-104.toml");
  store::Thread thread{.id = store::random_id<ThreadId>(), .kind = "question", .label = "Q1", .severity = 1};
  store::Message message{.id = store::random_id<MessageId>(), .author = "counsellor", .text = "x", .at = 1};
  store::Post post{.id = store::random_id<BroadcastId>(), .topic = "", .text = "x", .planned = 9};
  Json view = list_view(phrases, {thread}, 0, thread.id);
  view.update(thread_view(phrases, thread, {message}, 0));
  view.update(posts_view(phrases, programme, {post}));
  view.update(audience_view(phrases, {}));
  view.update(alarms_view(phrases, {{flow::Alarm::clock, 1}}));
  view.update(matches_view(phrases, {{{thread, message.id, "employee", 1, {"a", "b", "c"}}}, 1, false}));
  const store::Operator lin{.name = "lin", .roles = Role::counsellor, .vouched_by = "lin"};
  view.update(people_view(phrases, {lin, {.name = "hu", .roles = Role::counsellor}}, "lin"));
  const Json all = overview(phrases, {{thread, {"lin"}}, {thread, {}}}, 0);
  view["threads"][0].update(all["threads"][0]);
  view.update(trail_view(phrases, {{.seq = 1, .who = "lin"}}));
  view["older"] = {{"href", "/audit?before=1"}};
  Verification::State state{.running = true, .failed = true};
  state.result = store::Verified{.findings = {{store::Fault::table_differs, "audit", 1}}};
  view.update(verification_view(phrases, state));
  view["actions"] = actions_view(phrases, "opened");
  const store::Disclosure asked{.id = store::random_id<store::DisclosureId>(), .basis = "consent"};
  view.update(disclosures_view(phrases, {{asked, true, true, true, true}}, 0));
  view["may_ask"] = true;
  const store::TeamKey team{.vouched_by = "lin"};
  view.update(team_view(phrases, team, team, true));
  view.update(own_key_view(phrases, lin));
  view.update(lost_key_view(phrases, lin, {1, 1}));
  view.update(accounts_view(phrases, {lin, {.name = "wang", .roles = Role::admin}}, "", true));
  view["code"] = "c";
  view.update(retention_view(phrases,
                             {{thread},
                              {{.reason = "term", .proposed_by = "hu", .threads = {thread}}},
                              {{thread, "court", "lin", 0}},
                              {{.reason = "term", .proposed_by = "hu", .approved_by = "lin"}}},
                             "lin", Role::lead));
  view["unvouched"] = {{"fingerprint", "f"}};
  view.update(undelivered_view(phrases, {{1, 2, "blocked"}}));
  view.update(Json{{"title", "t"},
                   {"text", "t"},
                   {"place", "/"},
                   {"bad_day", true},
                   {"day", "2026-11-24"},
                   {"by", "lin"},
                   {"anchor", "a"},
                   {"returning", true},
                   {"key", "k"},
                   {"card", "c"},
                   {"path", "/care"},
                   {"intro", "i"},
                   {"to_topic", true},
                   {"topics", {{{"value", "v"}, {"name", "n"}}}},
                   {"qr_size", 29},
                   {"qr_path", "M4 4h1v1h-1z"},
                   {"secret", "s"},
                   {"codes", {{{"code", "c"}}}},
                   {"who", "lin"},
                   {"why", "w"},
                   {"waiting", "1"},
                   {"alerts", "1"},
                   {"alarm", true},
                   {"sessions", "1"},
                   {"codes_left", "10"},
                   {"draft", "d"},
                   {"drafted", true},
                   {"live", {{"position", "p"}}},
                   {"strip", true},
                   {"content", ""},
                   {"page_title", "t"},
                   {"assets", asset_addresses()},
                   {"agency", "a"},
                   {"token", "t"},
                   {"signed_in",
                    {{"name", "n"},
                     {"role", "r"},
                     {"outside", alarms_view(phrases, {{flow::Alarm::clock, 1}})},
                     {"menu", {{{"href", "/"}, {"text", "t"}, {"current", true}}}}}}});
  return view;
}

TEST(Templates, EachRendersAndHoldsNothingOpen) {
  const Json view = everything();
  ASSERT_GE(Templates::names().size(), 10u);
  for (const std::string& name : Templates::names()) {
    const std::string html = templates().render(name, view);
    EXPECT_FALSE(holds(html, "{{")) << name;
    EXPECT_GT(html.size(), 20u) << name;
  }
}

TEST(Templates, EveryWordExistsAndEveryFieldIsGiven) {
  const std::set<std::string> given = keys_in(everything());
  for (const std::string& name : Templates::names()) {
    const std::string source(Templates::source(name));
    for (const std::string& tag : found(source, R"(\{\{[#^/]?([a-z_.]+)\}\})")) {
      if (tag.substr(0, 8) == "console.") {
        EXPECT_TRUE(config::Phrases::built_in().has(tag)) << name << ": " << tag;
        EXPECT_TRUE(config::Phrases::built_in().placeholders(tag).empty()) << name << ": " << tag;
      } else {
        EXPECT_TRUE(given.count(tag.substr(tag.rfind('.') + 1))) << name << ": " << tag;
      }
    }
    for (const std::string& partial : found(source, R"(\{\{>pages/([a-z_]+)\}\})"))
      EXPECT_FALSE(Templates::source(partial).empty());
  }
}

TEST(Templates, NothingIsInlineAndNothingGoesUnescaped) {
  for (const std::string& name : Templates::names()) {
    const std::string source(Templates::source(name));
    const auto unescaped = found(source, R"((\{\{\{[^}]*\}\}\}|\{\{&[^}]*\}\}))");
    EXPECT_EQ(unescaped.size(), name == "layout" ? 1u : 0u) << name;  // the page inside its frame
    EXPECT_TRUE(found(source, R"((\s(style|on[a-z]+)=))").empty()) << name;
    EXPECT_TRUE(found(source, R"((<(style|iframe|object|embed)\b))").empty()) << name;
    EXPECT_TRUE(found(source, R"((<script(?![^>]* src=)))").empty()) << name;
    EXPECT_TRUE(found(source, R"((\s[a-z-]+=\{\{))").empty()) << name << ": an attribute without quotes";
    EXPECT_TRUE(found(source, R"((https?://))").empty()) << name;
    for (const std::string& form : found(source, R"((<form[^>]*>))"))
      EXPECT_TRUE(holds(form, "method=\"post\"")) << name;
  }
}

TEST(Templates, AnUnknownPageIsOurMistake) {
  EXPECT_THROW(templates().render("nothing", {}), std::logic_error);
}

TEST(Assets, AreNamedByTheirContent) {
  for (const char* name :
       {"console_css", "console_js", "icon_svg", "htmx_min_js", "sse_min_js", "idiomorph_ext_min_js"})
    EXPECT_TRUE(asset_addresses().contains(name)) << name;
  EXPECT_EQ(asset("console.css").status, 200);
  EXPECT_EQ(asset("../pages/layout.html").status, 404);
  EXPECT_EQ(asset("layout.html").status, 404);
}

TEST(Views, CountAsLineDoes) {
  EXPECT_EQ(utf16_units("a中😀"), 4u);
  EXPECT_EQ(tidied("\t a\r\nb\rc\x01\x7f \n"), "a\nb\nc");
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'234'567), "1,234,567");
  EXPECT_EQ(grouped(-1'000), "-1,000");
}

}  // namespace
}  // namespace careline::console
