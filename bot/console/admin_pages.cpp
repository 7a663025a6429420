// What admins see and do: posts to topic groups, care messages to everybody, and how their sending went.
#include <algorithm>

#include "bot/console/pages.h"
#include "bot/console/views.h"

namespace careline::console {
namespace {

enum class Audience { topic, everybody };
constexpr std::int64_t kLatest = 10;

std::string path_of(Audience audience) { return audience == Audience::topic ? "/topics" : "/care"; }

std::vector<store::Post> latest(Office& office, Audience audience) {
  return office.readers.with([&](store::Db& db) {
    store::Posts posts(db, office.setup.keys);
    if (audience == Audience::everybody) return posts.latest("", kLatest);
    std::vector<store::Post> all;
    for (const auto& topic : office.setup.programme.topics)
      for (auto& post : posts.latest(topic.id, kLatest)) all.push_back(std::move(post));
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.at > b.at; });
    if (all.size() > static_cast<std::size_t>(kLatest)) all.resize(kLatest);
    return all;
  });
}

Json sent(Office& office, Audience audience) {
  return posts_view(office.setup.phrases, office.setup.programme, latest(office, audience));
}

Answer broadcast_page(Office& office, const Visit& visit, Audience audience) {
  const bool to_topic = audience == Audience::topic;
  Json view = sent(office, audience);
  const std::string title = office.words(to_topic ? "console.topics.title" : "console.care.title");
  view["title"] = title;
  view["intro"] = office.words(to_topic ? "console.topics.intro" : "console.care.intro");
  view["path"] = path_of(audience);
  view["key"] = store::random_token();
  view["to_topic"] = to_topic;
  view["topics"] = Json::array();
  for (const auto& topic : office.setup.programme.topics)
    view["topics"].push_back({{"value", topic.id}, {"name", topic.name}});
  return page(
      200, office.templates.page("broadcast", view, frame(office, visit.session, title, path_of(audience))));
}

Answer sent_part(Office& office, Audience audience) {
  return page(200, office.templates.render("sent", sent(office, audience)));
}

// What is wrong with the form as a phrase, or "".
std::string fault_of(const Office& office, const Visit& visit, Audience audience, const std::string& text) {
  if (audience == Audience::topic && !office.setup.programme.topic(visit.field("topic")))
    return "console.broadcast.no_topic";
  if (text.empty()) return "console.broadcast.empty";
  if (utf16_units(text) > kMostUnits) return "console.broadcast.too_long";
  return "";
}

std::string topic_of(const Visit& visit, Audience audience) {
  return audience == Audience::topic ? visit.field("topic") : "";
}

Answer preview(Office& office, const Visit& visit, Audience audience) {
  const std::string text = tidied(visit.field("text"));
  if (const auto fault = fault_of(office, visit, audience, text); !fault.empty())
    return problem(office, 422, fault);
  Json view = audience_view(office.setup.phrases, office.setup.desk.audience(topic_of(visit, audience)));
  view["text"] = text;
  return json(200, {{"html", office.templates.render("preview", view)}});
}

Answer send(Office& office, const Visit& visit, Audience audience) {
  const std::string text = tidied(visit.field("text"));
  if (const auto fault = fault_of(office, visit, audience, text); !fault.empty())
    return problem(office, 422, fault);
  const std::string form = visit.field("key");
  if (form.empty() || form.size() > 64) return problem(office, 400, "console.problem.stale");
  const std::string key = visit.session->name + ":" + form;
  const Json answer = {{"say", office.words("console.broadcast.started")},
                       {"clear", true},
                       {"html", ""},
                       {"refresh", "sent"},
                       {"key", store::random_token()}};
  switch (office.once.begin(key)) {
    case Once::Turn::running: return problem(office, 409, "console.problem.running");
    case Once::Turn::done: return json(200, answer);
    case Once::Turn::first: break;
  }
  try {
    office.setup.desk.post(topic_of(visit, audience), text, visit.actor());
  } catch (...) {
    office.once.give_up(key);
    throw;
  }
  office.once.finish(key);
  return json(200, answer);
}

}  // namespace

Answer topics_page(Office& office, const Visit& visit) {
  return broadcast_page(office, visit, Audience::topic);
}
Answer topics_sent(Office& office, const Visit&) { return sent_part(office, Audience::topic); }
Answer topics_preview(Office& office, const Visit& visit) { return preview(office, visit, Audience::topic); }
Answer topics_send(Office& office, const Visit& visit) { return send(office, visit, Audience::topic); }
Answer care_page(Office& office, const Visit& visit) {
  return broadcast_page(office, visit, Audience::everybody);
}
Answer care_sent(Office& office, const Visit&) { return sent_part(office, Audience::everybody); }
Answer care_preview(Office& office, const Visit& visit) {
  return preview(office, visit, Audience::everybody);
}
Answer care_send(Office& office, const Visit& visit) { return send(office, visit, Audience::everybody); }

}  // namespace careline::console
