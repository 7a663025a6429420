// Takes turns for what waits in the inbox.
#include "bot/flow/inbox_worker.h"

#include <algorithm>
#include <map>

#include "bot/flow/turn.h"
#include "store/inbox.h"

namespace careline::flow {
namespace {
constexpr std::size_t kBatch = 64;
constexpr std::chrono::milliseconds kLook{1000};

struct Turn {
  std::int64_t id, received_at;
  Incoming in;
  bool readable;
};

// Events that wait together are taken by their time for each person; among strangers the order is arrival.
std::vector<Turn> in_order(House& house, const std::vector<store::Waiting>& waiting) {
  std::vector<Turn> turns;
  std::map<std::string, std::vector<std::size_t>> places;
  for (const auto& w : waiting) {
    turns.push_back({w.id, w.received_at, house.read(w.json), !w.json.empty()});
    places[turns.back().in.user].push_back(turns.size() - 1);
  }
  std::vector<Turn> sorted = turns;
  for (const auto& [user, at] : places) {
    std::vector<std::size_t> by_time = at;
    std::stable_sort(by_time.begin(), by_time.end(), [&](std::size_t a, std::size_t b) {
      return turns[a].in.timestamp < turns[b].in.timestamp;
    });
    for (std::size_t i = 0; i < at.size(); ++i) sorted[at[i]] = turns[by_time[i]];
  }
  return sorted;
}

}  // namespace

InboxWorker::InboxWorker(House& house) : house_(house), thread_([this] { loop(); }) {}

void InboxWorker::wake() {
  {
    const std::lock_guard lock(mutex_);
    news_came_ = true;
  }
  news_.notify_one();
}

void InboxWorker::stop() {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    stopping_ = true;
  }
  news_.notify_all();
  thread_.join();
}

void InboxWorker::loop() {
  for (;;) {
    try {
      while (take_some()) {
        const std::lock_guard lock(mutex_);
        if (stopping_) return;
      }
      healthy_ = true;
    } catch (const std::exception&) {
      healthy_ = false;  // the store cannot be written: everything waits where it is
    }
    std::unique_lock lock(mutex_);
    news_.wait_for(lock, kLook, [&] { return news_came_ || stopping_; });
    if (stopping_) return;
    news_came_ = false;
  }
}

bool InboxWorker::take_some() {
  std::size_t taken = 0;
  house_.writer.run([&](store::Db& db) {
    store::Inbox inbox(db, house_.keys);
    const auto waiting = inbox.oldest(kBatch);
    taken = waiting.size();
    for (const Turn& turn : in_order(house_, waiting)) {
      db.query("SAVEPOINT turn").run();
      try {
        if (!turn.readable) throw std::runtime_error("an event of the inbox does not open");
        take_turn(house_, db, turn.in, turn.received_at);
        inbox.settle(turn.id);
      } catch (const std::exception&) {
        db.query("ROLLBACK TO turn").run();
        inbox.failed(turn.id);  // set aside after three failures: it stops nobody else
        ++faults_;
      }
      db.query("RELEASE turn").run();
    }
  });
  house_.changes.release();
  if (taken > 0) {
    house_.promised();
    house_.writer.erase_soon();
  }
  return taken >= kBatch;
}

}  // namespace careline::flow
