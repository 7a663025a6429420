// Webhook events between their 200 and their turn.
#include "store/inbox.h"

namespace careline::store {
namespace {
constexpr std::int64_t kDay_ms = 86'400'000;
}

int Inbox::append(const std::vector<Arrival>& events, std::int64_t now_ms) {
  std::int64_t request = 0;
  int fresh = 0;
  for (const Arrival& event : events) {
    const bool unseen =
        db_.query("INSERT INTO seen (event, day) VALUES (:event, :day) ON CONFLICT DO NOTHING")
            .bind(":event", event.event)
            .bind(":day", now_ms / kDay_ms)
            .run() == 1;
    if (!unseen) continue;
    if (request == 0) {
      auto last = db_.query("SELECT coalesce(max(id), 0) + 1 FROM inbox");
      last.step();
      request = last.integer(0);
    }
    db_.query("INSERT INTO inbox (request, received_at, sealed_event) VALUES (:request, :at, :event)")
        .bind(":request", request)
        .bind(":at", now_ms)
        .bind_blob(":event", keys_.seal(Purpose::inbox, event.json, "inbox"))
        .run();
    ++fresh;
  }
  return fresh;
}

std::vector<Waiting> Inbox::oldest(std::size_t limit) {
  std::vector<Waiting> found;
  std::int64_t request = 0;
  auto q = db_.query("SELECT id, received_at, sealed_event, request FROM inbox WHERE parked = 0 ORDER BY id");
  while (q.step()) {
    if (found.size() >= limit && q.integer(3) != request) break;
    request = q.integer(3);
    found.push_back(
        {q.integer(0), q.integer(1), keys_.open(Purpose::inbox, q.text(2), "inbox").value_or("")});
  }
  return found;
}

void Inbox::settle(std::int64_t id) { db_.query("DELETE FROM inbox WHERE id = :id").bind(":id", id).run(); }

void Inbox::failed(std::int64_t id) {
  db_.query("UPDATE inbox SET failures = failures + 1, parked = (failures >= 2) WHERE id = :id")
      .bind(":id", id)
      .run();
}

std::int64_t Inbox::waiting_count() {
  auto q = db_.query("SELECT count(*) FROM inbox WHERE parked = 0");
  q.step();
  return q.integer(0);
}

}  // namespace careline::store
