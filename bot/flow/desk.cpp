// What operators do.
#include "bot/flow/desk.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bot/flow/house.h"
#include "bot/flow/letter.h"
#include "bot/flow/talk.h"
#include "config/clock.h"
#include "store/operators.h"

namespace careline::flow {
namespace {
constexpr std::int64_t kNudgeBatch_ms = 10 * 60'000;  // answers within it are announced by one nudge
constexpr int kMorning = 8 * 60, kEvening = 21 * 60;  // minutes of the day: nudges wait through the night
constexpr const char* kSystem = "system";             // who acts by the command line
constexpr std::size_t kSlice = 500;                   // LINE's limit for one multicast

std::int64_t not_at_night(std::int64_t now_ms) {
  const auto at = config::in_taipei(now_ms);
  if (at.minute_of_day >= kMorning && at.minute_of_day < kEvening) return now_ms;
  const int minutes =
      at.minute_of_day < kMorning ? kMorning - at.minute_of_day : 24 * 60 - at.minute_of_day + kMorning;
  return now_ms + minutes * config::kMinuteMilliseconds;
}

// Who is to be told about this thread: the person of a case, or whoever left a way back.
std::optional<store::Person> recipient(House& house, store::Db& db, const store::Thread& thread) {
  store::People people(db, house.keys);
  if (thread.person) return people.find(*thread.person);
  const auto address = store::Threads(db, house.keys).return_address(thread.id);
  if (!address) return std::nullopt;
  return people.find(*address);
}

Spoken nudge(House& house, const store::Thread& thread) {
  Spoken spoken{{{house.phrases.text("flow.nudge"), {}}}, {}, {}};
  spoken.quick.push_back(
      {house.phrases.text("flow.nudge.view"),
       "v:" + store::base64url(house.keys.seal(store::Purpose::token, thread.id.view(), "view"))});
  return spoken;
}

Spoken in_full(House& house, const store::Thread& thread, const std::string& text) {
  const std::string label =
      house.phrases.text(thread.kind == "case" ? "flow.case_label" : "flow.question_label",
                         {{thread.kind == "case" ? "number" : "label", thread.label}});
  return {{{house.phrases.text("flow.answer", {{"label", label}, {"text", text}}), {}}}, {}, {}};
}

// The person's sealed state remembers that something waits, so that a typed 查看回覆 finds it.
void remember_nudge(House& house, store::Db& db, store::Person person, const ThreadId& thread) {
  Conversation talk = decode(person.state_json);
  std::erase(talk.nudged, thread.hex());
  talk.nudged.push_back(thread.hex());
  person.state_json = encode(talk);
  store::People(db, house.keys)
      .remember(person, (house.now_ms() + config::kTaipeiOffsetMilliseconds) / config::kDayMilliseconds);
}

// An announcement that was not followed yet: on its way (through the night, or while LINE is down), or just
// gone out.
enum class Announced { no, waiting, accepted };

Announced announced(const std::vector<store::Message>& unfetched, std::int64_t now_ms) {
  Announced so_far = Announced::no;
  for (const store::Message& m : unfetched) {
    if (m.delivery == "waiting") return Announced::waiting;
    if (m.delivery == "accepted" && now_ms - m.at < kNudgeBatch_ms) so_far = Announced::accepted;
  }
  return so_far;
}

// Answers that were shown directly are unfetched too, but announced nothing.
bool was_nudged(const store::Person& person, const ThreadId& thread) {
  const auto nudged = decode(person.state_json).nudged;
  return std::find(nudged.begin(), nudged.end(), thread.hex()) != nudged.end();
}

void tell(House& house, store::Db& db, const store::Thread& thread, const MessageId& message,
          const std::string& text, Announced before) {
  store::Threads threads(db, house.keys);
  const auto person = recipient(house, db, thread);
  // Without a way back the answer waits behind the receipt; an alert outside a case has no receipt either.
  if (!person && thread.kind == "question") return threads.delivered(thread.id, message, "none", "");
  if (!person) return threads.delivered(thread.id, message, "failed", "no_address");
  if (person->blocked || person->quiet)
    return threads.delivered(thread.id, message, "failed", person->blocked ? "blocked" : "quiet");
  if (!person->show_directly) {
    const bool nudged = was_nudged(*person, thread.id);
    remember_nudge(house, db, *person, thread.id);
    if (nudged && before == Announced::waiting) return;  // goes with what waits, and fares like it
    if (nudged && before == Announced::accepted) return threads.delivered(thread.id, message, "accepted", "");
  }
  const nlohmann::json about = {{"thread", thread.id.hex()}};
  // Opening the thread acknowledges its alert; the answers that follow are as urgent as before.
  const bool urgent =
      thread.severity > 0 || threads.alerted_since(thread.id, house.now_ms() - config::kDayMilliseconds);
  promise(house, db,
          {.lane = urgent ? store::Lane::crisis : store::Lane::notice,
           .person = person->id,
           .to = person->line_id,
           .messages_json =
               house.write(person->show_directly ? in_full(house, thread, text) : nudge(house, thread)),
           .about = about,
           .due_at = urgent ? house.now_ms() : not_at_night(house.now_ms()),
           .counsellor = 1});
}

// One multicast of at most 500 people with a retry key of its own, fixed before the first call.
void promise_slice(House& house, store::Db& db, const std::vector<store::Person>& everyone, std::size_t from,
                   std::size_t to, const std::string& messages, const nlohmann::json& about) {
  nlohmann::json ids = nlohmann::json::array();
  for (std::size_t i = from; i < to; ++i) ids.push_back(everyone[i].line_id);
  store::Parcel parcel{
      .lane = store::Lane::bulk, .person = store::random_id<PersonId>(), .mode = store::Mode::multicast};
  parcel.retry_key = store::random_uuid();
  parcel.made_at = parcel.due_at = house.now_ms();
  parcel.body = write_letter({{"to", std::move(ids)}, {"about", about}}, messages);
  store::Outbox(db, house.keys).put(parcel);
}

void note_line(House& house, store::Db& db, const Actor& who, store::Action action,
               const std::string& object = "", const std::string& outcome = "done") {
  store::Audit(db, house.keys).note({house.now_ms(), who.name, who.role, action, object, outcome});
}

}  // namespace

bool Desk::reply(const ThreadId& id, const Actor& who, const std::string& text) {
  bool done = false;
  house_.writer.run([&](store::Db& db) {
    store::Threads threads(db, house_.keys);
    const auto thread = threads.find(id);
    if (!thread || thread->closed || text.empty()) return;
    const std::int64_t now = house_.now_ms();
    const Announced before = announced(threads.unfetched_answers(id), now);
    const auto message =
        threads.add(id, {.author = "counsellor", .text = text, .at = now, .delivery = "waiting"});
    threads.waits(id, 0, thread->active_at, thread->due_at);
    threads.acknowledge(id, who.name, now);
    tell(house_, db, *thread, message, text, before);
    note_line(house_, db, who, store::Action::answered, id.hex());
    done = true;
  });
  if (done) {
    house_.promised();
    house_.changes.tell("list");
    house_.changes.tell("thread:" + id.hex());
  }
  return done;
}

bool Desk::close(const ThreadId& id, const Actor& who) {
  bool done = false;
  house_.writer.run([&](store::Db& db) {
    store::Threads threads(db, house_.keys);
    const auto thread = threads.find(id);
    if (!thread || thread->closed) return;
    threads.acknowledge(id, who.name, house_.now_ms());
    threads.set_closed(id, 1);
    note_line(house_, db, who, store::Action::closed, id.hex());
    done = true;
  });
  if (done) house_.changes.tell("list");
  return done;
}

bool Desk::open(const ThreadId& id, const Actor& who) {
  bool there = false;
  house_.writer.run([&](store::Db& db) {
    there = store::Threads(db, house_.keys).find(id).has_value();
    if (there) note_line(house_, db, who, store::Action::opened, id.hex());
  });
  return there;
}

void Desk::opened(const ThreadId& id, const Actor& who) {
  house_.writer.run([&](store::Db& db) {
    store::Threads threads(db, house_.keys);
    const auto thread = threads.find(id);
    if (!thread) return;
    threads.read_by_staff(id);
    threads.acknowledge(id, who.name, house_.now_ms());
    if (thread->severity > 0) note_line(house_, db, who, store::Action::acknowledged, id.hex());
  });
  house_.changes.tell("list");
}

Audience Desk::audience(const std::string& topic) {
  Audience audience;
  house_.writer.run([&](store::Db& db) {
    store::People people(db, house_.keys);
    audience.people =
        static_cast<std::int64_t>((topic.empty() ? people.reachable() : people.members_of(topic)).size());
  });
  audience.quota_left = house_.quota_left();
  return audience;
}

BroadcastId Desk::post(const std::string& topic, const std::string& text, const Actor& who) {
  store::Post post{
      .id = store::random_id<BroadcastId>(), .topic = topic, .text = text, .at = house_.now_ms()};
  const std::string messages = house_.write(Spoken{{{text, {}}}, {}, {}});
  house_.writer.run([&](store::Db& db) {
    store::People people(db, house_.keys);
    const auto everyone = topic.empty() ? people.reachable() : people.members_of(topic);
    post.planned = static_cast<std::int64_t>(everyone.size());
    store::Posts(db, house_.keys).add(post);
    note_line(house_, db, who, store::Action::posted, post.id.hex());
    const nlohmann::json about = {{"post", post.id.hex()}};
    for (std::size_t from = 0; from < everyone.size(); from += kSlice)
      promise_slice(house_, db, everyone, from, std::min(from + kSlice, everyone.size()), messages, about);
  });
  house_.promised();
  house_.changes.tell("broadcast:" + post.id.hex());
  return post.id;
}

bool Desk::add_operator(const std::string& name, const std::string& role, const std::string& password) {
  const store::Operator op{name, role, store::hash_password(password)};
  bool added = false;
  house_.writer.run([&](store::Db& db) { added = enrol(db, house_.keys, op, house_.now_ms()); });
  return added;
}

void Desk::note(const Actor& who, store::Action action) {
  const bool refused = action == store::Action::sign_in_refused;
  house_.writer.run(
      [&](store::Db& db) { note_line(house_, db, who, action, "", refused ? "refused" : "done"); });
}

void Desk::refused(const Actor& who, const std::string& route) {
  house_.writer.submit(
      [this, who, route](store::Db& db) {
        note_line(house_, db, who, store::Action::refused, route, "refused");
      },
      nullptr);
}

bool enrol(store::Db& db, const store::Keyring& keys, const store::Operator& op, std::int64_t now_ms) {
  if (!store::Operators(db).add(op, now_ms)) return false;
  store::Audit(db, keys).note({now_ms, kSystem, kSystem, store::Action::operator_added, op.name});
  return true;
}

}  // namespace careline::flow
