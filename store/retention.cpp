// What is over its term, what must stay for now, and shredding by two persons.
#include "store/retention.h"

#include "store/day.h"

namespace careline::store {

std::vector<ThreadId> Retention::idle(const std::string& kind, std::int64_t before_ms, std::int64_t limit) {
  auto q = db_.query(R"sql(
    SELECT id FROM threads WHERE kind = :kind AND active_at < :before AND id NOT IN (SELECT thread FROM holds)
    LIMIT :limit)sql");
  q.bind(":kind", kind).bind(":before", before_ms).bind(":limit", limit);
  std::vector<ThreadId> found;
  while (q.step()) found.push_back(q.id<ThreadId>(0));
  return found;
}

std::vector<Thread> Retention::all(Query& ids) {
  std::vector<ThreadId> found;
  while (ids.step()) found.push_back(ids.id<ThreadId>(0));
  std::vector<Thread> threads;
  for (const ThreadId& id : found)
    if (auto thread = Threads(db_, keys_).find(id)) threads.push_back(std::move(*thread));
  return threads;
}

std::vector<Thread> Retention::over(std::int64_t before_ms) {
  auto q = db_.query(R"sql(
    SELECT id FROM threads WHERE closed = 1 AND kind = 'case' AND about IS NULL AND closed_at < :before
      AND id NOT IN (SELECT thread FROM holds) AND id NOT IN (SELECT thread FROM shred_items)
    ORDER BY closed_at LIMIT 500)sql");
  q.bind(":before", before_ms);
  return all(q);
}

std::int64_t Retention::forget_line_messages(std::int64_t before_day, std::int64_t limit) {
  return db_
      .query(R"sql(
    UPDATE messages SET line_message = NULL WHERE (thread, slot) IN (
      SELECT thread, slot FROM messages WHERE line_message IS NOT NULL AND line_day < :day LIMIT :limit))sql")
      .bind(":day", before_day)
      .bind(":limit", limit)
      .run();
}

std::int64_t Retention::forget_posts(std::int64_t before_ms, std::int64_t limit) {
  return db_.query("DELETE FROM posts WHERE id IN (SELECT id FROM posts WHERE at < :before LIMIT :limit)")
      .bind(":before", before_ms)
      .bind(":limit", limit)
      .run();
}

std::int64_t Retention::forget_events(std::int64_t before_day, std::int64_t limit) {
  std::int64_t forgotten = 0;
  for (const char* sql :
       {"DELETE FROM seen WHERE event IN (SELECT event FROM seen WHERE day < :day LIMIT :limit)",
        "DELETE FROM unsent WHERE message IN (SELECT message FROM unsent WHERE day < :day LIMIT :limit)"})
    forgotten += db_.query(sql).bind(":day", before_day).bind(":limit", limit).run();
  return forgotten;
}

std::int64_t Retention::last_run() {
  auto q = db_.query("SELECT value FROM counters WHERE name = 'retention'");
  return q.step() ? q.integer(0) : 0;
}

void Retention::ran(std::int64_t day) {
  db_.query(R"sql(
    INSERT INTO counters (name, value) VALUES ('retention', :day) ON CONFLICT (name) DO UPDATE SET value = :day)sql")
      .bind(":day", day)
      .run();
}

// --- holds -------------------------------------------------------------------------------------------------

bool Retention::held(const ThreadId& thread) {
  auto q = db_.query("SELECT 1 FROM holds WHERE thread = :thread");
  q.bind(":thread", thread);
  return q.step();
}

void Retention::hold(const ThreadId& thread, const std::string& reason, const std::string& who,
                     std::int64_t now_ms) {
  db_.query("INSERT INTO holds (thread, reason, who, at) VALUES (:thread, :reason, :who, :at)")
      .bind(":thread", thread)
      .bind(":reason", reason)
      .bind(":who", who)
      .bind(":at", now_ms)
      .run();
}

void Retention::release(const ThreadId& thread) {
  db_.query("DELETE FROM holds WHERE thread = :thread").bind(":thread", thread).run();
}

std::vector<Hold> Retention::holds() {
  std::vector<Hold> found;
  auto q = db_.query("SELECT thread, reason, who, at FROM holds ORDER BY at");
  while (q.step())
    if (auto thread = Threads(db_, keys_).find(q.id<ThreadId>(0)))
      found.push_back({std::move(*thread), q.text(1), q.text(2), q.integer(3)});
  return found;
}

// --- shredding by two persons ------------------------------------------------------------------------------

std::optional<Thread> Retention::labelled(const std::string& label) {
  auto q = db_.query("SELECT id FROM threads WHERE label = :label LIMIT 2");
  q.bind(":label", label);
  auto found = all(q);
  if (found.size() != 1) return std::nullopt;
  return std::move(found.front());
}

bool Retention::propose(const std::vector<ThreadId>& threads, const std::string& reason,
                        const std::string& who, std::int64_t now_ms) {
  if (threads.empty()) return false;
  const auto request = random_id<ShredId>();
  db_.query(
         "INSERT INTO shred_requests (id, reason, proposed_by, proposed_at) VALUES (:id, :reason, :who, :at)")
      .bind(":id", request)
      .bind(":reason", reason)
      .bind(":who", who)
      .bind(":at", now_ms)
      .run();
  int taken = 0;
  for (const ThreadId& thread : threads)
    taken +=
        db_.query(
               "INSERT INTO shred_items (thread, request) VALUES (:thread, :request) ON CONFLICT DO NOTHING")
            .bind(":thread", thread)
            .bind(":request", request)
            .run();
  if (taken == 0) withdraw(request);
  return taken > 0;
}

std::vector<ShredRequest> Retention::requests() {
  std::vector<ShredRequest> found;
  {
    auto q =
        db_.query("SELECT id, reason, proposed_by, proposed_at FROM shred_requests ORDER BY proposed_at");
    while (q.step()) found.push_back({q.id<ShredId>(0), q.text(1), q.text(2), q.integer(3), {}});
  }
  for (ShredRequest& request : found) {
    auto q = db_.query("SELECT thread FROM shred_items WHERE request = :request");
    q.bind(":request", request.id);
    request.threads = all(q);
  }
  return found;
}

void Retention::withdraw(const ShredId& request) {
  db_.query("DELETE FROM shred_requests WHERE id = :id").bind(":id", request).run();
}

void Retention::count(const Thread& thread, Certificate& c) {
  (thread.kind == "case" ? c.cases : thread.kind == "question" ? c.questions : c.alerts) += 1;
  c.messages += Threads(db_, keys_).message_count(thread.id);
  auto q = db_.query(R"sql(
    SELECT (SELECT count(*) FROM grants WHERE thread = :thread) +
           (SELECT count(*) FROM recovery_grants WHERE thread = :thread))sql");
  q.bind(":thread", thread.id);
  q.step();
  c.keys += q.integer(0);
}

void Retention::keep(const Certificate& c) {
  auto q = db_.query(R"sql(
    INSERT INTO certificates (id, day, reason, proposed_by, approved_by, cases, questions, alerts, messages, keys)
    VALUES (:id, :day, :reason, :proposed_by, :approved_by, :cases, :questions, :alerts, :messages, :keys))sql");
  q.bind(":id", c.id).bind(":day", c.day).bind(":reason", c.reason);
  q.bind(":proposed_by", c.proposed_by).bind(":approved_by", c.approved_by);
  q.bind(":cases", c.cases).bind(":questions", c.questions).bind(":alerts", c.alerts);
  q.bind(":messages", c.messages).bind(":keys", c.keys).run();
}

std::optional<Certificate> Retention::shred(const ShredId& id, const std::string& approved_by,
                                            std::int64_t now_ms) {
  for (const ShredRequest& request : requests()) {
    if (request.id != id || request.proposed_by == approved_by) continue;
    Certificate c{.id = id,
                  .day = day_in_taiwan(now_ms),
                  .reason = request.reason,
                  .proposed_by = request.proposed_by,
                  .approved_by = approved_by};
    for (const Thread& thread : request.threads) {
      if (!thread.closed || held(thread.id)) continue;  // reopened or held since it was proposed
      count(thread, c);
      Threads(db_, keys_).erase(thread.id);
    }
    withdraw(id);
    keep(c);
    return c;
  }
  return std::nullopt;
}

std::vector<Certificate> Retention::certificates() {
  std::vector<Certificate> found;
  auto q = db_.query(R"sql(
    SELECT id, day, reason, proposed_by, approved_by, cases, questions, alerts, messages, keys
    FROM certificates ORDER BY day DESC, id LIMIT 200)sql");
  while (q.step())
    found.push_back({q.id<ShredId>(0), q.integer(1), q.text(2), q.text(3), q.text(4), q.integer(5),
                     q.integer(6), q.integer(7), q.integer(8), q.integer(9)});
  return found;
}

}  // namespace careline::store
