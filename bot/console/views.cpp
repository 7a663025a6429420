// What the list and a thread show.
#include "bot/console/views.h"

#include <set>

#include "config/clock.h"

namespace careline::console {
namespace {

using config::Phrases;
using config::taipei_text;

std::string due_in_words(const Phrases& phrases, const store::Thread& thread, std::int64_t now_ms) {
  if (thread.closed) return phrases.text("console.due.closed");
  if (!thread.waiting) return phrases.text("console.due.answered");
  if (thread.due_at == 0) return phrases.text("console.due.open");
  const char* key = now_ms > thread.due_at ? "console.due.late" : "console.due.by";
  return phrases.text(key, {{"time", taipei_text(thread.due_at)}});
}

bool late(const store::Thread& thread, std::int64_t now_ms) {
  return !thread.closed && thread.waiting && thread.due_at != 0 && now_ms > thread.due_at;
}

std::string failure_in_words(const Phrases& phrases, const std::string& code) {
  static constexpr const char* kKnown[] = {"console.failure.refused_400", "console.failure.refused_404",
                                           "console.failure.key_expired", "console.failure.blocked",
                                           "console.failure.quiet",       "console.failure.restored",
                                           "console.failure.unreachable"};
  for (const char* key : kKnown)
    if (std::string_view(key).substr(16) == code) return phrases.text(key);
  return phrases.text("console.failure.other", {{"code", code.empty() ? "?" : code}});
}

Json delivery_view(const Phrases& phrases, const store::Message& message) {
  if (message.author != "counsellor") return false;
  Json view = {{"failed", message.delivery == "failed"}, {"state", message.delivery}};
  if (message.delivery == "failed")
    view["words"] =
        phrases.text("console.delivery.failed", {{"why", failure_in_words(phrases, message.failure)}});
  else if (message.delivery == "accepted")
    view["words"] = phrases.text("console.delivery.accepted");
  else if (message.delivery == "waiting")
    view["words"] = phrases.text("console.delivery.waiting");
  else
    view["words"] = phrases.text("console.delivery.none");
  view["seen"] = message.fetched;
  return view;
}

std::string author_in_words(const Phrases& phrases, const std::string& author) {
  if (author == "employee") return phrases.text("console.author.employee");
  if (author == "counsellor") return phrases.text("console.author.counsellor");
  return phrases.text("console.author.system");
}

Json time_view(std::int64_t at) {
  if (at == 0) return false;
  return {{"iso", config::taipei_iso(at) + "+08:00"}, {"words", taipei_text(at)}};
}

Json message_view(const Phrases& phrases, const store::Message& message) {
  return {{"id", message.id.hex()},
          {"author", message.author},
          {"who", author_in_words(phrases, message.author)},
          {"text", message.text},
          {"withdrawn", message.withdrawn},
          {"time", time_view(message.at)},
          {"delivery", delivery_view(phrases, message)}};
}

// Changes when the employee wrote again or an alert was raised: then somebody has to look anew.
std::string look_mark(const store::Thread& thread, const std::vector<store::Message>& messages) {
  std::int64_t last = 0;
  for (const store::Message& message : messages)
    if (message.author == "employee") last = message.slot;
  return std::to_string(last) + "-" + std::to_string(thread.severity);
}

// What a reader can do for a colleague: vouch or share.
Json people_act(const Phrases& phrases, const std::string& action, const std::string& name) {
  const std::string key = "console.people." + action;
  return {{"action", action},
          {"quiet", action == "share"},
          {"note", phrases.text(key + "_note")},
          {"button", phrases.text(key)},
          {"label", phrases.text(key + "_of", {{"name", name}})}};
}

}  // namespace

Json alarms_view(const Phrases& phrases, const std::map<flow::Alarm, std::int64_t>& present) {
  Json rows = Json::array();
  for (const auto& [alarm, since] : present)
    rows.push_back({{"words", phrases.text(std::string("console.outside.") + flow::code_of(alarm))},
                    {"since", phrases.text("console.outside_since", {{"time", taipei_text(since)}})}});
  return {{"alarms", rows}, {"alarmed", !present.empty()}};
}

std::string roles_in_words(const Phrases& phrases, Roles roles) {
  std::string out;
  for (const auto& [name, role] : kRoles)
    if (roles.any_of(role))
      out += (out.empty() ? "" : "、") + phrases.text("console.role." + std::string(name));
  return out;
}

std::string title_of(const Phrases& phrases, const store::Thread& thread) {
  const std::string kind = thread.kind == "case"    ? phrases.text("console.kind.case")
                           : thread.kind == "alert" ? phrases.text("console.kind.alert")
                                                    : phrases.text("console.kind.question");
  return phrases.text("console.thread.title", {{"kind", kind}, {"label", thread.label}});
}

Json list_view(const Phrases& phrases, const std::vector<store::Thread>& threads, std::int64_t now_ms,
               const std::optional<ThreadId>& current) {
  Json rows = Json::array();
  for (const store::Thread& thread : threads)
    rows.push_back({{"id", thread.id.hex()},
                    {"title", title_of(phrases, thread)},
                    {"due", due_in_words(phrases, thread, now_ms)},
                    {"late", late(thread, now_ms)},
                    {"crisis", thread.severity > 0},
                    {"changed", !thread.intact},
                    {"current", current == thread.id}});
  return {{"threads", rows}, {"any", !threads.empty()}, {"count", threads.size()}};
}

Json overview(const Phrases& phrases, const std::vector<HeldThread>& held, std::int64_t now_ms) {
  Json rows = Json::array();
  for (const auto& [thread, holders] : held) {
    std::string names;
    for (const auto& name : holders) names += (names.empty() ? "" : "、") + name;
    const std::int64_t days = (now_ms - thread.opened_at) / config::kDayMilliseconds;
    rows.push_back({{"title", title_of(phrases, thread)},
                    {"crisis", thread.severity > 0},
                    {"age", phrases.text("console.all.days", {{"days", std::to_string(days)}})},
                    {"holders", names.empty() ? phrases.text("console.all.nobody") : names}});
  }
  return {{"threads", rows}, {"any", !rows.empty()}};
}

Json thread_view(const Phrases& phrases, const store::Thread& thread,
                 const std::vector<store::Message>& messages, std::int64_t now_ms) {
  Json bubbles = Json::array();
  for (const store::Message& message : messages) bubbles.push_back(message_view(phrases, message));
  return {{"id", thread.id.hex()},
          {"title", title_of(phrases, thread)},
          {"closed", thread.closed},
          {"open", !thread.closed && !thread.about && thread.intact},
          {"alert_copy", thread.alert_copy() && thread.intact && !thread.closed},
          {"changed", !thread.intact},
          {"crisis", thread.severity > 0},
          {"late", late(thread, now_ms)},
          {"due", due_in_words(phrases, thread, now_ms)},
          {"no_way_back", thread.kind == "question" && !thread.has_address},
          {"mark", look_mark(thread, messages)},
          {"messages", bubbles},
          {"any", !messages.empty()}};
}

Json matches_view(const Phrases& phrases, const Matches& matches) {
  Json rows = Json::array();
  for (const Match& match : matches.newest)
    rows.push_back({{"id", match.thread.id.hex()},
                    {"message", match.message.hex()},
                    {"title", title_of(phrases, match.thread)},
                    {"who", author_in_words(phrases, match.author)},
                    {"time", time_view(match.at)},
                    {"before", match.excerpt.before},
                    {"word", match.excerpt.word},
                    {"after", match.excerpt.after}});
  std::string count = phrases.text("console.search.none");
  if (matches.found > rows.size())
    count = phrases.text("console.search.newest",
                         {{"count", std::to_string(matches.found)}, {"shown", std::to_string(rows.size())}});
  else if (matches.found > 0)
    count = phrases.text("console.search.count", {{"count", std::to_string(matches.found)}});
  return {{"count", count}, {"older_left_out", !matches.all_read}, {"matches", rows}};
}

Json people_view(const Phrases& phrases, const std::vector<store::Operator>& people,
                 const std::string& whose_eyes) {
  const auto eyes = std::ranges::find(people, whose_eyes, &store::Operator::name);
  const bool reads = eyes != people.end() && eyes->may_read();
  Json rows = Json::array();
  for (const store::Operator& op : people) {
    std::string state = phrases.text("console.people.state.waiting");
    if (!op.intact)
      state = phrases.text("console.people.state.changed");
    else if (op.vouched_by == op.name)
      state = phrases.text(store::vouches_for_itself(op) ? "console.people.state.first"
                                                         : "console.people.state.succeeded");
    else if (!op.vouched_by.empty())
      state = phrases.text("console.people.state.vouched", {{"name", op.vouched_by}});
    Json act = false;
    if (reads && op.intact && op.vouched_by.empty())
      act = people_act(phrases, "vouch", op.name);
    else if (reads && op.may_read() && op.name != whose_eyes)
      act = people_act(phrases, "share", op.name);
    rows.push_back({{"name", op.name},
                    {"roles", roles_in_words(phrases, op.roles)},
                    {"state", state},
                    {"fingerprint", store::fingerprint(op.public_key)},
                    {"act", act}});
  }
  return {{"people", rows}};
}

Json undelivered_view(const Phrases& phrases, const std::vector<store::Outbox::DeadLetter>& letters) {
  Json rows = Json::array();
  for (const auto& letter : letters)
    rows.push_back(
        {{"time", taipei_text(letter.made_at)}, {"reason", failure_in_words(phrases, letter.reason)}});
  return {{"letters", rows}, {"timed", true}, {"any", !letters.empty()}};
}

Json reasons_view(const Phrases& phrases, const std::vector<store::Outbox::DeadLetter>& letters) {
  std::set<std::string> reasons;
  for (const auto& letter : letters) reasons.insert(failure_in_words(phrases, letter.reason));
  Json rows = Json::array();
  for (const std::string& reason : reasons) rows.push_back({{"reason", reason}});
  return {{"letters", rows}, {"timed", false}, {"any", !letters.empty()}};
}

}  // namespace careline::console
