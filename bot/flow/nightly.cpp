// What time takes away by itself.
#include "bot/flow/nightly.h"

#include <string>

#include "bot/flow/conversation.h"
#include "config/clock.h"
#include "store/audit.h"
#include "store/day.h"
#include "store/disclosures.h"
#include "store/outbox.h"
#include "store/people.h"
#include "store/retention.h"

namespace careline::flow {
namespace {

constexpr std::int64_t kThreads = 20, kRows = 500, kStates = 100;  // in one slice: some milliseconds
constexpr std::int64_t kNight_ms = 3LL * 3'600'000;
constexpr std::int64_t kLeft_ms = 30 * 60'000, kForgotten_ms = store::kDay_ms;

std::int64_t night_of(std::int64_t now_ms) { return store::day_in_taiwan(now_ms - kNight_ms); }

// 1 to 4 are never shown, and no larger figure to the last person (promise of small numbers).
std::string rounded(std::int64_t count) {
  if (count == 0) return "0";
  return count < 5 ? "<5" : std::to_string(count / 5 * 5);
}

class Night {
 public:
  Night(House& house, const std::function<bool()>& stop)
      : house_(house), stop_(stop), now_(house.now_ms()), terms_(house.programme.retention) {}

  // False if it was stopped.
  bool pass() {
    return erase("question", terms_.question_days) && erase("alert", terms_.alert_days) &&
           sweep("line_message",
                 [&](store::Db& db) {
                   return of(db).forget_line_messages(day(terms_.line_message_days), kRows);
                 }) &&
           sweep("event",
                 [&](store::Db& db) { return of(db).forget_events(day(terms_.event_days), kRows); }) &&
           sweep("post",
                 [&](store::Db& db) {
                   return of(db).forget_posts(config::term_began(now_, terms_.post_years), kRows);
                 }) &&
           sweep("undelivered", [&](store::Db& db) {
             return store::Outbox(db, house_.keys).drop_dead(before(terms_.undelivered_days), kRows);
           });
  }
  const std::string& counts() const { return counts_; }

 private:
  store::Retention of(store::Db& db) const { return {db, house_.keys}; }
  std::int64_t before(int days) const { return now_ - days * store::kDay_ms; }
  std::int64_t day(int days) const { return store::day_in_taiwan(before(days)); }

  bool erase(const std::string& kind, int days) {
    return sweep(kind, [&](store::Db& db) {
      const auto idle = of(db).idle(kind, before(days), kThreads);
      for (const ThreadId& id : idle) store::Threads(db, house_.keys).erase(id);
      return static_cast<std::int64_t>(idle.size());
    });
  }
  // A slice tells how many rows it took away; the last one finds none.
  bool sweep(const std::string& name, const std::function<std::int64_t(store::Db&)>& slice) {
    std::int64_t all = 0;
    for (std::int64_t gone = 1; gone > 0; all += gone) {
      if (stop_()) return false;
      house_.writer.run([&](store::Db& db) { gone = slice(db); });
      if (gone > 0) house_.writer.erase_soon();
    }
    counts_ += (counts_.empty() ? "" : " ") + name + "=" + rounded(all);
    return true;
  }

  House& house_;
  const std::function<bool()>& stop_;
  const std::int64_t now_;
  const config::Retention& terms_;
  std::string counts_;
};

// Nothing in it is needed by the person's next message.
bool may_go(const Conversation& talk, std::int64_t now_ms) {
  if (talk.touched_at == 0) return false;  // only a notice is remembered: goes with its day
  const std::int64_t left_for = now_ms - talk.touched_at;
  if (left_for > kForgotten_ms + kLeft_ms) return true;
  const bool draft = is_draft(talk.at) || (talk.draft && talk.draft_until > now_ms);
  return left_for > kLeft_ms && !draft && talk.nudged.empty() && talk.alert.empty();
}

}  // namespace

bool keep_to_terms(House& house, const std::function<bool()>& stop) {
  const std::int64_t night = night_of(house.now_ms());
  bool due = false;
  house.writer.run([&](store::Db& db) { due = store::Retention(db, house.keys).last_run() < night; });
  if (!due) return false;
  Night passing(house, stop);
  if (!passing.pass()) return false;
  house.writer.run([&](store::Db& db) {
    store::Retention(db, house.keys).ran(night);
    store::Audit(db, house.keys)
        .note({house.now_ms(), "system", "system", store::Action::retention, passing.counts()});
  });
  house.changes.tell("list");
  return true;
}

void forget_left_conversations(House& house) {
  PersonId after{};
  for (std::size_t found = kStates; found == kStates;) {
    house.writer.run([&](store::Db& db) {
      store::People people(db, house.keys);
      const auto some = people.with_state(after, kStates);
      found = some.size();
      if (!some.empty()) after = some.back().id;
      for (const store::Person& person : some)
        if (may_go(decode(person.state_json), house.now_ms())) people.forget_state(person.id);
    });
  }
  house.writer.run([&](store::Db& db) {
    store::People(db, house.keys).sweep_states(store::day_in_taiwan(house.now_ms()) - 1);
    store::Disclosures(db, house.keys).drop_files(house.now_ms());
  });
  house.writer.erase_soon();
}

}  // namespace careline::flow
