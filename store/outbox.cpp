// Messages promised but not yet known to be sent.
#include "store/outbox.h"

namespace careline::store {
namespace {

const char* name(Mode mode) {
  switch (mode) {
    case Mode::reply: return "reply";
    case Mode::push: return "push";
    case Mode::multicast: return "multicast";
  }
  return "push";
}
Mode mode_of(const std::string& text) {
  return text == "reply" ? Mode::reply : text == "multicast" ? Mode::multicast : Mode::push;
}

}  // namespace

void Outbox::put(const Parcel& p) {
  db_.query(R"sql(
    INSERT INTO outbox (lane, person, mode, retry_key, made_at, token_until, due_at, counsellor, sealed_body)
    VALUES (:lane, :person, :mode, :retry_key, :made_at, :token_until, :due_at, :counsellor, :body))sql")
      .bind(":lane", static_cast<std::int64_t>(p.lane))
      .bind(":person", whose(p.person))
      .bind(":mode", std::string(name(p.mode)))
      .bind(":retry_key", p.retry_key)
      .bind(":made_at", p.made_at)
      .bind(":token_until", p.token_until)
      .bind(":due_at", p.due_at)
      .bind(":counsellor", p.counsellor)
      .bind_blob(":body", keys_.seal(Purpose::outbox, p.body, p.retry_key))
      .run();
}

std::vector<Parcel> Outbox::take(std::int64_t now_ms, std::int64_t lease_until, Room room) {
  std::vector<Parcel> taken;
  for (std::int64_t lane = 0; lane < 4; ++lane) {
    std::size_t& left = lane == 0 ? room.crisis : room.ordinary;
    if (left == 0) continue;
    auto q = db_.query(R"sql(
      SELECT id, person, mode, retry_key, made_at, token_until, due_at, first_push_at, tries, unknown, counsellor,
             sealed_body
      FROM outbox o WHERE state = 'waiting' AND lane = :lane AND due_at <= :now
        AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.state = 'waiting' AND e.person = o.person
                        AND e.lane = o.lane AND e.id < o.id)
      ORDER BY due_at, id LIMIT :limit)sql");
    q.bind(":lane", lane).bind(":now", now_ms).bind(":limit", static_cast<std::int64_t>(left));
    for (; q.step(); --left) {
      Parcel p{.id = q.integer(0), .lane = static_cast<Lane>(lane), .person = q.id<PersonId>(1)};
      p.mode = mode_of(q.text(2));
      p.retry_key = q.text(3);
      p.made_at = q.integer(4);
      p.token_until = q.integer(5);
      p.due_at = q.integer(6);
      p.first_push_at = q.integer(7);
      p.tries = q.integer(8);
      p.unknown = q.integer(9);
      p.counsellor = q.integer(10);
      p.body = keys_.open(Purpose::outbox, q.text(11), p.retry_key).value_or("");
      taken.push_back(std::move(p));
    }
  }
  for (Parcel& p : taken) {
    // A reply that was never tried and whose token is stale becomes a push here, before its first try.
    if (p.mode == Mode::reply && p.tries == 0 && now_ms >= p.token_until) p.mode = Mode::push;
    if (p.mode != Mode::reply && p.first_push_at == 0) p.first_push_at = now_ms;
    db_.query(R"sql(
      UPDATE outbox SET due_at = :lease, tries = tries + 1, mode = :mode, first_push_at = :first WHERE id = :id)sql")
        .bind(":lease", lease_until)
        .bind(":mode", std::string(name(p.mode)))
        .bind(":first", p.first_push_at)
        .bind(":id", p.id)
        .run();
  }
  return taken;
}

void Outbox::end_leases(std::int64_t now_ms, std::int64_t lease_ms) {
  db_.query(R"sql(
    UPDATE outbox SET due_at = :now
    WHERE state = 'waiting' AND tries > 0 AND due_at > :now AND due_at <= :now + :lease)sql")
      .bind(":now", now_ms)
      .bind(":lease", lease_ms)
      .run();
}

void Outbox::give_back(const Parcel& parcel) {
  db_.query("UPDATE outbox SET due_at = :due, tries = :tries WHERE id = :id")
      .bind(":due", parcel.due_at)
      .bind(":tries", parcel.tries)
      .bind(":id", parcel.id)
      .run();
}

void Outbox::sent(std::int64_t id) { db_.query("DELETE FROM outbox WHERE id = :id").bind(":id", id).run(); }

void Outbox::dead(std::int64_t id, const std::string& reason) {
  // Nobody's parcels wait behind this one any more. Whose it was, beside the time of a counsellor's answer in
  // the audit trail, would tell whoever has root.key who asked the question.
  db_.query(R"sql(
    UPDATE outbox SET state = 'dead', reason = :reason, sealed_body = NULL, person = zeroblob(16) WHERE id = :id)sql")
      .bind(":reason", reason)
      .bind(":id", id)
      .run();
}

void Outbox::again(std::int64_t id, std::int64_t due_at, std::int64_t unknown) {
  db_.query("UPDATE outbox SET due_at = :due, unknown = unknown + :unknown WHERE id = :id")
      .bind(":due", due_at)
      .bind(":unknown", unknown)
      .bind(":id", id)
      .run();
}

void Outbox::push_instead(std::int64_t id, std::int64_t due_at) {
  db_.query("UPDATE outbox SET mode = 'push', tries = 0, due_at = :due WHERE id = :id")
      .bind(":due", due_at)
      .bind(":id", id)
      .run();
}

void Outbox::drop_for(const PersonId& person) {
  db_.query("DELETE FROM outbox WHERE person = :person AND state = 'waiting'")
      .bind(":person", whose(person))
      .run();
}

std::vector<Parcel> Outbox::of(const PersonId& person) {
  auto q = db_.query("SELECT id, retry_key, sealed_body FROM outbox WHERE person = :person");
  q.bind(":person", whose(person));
  std::vector<Parcel> found;
  while (q.step()) {
    Parcel p{.id = q.integer(0), .person = person, .retry_key = q.text(1), .body = ""};
    if (!q.null(2)) p.body = keys_.open(Purpose::outbox, q.text(2), p.retry_key).value_or("");
    found.push_back(std::move(p));
  }
  return found;
}

std::int64_t Outbox::drop_dead(std::int64_t before_ms, std::int64_t limit) {
  return db_
      .query(R"sql(
    DELETE FROM outbox WHERE id IN (
      SELECT id FROM outbox WHERE state = 'dead' AND made_at < :before LIMIT :limit))sql")
      .bind(":before", before_ms)
      .bind(":limit", limit)
      .run();
}

Outbox::Counts Outbox::counts() {
  auto q = db_.query(
      "SELECT count(*) FILTER (WHERE state = 'waiting'), count(*) FILTER (WHERE state = 'dead') FROM outbox");
  q.step();
  return {q.integer(0), q.integer(1)};
}

std::vector<Outbox::DeadLetter> Outbox::dead_letters(std::int64_t limit) {
  std::vector<DeadLetter> found;
  auto q =
      db_.query("SELECT id, made_at, reason FROM outbox WHERE state = 'dead' ORDER BY id DESC LIMIT :limit");
  q.bind(":limit", limit);
  while (q.step()) found.push_back({q.integer(0), q.integer(1), q.text(2)});
  return found;
}

}  // namespace careline::store
