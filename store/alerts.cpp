// The alerts of a thread.
#include "store/threads.h"

namespace careline::store {

AlertId Threads::raise(const ThreadId& id, std::int64_t severity, const std::string& kind,
                       const std::string& rules, std::int64_t now_ms) {
  const auto alert = random_id<AlertId>();
  db_.query(R"sql(
    INSERT INTO alerts (id, thread, severity, kind, rules, raised_at)
    VALUES (:id, :thread, :severity, :kind, :rules, :at))sql")
      .bind(":id", alert)
      .bind(":thread", id)
      .bind(":severity", severity)
      .bind(":kind", kind)
      .bind(":rules", rules)
      .bind(":at", now_ms)
      .run();
  db_.query("UPDATE threads SET severity = max(severity, :severity), waiting = 1, closed = 0 WHERE id = :id")
      .bind(":severity", severity)
      .bind(":id", id)
      .run();
  return alert;
}

void Threads::set_severity(const ThreadId& id, std::int64_t severity) {
  db_.query("UPDATE threads SET severity = :severity WHERE id = :id AND severity > 0")
      .bind(":severity", severity)
      .bind(":id", id)
      .run();
}

void Threads::acknowledge(const ThreadId& id, const std::string& who, std::int64_t now_ms) {
  db_.query(R"sql(
    UPDATE alerts SET acknowledged_at = :at, acknowledged_by = :who WHERE thread = :thread AND acknowledged_at IS NULL)sql")
      .bind(":at", now_ms)
      .bind(":who", who)
      .bind(":thread", id)
      .run();
  db_.query("UPDATE threads SET severity = 0 WHERE id = :id").bind(":id", id).run();
}

std::int64_t Threads::alerted_at(const ThreadId& id) {
  auto q = db_.query(
      "SELECT coalesce(max(raised_at), 0) FROM alerts WHERE thread = :thread AND acknowledged_at IS NULL");
  q.bind(":thread", id);
  return q.step() ? q.integer(0) : 0;
}

bool Threads::alerted_since(const ThreadId& id, std::int64_t at_ms) {
  auto q = db_.query("SELECT 1 FROM alerts WHERE thread = :thread AND raised_at >= :at LIMIT 1");
  q.bind(":thread", id).bind(":at", at_ms);
  return q.step();
}

}  // namespace careline::store
