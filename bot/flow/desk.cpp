// What operators do.
#include "bot/flow/desk.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bot/flow/house.h"
#include "bot/flow/letter.h"
#include "bot/flow/reference.h"
#include "bot/flow/talk.h"
#include "config/clock.h"
#include "store/operators.h"
#include "store/staff.h"

namespace careline::flow {
namespace {
constexpr std::int64_t kNudgeBatch_ms = 10 * 60'000;  // answers within it are announced by one nudge
constexpr int kMorning = 8 * 60, kEvening = 21 * 60;  // minutes of the day: nudges wait through the night
constexpr std::size_t kSlice = 500;                   // LINE's limit for one multicast

std::int64_t not_at_night(std::int64_t now_ms) {
  const auto at = config::in_taipei(now_ms);
  if (at.minute_of_day >= kMorning && at.minute_of_day < kEvening) return now_ms;
  const int minutes =
      at.minute_of_day < kMorning ? kMorning - at.minute_of_day : 24 * 60 - at.minute_of_day + kMorning;
  return now_ms + minutes * config::kMinuteMilliseconds;
}

// Who is to be told about a thread, and what leads their phone back to it.
struct Recipient {
  store::Person person;
  Reference reference;
};

// The person of a case, or whoever left a way back: the thread's key and the service's open it together.
std::optional<Recipient> recipient(House& house, store::Db& db, const store::Thread& thread,
                                   const store::ThreadKeys& open) {
  store::People people(db, house.keys);
  if (thread.person) {
    const auto person = people.find(*thread.person);
    return person ? std::optional(Recipient{*person, {"", thread.id}}) : std::nullopt;
  }
  const auto address = store::Threads(db, house.keys).return_address(thread.id, open);
  if (!address) return std::nullopt;
  return Recipient{people.find(address->line_id), {address->receipt, {}}};
}

Spoken nudge(House& house, const Reference& reference) {
  Spoken spoken{{{house.phrases.text("flow.nudge"), {}}}, {}, {}};
  spoken.quick.push_back({house.phrases.text("flow.nudge.view"), "v:" + button_of(house, reference)});
  return spoken;
}

Spoken in_full(House& house, const store::Thread& thread, const std::string& text) {
  const std::string label =
      house.phrases.text(thread.kind == "case" ? "flow.case_label" : "flow.question_label",
                         {{thread.kind == "case" ? "number" : "label", thread.label}});
  return {{{house.phrases.text("flow.answer", {{"label", label}, {"text", text}}), {}}}, {}, {}};
}

bool was_nudged(const House& house, const store::Person& person, const Reference& reference) {
  const auto nudged = decode(person.state_json).nudged;
  return std::ranges::any_of(nudged, [&](const auto& hidden) { return reveal(house, hidden) == reference; });
}

// The conversation remembers that something waits, so that a typed 查看回覆 finds it.
void remember_nudge(House& house, store::Db& db, store::Person person, const Reference& reference) {
  if (was_nudged(house, person, reference)) return;
  Conversation talk = decode(person.state_json);
  talk.nudged.push_back(hide(house, reference));
  person.state_json = encode(talk);
  store::People(db, house.keys)
      .remember(person, (house.now_ms() + config::kTaipeiOffsetMilliseconds) / config::kDayMilliseconds);
}

// An announcement that was not followed yet: on its way (through the night, or while LINE is down), or just
// gone out.
enum class Announced { no, waiting, accepted };

Announced announced(const std::vector<std::string>& unfetched, bool nudged_lately) {
  if (std::ranges::find(unfetched, "waiting") != unfetched.end()) return Announced::waiting;
  const bool gone_out = std::ranges::find(unfetched, "accepted") != unfetched.end();
  return gone_out && nudged_lately ? Announced::accepted : Announced::no;
}

// True if the person is told by a message of its own.
bool tell(House& house, store::Db& db, const store::Thread& thread, const std::optional<Recipient>& to,
          const MessageId& message, const std::string& text, Announced before) {
  store::Threads threads(db, house.keys);
  // Without a way back the answer waits behind the receipt; an alert outside a case has no receipt either.
  const auto not_told = [&](const std::string& delivery, const std::string& why) {
    threads.delivered(thread.id, message, delivery, why);
    return false;
  };
  if (!to) return thread.kind == "question" ? not_told("none", "") : not_told("failed", "no_address");
  const store::Person& person = to->person;
  // Few have blocked us: beside an anonymous question the reason would lead to its asker.
  if ((person.blocked || person.quiet) && !thread.person) return not_told("failed", "unreachable");
  if (person.blocked || person.quiet) return not_told("failed", person.blocked ? "blocked" : "quiet");
  if (!person.show_directly) {
    // Answers that were shown directly are unfetched too, but announced nothing.
    const bool nudged = was_nudged(house, person, to->reference);
    remember_nudge(house, db, person, to->reference);
    if (nudged && before == Announced::waiting) return false;  // goes with what waits, and fares like it
    if (nudged && before == Announced::accepted) return not_told("accepted", "");
  }
  // Opening the thread acknowledges its alert; the answers that follow are as urgent as before.
  const bool urgent =
      thread.severity > 0 || threads.alerted_since(thread.id, house.now_ms() - config::kDayMilliseconds);
  promise(house, db,
          {.lane = urgent ? store::Lane::crisis : store::Lane::notice,
           .person = person.id,
           .to = person.line_id,
           .messages_json =
               house.write(person.show_directly ? in_full(house, thread, text) : nudge(house, to->reference)),
           .about = {{"thread", thread.id.hex()}},
           .due_at = urgent ? house.now_ms() : not_at_night(house.now_ms()),
           .counsellor = 1});
  return true;
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

// A thread that this operator may look at. A contact card is none: it opens beside an alert only.
std::optional<store::Thread> held(House& house, store::Db& db, const ThreadId& id, const Actor& who) {
  auto thread = store::Threads(db, house.keys).find(id);
  if (!thread || thread->contact_card() || !store::Grants(db, house.keys).has(id, who.name))
    return std::nullopt;
  return thread;
}

}  // namespace

void note_line(House& house, store::Db& db, const Actor& who, store::Action action, const std::string& object,
               const std::string& outcome) {
  store::Audit(db, house.keys)
      .note({house.now_ms(), who.name, who.roles == Roles{} ? "unknown" : who.roles.text(), action, object,
             outcome});
}

bool Desk::reply(const ThreadId& id, const Actor& who, const std::string& text) {
  bool done = false;
  house_.writer.run([&](store::Db& db) {
    store::Threads threads(db, house_.keys);
    const auto thread = threads.find(id);
    if (!thread || thread->closed || thread->about || text.empty()) return;
    const auto open = store::Grants(db, house_.keys).open(id, who.reader());
    if (open.empty()) return;
    threads.waits(id, 0, thread->active_at, thread->due_at);
    threads.acknowledge(id, who.name, house_.now_ms());
    say(db, *thread, open, text);
    note_line(house_, db, who, store::Action::answered, id.hex());
    done = true;
  });
  if (done) {
    // The thread and its asker changed in one commit: until the WAL is emptied that stands side by side
    // there.
    house_.writer.erase_soon();
    house_.promised();
    house_.changes.tell("list:" + id.hex());
    house_.changes.tell("thread:" + id.hex());
  }
  return done;
}

void Desk::say(store::Db& db, const store::Thread& thread, const store::ThreadKeys& open,
               const std::string& text) {
  store::Threads threads(db, house_.keys);
  const std::int64_t now = house_.now_ms();
  std::erase_if(nudged_at_, [&](const auto& nudged) { return now - nudged.second >= kNudgeBatch_ms; });
  const Announced before = announced(threads.unfetched_deliveries(thread.id), nudged_at_.contains(thread.id));
  const auto message =
      threads.add(thread, {.author = "counsellor", .text = text, .at = now, .delivery = "waiting"});
  if (tell(house_, db, thread, recipient(house_, db, thread, open), message, text, before))
    nudged_at_[thread.id] = now;
}

bool Desk::close(const ThreadId& id, const Actor& who) {
  bool done = false, copies = false;  // those who held a copy hold nothing any more, and are told like all
  house_.writer.run([&](store::Db& db) {
    store::Threads threads(db, house_.keys);
    const auto thread = held(house_, db, id, who);
    if (!thread || thread->closed) return;
    threads.acknowledge(id, who.name, house_.now_ms());
    copies = thread->about || !threads.alert_copies(id).empty();
    threads.set_closed(id, 1, house_.now_ms());
    note_line(house_, db, who, store::Action::closed, id.hex());
    done = true;
  });
  if (!done) return false;
  house_.writer.erase_soon();  // a copy, or what stood beside a case
  house_.changes.tell(copies ? "list" : "list:" + id.hex());
  return true;
}

bool Desk::open(const ThreadId& id, const Actor& who) {
  bool there = false;
  house_.writer.run([&](store::Db& db) {
    const auto thread = held(house_, db, id, who);
    there = thread.has_value();
    if (there && thread->about)
      note_line(house_, db, who, store::Action::alert_opened, thread->about->hex());
    else if (there)
      note_line(house_, db, who, store::Action::opened, id.hex());
  });
  return there;
}

std::optional<std::string> Desk::contact(const ThreadId& alert_copy, const Actor& who,
                                         const std::string& reason) {
  std::optional<std::string> card;
  house_.writer.run([&](store::Db& db) {
    store::Threads threads(db, house_.keys);
    const auto copy = held(house_, db, alert_copy, who);
    if (!copy || !copy->intact || !copy->alert_copy() || copy->closed) return;
    const auto contact = threads.contact_card(*copy->about);
    const auto open =
        contact ? store::Grants(db, house_.keys).open(contact->id, who.reader()) : store::ThreadKeys{};
    if (open.empty()) return;
    note_line(house_, db, who, store::Action::contact_opened, copy->about->hex(), reason);
    card = threads.messages(contact->id, open).at(0).text;
  });
  return card;
}

bool Desk::opened(const ThreadId& id, const Actor& who) {
  bool granted = false;
  house_.writer.run([&](store::Db& db) {
    store::Threads threads(db, house_.keys);
    const auto thread = held(house_, db, id, who);
    granted = thread.has_value();
    if (!granted) return;
    threads.read_by_staff(id);
    threads.acknowledge(id, who.name, house_.now_ms());
    if (thread->severity > 0) note_line(house_, db, who, store::Action::acknowledged, id.hex());
  });
  if (granted) house_.changes.tell("list:" + id.hex());
  return granted;
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

bool Desk::add_operator(const std::string& name, Roles roles, const std::string& password) {
  const auto added = store::new_operator(house_.keys, name, roles, password, house_.now_ms());
  bool done = false;
  house_.writer.run([&](store::Db& db) { done = store::add_operator(db, house_.keys, added); });
  return done;
}

bool Desk::vouch(const Actor& who, const std::string& newcomer) {
  bool done = false;
  house_.writer.run([&](store::Db& db) {
    done = store::Operators(db, house_.keys).vouch(who.reader(), newcomer);
    if (!done) return;
    store::Grants grants(db, house_.keys);
    grants.give_what_waited(*store::Operators(db, house_.keys).find(newcomer));
    for (const ThreadId& card : store::Threads(db, house_.keys).contact_cards_held_by(who.name))
      grants.share(card, who.reader(), newcomer);
    note_line(house_, db, who, store::Action::key_approved, newcomer);
  });
  return done;
}

bool Desk::share(const Actor& who, const std::string& to, bool closed_too) {
  std::size_t wanted = 0, shared = 0;
  house_.writer.run([&](store::Db& db) {
    store::Grants grants(db, house_.keys);
    for (const ThreadId& id : grants.threads_of(who.name)) {
      const auto thread = store::Threads(db, house_.keys).find(id);
      if (!thread || thread->about || (thread->closed && !closed_too)) continue;
      ++wanted;
      if (!thread->intact || !grants.share(id, who.reader(), to)) continue;
      ++shared;
      note_line(house_, db, who, store::Action::shared, id.hex());
    }
  });
  if (shared > 0) house_.changes.tell("list");
  return wanted > 0 && shared == wanted;
}

void Desk::note(const Actor& who, store::Action action) {
  note(who, action, "", action == store::Action::sign_in_refused ? "refused" : "done");
}

void Desk::note(const Actor& who, store::Action action, const std::string& object,
                const std::string& outcome) {
  house_.writer.run([&](store::Db& db) { note_line(house_, db, who, action, object, outcome); });
}

void Desk::refused(const Actor& who, const std::string& route) {
  house_.writer.submit(
      [this, who, route](store::Db& db) {
        note_line(house_, db, who, store::Action::refused, route, "refused");
      },
      nullptr);
}

void Desk::alarm(Alarm alarm, bool started) {
  house_.writer.submit(
      [this, alarm, started](store::Db& db) {
        store::Audit(db, house_.keys)
            .note({house_.now_ms(), "system", "system",
                   started ? store::Action::alarm_started : store::Action::alarm_ended, code_of(alarm)});
      },
      nullptr);
}

}  // namespace careline::flow
