// What operators do about keeping and shredding.
#include <algorithm>
#include <iterator>

#include "bot/flow/desk.h"
#include "bot/flow/house.h"

namespace careline::flow {
namespace {

template <std::size_t n>
bool among(const char* const (&reasons)[n], const std::string& reason) {
  return std::find(std::begin(reasons), std::end(reasons), reason) != std::end(reasons);
}

std::int64_t term_began(const House& house) {
  return config::term_began(house.now_ms(), house.programme.retention.case_years);
}

bool may_be_proposed(const House& house, const store::Thread& thread, const std::string& reason) {
  if (!thread.closed || !among(store::kShredReasons, reason)) return false;
  const bool over = thread.kind == "case" && thread.closed_at < term_began(house);
  if (reason == "term") return over;
  return thread.kind != "case" || over || reason == "mistake";
}

}  // namespace

bool Desk::hold(const ThreadId& id, const Actor& who, const std::string& reason) {
  bool done = false;
  house_.writer.run([&](store::Db& db) {
    store::Retention retention(db, house_.keys);
    done =
        among(store::kHoldReasons, reason) && store::Threads(db, house_.keys).find(id) && !retention.held(id);
    if (!done) return;
    retention.hold(id, reason, who.name, house_.now_ms());
    note_line(house_, db, who, store::Action::held, id.hex());
  });
  return done;
}

bool Desk::release(const ThreadId& id, const Actor& who) {
  bool done = false;
  house_.writer.run([&](store::Db& db) {
    store::Retention retention(db, house_.keys);
    done = retention.held(id);
    if (!done) return;
    retention.release(id);
    note_line(house_, db, who, store::Action::released, id.hex());
  });
  return done;
}

bool Desk::propose_over(const Actor& who) {
  bool done = false;
  house_.writer.run([&](store::Db& db) {
    store::Retention retention(db, house_.keys);
    std::vector<ThreadId> ids;
    for (const store::Thread& thread : retention.over(term_began(house_))) ids.push_back(thread.id);
    done = retention.propose(ids, "term", who.name, house_.now_ms());
    if (done) note_line(house_, db, who, store::Action::shred_proposed);
  });
  return done;
}

bool Desk::propose(const ThreadId& id, const Actor& who, const std::string& reason) {
  bool done = false;
  house_.writer.run([&](store::Db& db) {
    store::Retention retention(db, house_.keys);
    const auto thread = store::Threads(db, house_.keys).find(id);
    if (!thread || retention.held(id) || !may_be_proposed(house_, *thread, reason)) return;
    done = retention.propose({id}, reason, who.name, house_.now_ms());
    if (done) note_line(house_, db, who, store::Action::shred_proposed, id.hex());
  });
  return done;
}

bool Desk::withdraw(const ShredId& id, const Actor& who) {
  bool done = false;
  house_.writer.run([&](store::Db& db) {
    store::Retention retention(db, house_.keys);
    done = std::ranges::any_of(retention.requests(), [&](const auto& request) { return request.id == id; });
    if (!done) return;
    retention.withdraw(id);
    note_line(house_, db, who, store::Action::shred_withdrawn, id.hex());
  });
  return done;
}

std::optional<store::Certificate> Desk::approve(const ShredId& id, const Actor& who) {
  std::optional<store::Certificate> certificate;
  house_.writer.run([&](store::Db& db) {
    certificate = store::Retention(db, house_.keys).shred(id, who.name, house_.now_ms());
    if (certificate) note_line(house_, db, who, store::Action::shredded, id.hex());
  });
  if (!certificate) return std::nullopt;
  house_.writer.erase_soon();
  house_.changes.tell("list");
  return certificate;
}

}  // namespace careline::flow
