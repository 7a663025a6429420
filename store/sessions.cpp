// Who is signed in at the console.
#include "store/sessions.h"

#include "store/marks.h"

namespace careline::store {

std::string SessionRows::mark(const SessionRow& row, const std::string& sealed_token) const {
  return mark_of(
      keys_, "sessions",
      {row.key, row.name, row.standing, std::to_string(row.created_at), std::to_string(row.seen_at),
       std::to_string(row.stepped_up_at), sealed_token, row.wrapped_seed});
}

void SessionRows::put(const SessionRow& row) {
  const std::string sealed = keys_.seal(Purpose::session, row.token, row.key);
  db_.query(R"sql(
    INSERT INTO sessions (key, operator, standing, created_at, seen_at, stepped_up_at, sealed_token,
      wrapped_seed, mark)
    VALUES (:key, :name, :standing, :created, :seen, :stepped, :token, :seed, :mark)
    ON CONFLICT (key) DO UPDATE SET standing = excluded.standing, seen_at = excluded.seen_at,
      stepped_up_at = excluded.stepped_up_at, sealed_token = excluded.sealed_token,
      wrapped_seed = excluded.wrapped_seed, mark = excluded.mark)sql")
      .bind_blob(":key", row.key)
      .bind(":name", row.name)
      .bind(":standing", row.standing)
      .bind(":created", row.created_at)
      .bind(":seen", row.seen_at)
      .bind(":stepped", row.stepped_up_at)
      .bind_blob(":token", sealed)
      .bind_blob(":seed", row.wrapped_seed)
      .bind_blob(":mark", mark(row, sealed))
      .run();
}

void SessionRows::remove(const std::string& key) {
  db_.query("DELETE FROM sessions WHERE key = :key").bind_blob(":key", key).run();
}

void SessionRows::remove_all_of(const std::string& name) {
  db_.query("DELETE FROM sessions WHERE operator = :name").bind(":name", name).run();
}

std::vector<SessionRow> SessionRows::all() {
  auto q = db_.query(R"sql(
    SELECT key, operator, standing, created_at, seen_at, stepped_up_at, sealed_token, wrapped_seed, mark
    FROM sessions)sql");
  std::vector<SessionRow> rows;
  while (q.step()) {
    SessionRow row{.key = q.text(0), .name = q.text(1), .standing = q.text(2), .token = ""};
    row.created_at = q.integer(3);
    row.seen_at = q.integer(4);
    row.stepped_up_at = q.integer(5);
    row.wrapped_seed = q.text(7);
    const std::string sealed = q.text(6);
    const auto token = keys_.open(Purpose::session, sealed, row.key);
    if (!token || q.text(8) != mark(row, sealed)) continue;
    row.token = *token;
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace careline::store
