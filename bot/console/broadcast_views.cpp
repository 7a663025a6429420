// What the pages of topic groups and care messages show, and how texts are put.
#include "bot/console/small_numbers.h"
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

// What LINE took is not said beside what was planned and refused: the difference could be a few people.
std::string result_in_words(const Phrases& phrases, const store::Post& post) {
  const std::string planned = people_in_words(phrases, post.planned);
  if (post.accepted + post.refused < post.planned)
    return phrases.text("console.sent.running", {{"planned", planned}});
  if (shown_people(post.planned) == 0) return phrases.text("console.sent.done_few", {{"planned", planned}});
  return phrases.text("console.sent.done",
                      {{"planned", planned}, {"refused", people_in_words(phrases, post.refused)}});
}

Json post_view(const Phrases& phrases, const config::Programme& programme, const store::Post& post) {
  const std::int64_t settled = post.accepted + post.refused;
  const auto bar = shown_progress(settled, post.planned);
  return {{"id", post.id.hex()},
          {"audience", audience_name(phrases, programme, post.topic)},
          {"time", config::taipei_text(post.at)},
          {"text", post.text},
          {"running", settled < post.planned},
          {"counted", bar.has_value()},
          {"planned", bar ? bar->planned : 0},
          {"settled", bar ? bar->settled : 0},
          {"result", result_in_words(phrases, post)}};
}

bool is_control(unsigned char c) { return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f; }

}  // namespace

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
  const auto left = audience.quota_left;
  return {{"people", people_in_words(phrases, audience.people)},
          {"quota", left ? messages_in_words(phrases, *left) : phrases.text("console.quota.unknown")},
          {"too_few_left", left && may_not_suffice(*left, audience.people)}};
}

Json posts_view(const Phrases& phrases, const config::Programme& programme,
                const std::vector<store::Post>& posts) {
  Json rows = Json::array();
  for (const store::Post& post : posts) rows.push_back(post_view(phrases, programme, post));
  return {{"posts", rows}, {"any", !posts.empty()}};
}

}  // namespace careline::console
