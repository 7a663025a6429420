// What the pages of topic groups and care messages show, and how numbers and texts are put.
#include <algorithm>

#include "bot/console/views.h"
#include "config/clock.h"

namespace careline::console {
namespace {

using config::Phrases;

std::string audience_name(const Phrases& phrases, const config::Programme& programme,
                          const std::string& topic) {
  if (topic.empty()) return phrases.text("console.broadcast.everybody");
  const config::Topic* known = programme.topic(topic);
  return known ? known->name : topic;
}

// Of a small group the page says no number, and no bar from which one could be read.
std::string result_in_words(const Phrases& phrases, const store::Post& post) {
  const bool done = post.accepted + post.refused >= post.planned;
  if (post.planned < kFewPeople) {
    if (!done) return phrases.text("console.sent.running_few");
    return phrases.text(post.refused == 0 ? "console.sent.done_few" : "console.sent.done_few_refused");
  }
  return phrases.text(done ? "console.sent.done" : "console.sent.running",
                      {{"planned", grouped(post.planned)},
                       {"accepted", grouped(post.accepted)},
                       {"refused", grouped(post.refused)}});
}

Json post_view(const Phrases& phrases, const config::Programme& programme, const store::Post& post) {
  const std::int64_t settled = post.accepted + post.refused;
  const bool few = post.planned < kFewPeople;
  return {{"id", post.id.hex()},
          {"audience", audience_name(phrases, programme, post.topic)},
          {"time", config::taipei_text(post.at)},
          {"text", post.text},
          {"running", settled < post.planned},
          {"counted", !few},
          {"planned", few ? 1 : post.planned},
          {"settled", few ? 0 : settled},
          {"result", result_in_words(phrases, post)}};
}

bool is_control(unsigned char c) { return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f; }

}  // namespace

std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number);
  const std::size_t sign = number < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > sign + 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string people_in_words(const Phrases& phrases, std::int64_t people) {
  if (people < kFewPeople) return phrases.text("console.people.few");
  return phrases.text("console.people.count", {{"count", grouped(people)}});
}

std::size_t utf16_units(std::string_view utf8) {
  std::size_t units = 0;
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) == 0x80) continue;  // a later byte of the same character
    units += byte >= 0xF0 ? 2 : 1;
  }
  return units;
}

std::string tidied(std::string_view text) {
  std::string tidy;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r') {
      if (i + 1 == text.size() || text[i + 1] != '\n') tidy += '\n';
    } else if (!is_control(static_cast<unsigned char>(text[i]))) {
      tidy += text[i];
    }
  }
  const auto first = tidy.find_first_not_of(" \t\n");
  if (first == std::string::npos) return "";
  return tidy.substr(first, tidy.find_last_not_of(" \t\n") - first + 1);
}

Json audience_view(const Phrases& phrases, const flow::Audience& audience) {
  const std::string quota =
      audience.quota_left ? phrases.text("console.quota.left", {{"count", grouped(*audience.quota_left)}})
                          : phrases.text("console.quota.unknown");
  return {{"people", people_in_words(phrases, audience.people)},
          {"quota", quota},
          {"too_few_left", audience.quota_left && *audience.quota_left < audience.people}};
}

Json posts_view(const Phrases& phrases, const config::Programme& programme,
                const std::vector<store::Post>& posts) {
  Json rows = Json::array();
  for (const store::Post& post : posts) rows.push_back(post_view(phrases, programme, post));
  return {{"posts", rows}, {"any", !posts.empty()}};
}

}  // namespace careline::console
