// Questions, cases and alerts with their messages.
#include "store/threads.h"

#include "store/content.h"

namespace careline::store {
namespace {

// The columns of a thread, in the order that `thread_of` reads them.
#define THREAD_COLUMNS                                                                                \
  "id, kind, label, closed, waiting, severity, opened_at, due_at, active_at, read_by_staff, person, " \
  "sealed_address IS NOT NULL"

Thread thread_of(Query& q) {
  Thread t{.id = q.id<ThreadId>(0), .kind = q.text(1), .label = q.text(2)};
  t.closed = q.integer(3) != 0;
  t.waiting = q.integer(4) != 0;
  t.severity = q.integer(5);
  t.opened_at = q.integer(6);
  t.due_at = q.integer(7);
  t.active_at = q.integer(8);
  t.read_by_staff = q.integer(9) != 0;
  if (!q.null(10)) t.person = q.id<PersonId>(10);
  t.has_address = q.integer(11) != 0;
  return t;
}

std::optional<Thread> one(Query& q) {
  if (!q.step()) return std::nullopt;
  return thread_of(q);
}

std::vector<Thread> all(Query& q) {
  std::vector<Thread> found;
  while (q.step()) found.push_back(thread_of(q));
  return found;
}

// The time of a message is sealed with its text: "ms\n" and the text.
std::string with_time(std::int64_t at, const std::string& text) { return std::to_string(at) + "\n" + text; }

}  // namespace

void Threads::open(const Thread& t, const std::optional<std::string>& receipt,
                   const std::optional<std::string>& address) {
  auto q = db_.query(R"sql(
    INSERT INTO threads (id, kind, label, severity, opened_at, due_at, active_at, person, receipt, sealed_address)
    VALUES (:id, :kind, :label, :severity, :opened, :due, :active, :person, :receipt, :address))sql");
  q.bind(":id", t.id).bind(":kind", t.kind).bind(":label", t.label).bind(":severity", t.severity);
  q.bind(":opened", t.opened_at).bind(":due", t.due_at).bind(":active", t.active_at);
  if (t.person)
    q.bind(":person", *t.person);
  else
    q.bind_null(":person");
  if (receipt)
    q.bind(":receipt", keys_.hash<LineKey>(Purpose::receipt, *receipt));
  else
    q.bind_null(":receipt");
  if (address)
    q.bind_blob(":address", keys_.seal(Purpose::address, *address, t.id.view()));
  else
    q.bind_null(":address");
  q.run();
}

std::string Threads::next_case_number() {
  auto q = db_.query(R"sql(
    INSERT INTO counters (name, value) VALUES ('case', 1)
    ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value)sql");
  q.step();
  return "A" + std::to_string(q.integer(0));
}

std::optional<Thread> Threads::find(const ThreadId& id) {
  auto q = db_.query("SELECT " THREAD_COLUMNS " FROM threads WHERE id = :id");
  q.bind(":id", id);
  return one(q);
}

std::optional<Thread> Threads::by_receipt(const std::string& receipt) {
  auto q = db_.query("SELECT " THREAD_COLUMNS " FROM threads WHERE receipt = :receipt");
  q.bind(":receipt", keys_.hash<LineKey>(Purpose::receipt, receipt));
  return one(q);
}

std::optional<Thread> Threads::open_case_of(const PersonId& person) {
  // The plus signs keep the planner on the person's few rows: by `closed` or `kind` it would walk every open
  // case.
  auto q = db_.query("SELECT " THREAD_COLUMNS
                     " FROM threads WHERE person = :person AND +closed = 0 AND +kind = 'case' LIMIT 1");
  q.bind(":person", person);
  return one(q);
}

std::vector<Thread> Threads::cases_of(const PersonId& person) {
  auto q = db_.query("SELECT " THREAD_COLUMNS " FROM threads WHERE person = :person ORDER BY opened_at DESC");
  q.bind(":person", person);
  return all(q);
}

std::vector<Thread> Threads::to_do(bool closed) {
  auto q = db_.query(
      "SELECT " THREAD_COLUMNS
      " FROM threads WHERE closed = :closed ORDER BY severity DESC, waiting DESC, due_at LIMIT 500");
  q.bind(":closed", static_cast<std::int64_t>(closed));
  return all(q);
}

std::optional<std::string> Threads::return_address(const ThreadId& id) {
  auto q = db_.query("SELECT sealed_address FROM threads WHERE id = :id AND sealed_address IS NOT NULL");
  q.bind(":id", id);
  if (!q.step()) return std::nullopt;
  return keys_.open(Purpose::address, q.text(0), id.view());
}

void Threads::drop_return_address(const ThreadId& id) {
  db_.query("UPDATE threads SET sealed_address = NULL WHERE id = :id").bind(":id", id).run();
}

MessageId Threads::add(const ThreadId& id, const NewMessage& m) {
  const auto message = random_id<MessageId>();
  auto q = db_.query(R"sql(
    INSERT INTO messages (id, thread, slot, author, sealed_content, line_message, delivery)
    SELECT :id, :thread, coalesce(max(slot), 0) + 1, :author, :content, :line, :delivery
    FROM messages WHERE thread = :thread)sql");
  q.bind(":id", message).bind(":thread", id).bind(":author", m.author).bind(":delivery", m.delivery);
  q.bind_blob(":content", seal_content(keys_, id, message, with_time(m.at, m.text)));
  if (m.line_message)
    q.bind(":line", *m.line_message);
  else
    q.bind_null(":line");
  q.run();
  return message;
}

std::vector<Message> Threads::read(Query& q, const ThreadId& id) {
  std::vector<Message> found;
  while (q.step()) {
    Message m{.id = q.id<MessageId>(0), .slot = q.integer(1), .author = q.text(2)};
    if (!q.null(3)) {
      const std::string both = open_content(keys_, id, m.id, q.text(3)).value_or("0\n");
      const auto newline = both.find('\n');
      m.at = std::stoll(both.substr(0, newline));
      m.text = both.substr(newline + 1);
    }
    m.withdrawn = q.integer(4) != 0;
    m.delivery = q.text(5);
    m.failure = q.text(6);
    m.fetched = q.integer(7) != 0;
    found.push_back(std::move(m));
  }
  return found;
}

std::vector<Message> Threads::messages(const ThreadId& id) {
  auto q = db_.query(R"sql(
    SELECT id, slot, author, sealed_content, withdrawn, delivery, failure, fetched
    FROM messages WHERE thread = :thread ORDER BY slot)sql");
  q.bind(":thread", id);
  return read(q, id);
}

std::int64_t Threads::message_count(const ThreadId& id) {
  auto q = db_.query("SELECT count(*) FROM messages WHERE thread = :thread");
  q.bind(":thread", id);
  q.step();
  return q.integer(0);
}

std::vector<Message> Threads::unfetched_answers(const ThreadId& id) {
  auto q = db_.query(R"sql(
    SELECT id, slot, author, sealed_content, withdrawn, delivery, failure, fetched
    FROM messages WHERE thread = :thread AND author = 'counsellor' AND fetched = 0 ORDER BY slot)sql");
  q.bind(":thread", id);
  return read(q, id);
}

void Threads::fetched_all(const ThreadId& id) {
  db_.query(
         "UPDATE messages SET fetched = 1 WHERE thread = :thread AND author = 'counsellor' AND fetched = 0")
      .bind(":thread", id)
      .run();
}

void Threads::delivered(const ThreadId& thread, const MessageId& id, const std::string& delivery,
                        const std::string& failure) {
  db_.query(
         "UPDATE messages SET delivery = :delivery, failure = :failure WHERE thread = :thread AND id = :id")
      .bind(":thread", thread)
      .bind(":delivery", delivery)
      .bind(":failure", failure)
      .bind(":id", id)
      .run();
}

void Threads::set_delivery_of_thread(const ThreadId& id, const std::string& delivery,
                                     const std::string& failure) {
  db_.query(R"sql(
    UPDATE messages SET delivery = :delivery, failure = :failure WHERE thread = :thread AND delivery = 'waiting')sql")
      .bind(":delivery", delivery)
      .bind(":failure", failure)
      .bind(":thread", id)
      .run();
}

void Threads::waits(const ThreadId& id, std::int64_t waiting, std::int64_t active_at, std::int64_t due_at) {
  db_.query("UPDATE threads SET waiting = :waiting, active_at = :active, due_at = :due WHERE id = :id")
      .bind(":waiting", waiting)
      .bind(":active", active_at)
      .bind(":due", due_at)
      .bind(":id", id)
      .run();
}

void Threads::read_by_staff(const ThreadId& id) {
  db_.query("UPDATE threads SET read_by_staff = 1 WHERE id = :id").bind(":id", id).run();
}

void Threads::set_closed(const ThreadId& id, std::int64_t closed) {
  db_.query("UPDATE threads SET closed = :closed, waiting = 0 WHERE id = :id")
      .bind(":closed", closed)
      .bind(":id", id)
      .run();
}

bool Threads::unsend(const LineKey& message, std::int64_t day) {
  db_.query("INSERT INTO unsent (message, day) VALUES (:message, :day) ON CONFLICT DO NOTHING")
      .bind(":message", message)
      .bind(":day", day)
      .run();
  return db_.query("UPDATE messages SET sealed_content = NULL, withdrawn = 1 WHERE line_message = :message")
             .bind(":message", message)
             .run() > 0;
}

bool Threads::was_unsent(const LineKey& message) {
  auto q = db_.query("SELECT 1 FROM unsent WHERE message = :message");
  q.bind(":message", message);
  return q.step();
}

void Threads::edit(const LineKey& message, const std::string& text, std::int64_t edited_at) {
  auto found = db_.query(R"sql(
    SELECT id, thread, slot FROM messages
    WHERE line_message = :message AND withdrawn = 0 AND edited_at < :at)sql");
  found.bind(":message", message).bind(":at", edited_at);
  if (!found.step()) return;
  const auto id = found.id<MessageId>(0);
  const auto thread = found.id<ThreadId>(1);
  db_.query(R"sql(
    UPDATE messages SET sealed_content = :content, edited_at = :at WHERE thread = :thread AND slot = :slot)sql")
      .bind_blob(":content", seal_content(keys_, thread, id, with_time(edited_at, text)))
      .bind(":at", edited_at)
      .bind(":thread", thread)
      .bind(":slot", found.integer(2))
      .run();
}

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

std::int64_t Threads::severity_of(const ThreadId& id) {
  const auto thread = find(id);
  return thread ? thread->severity : 0;
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

bool Threads::alerted_since(const ThreadId& id, std::int64_t at_ms) {
  auto q = db_.query("SELECT 1 FROM alerts WHERE thread = :thread AND raised_at >= :at LIMIT 1");
  q.bind(":thread", id).bind(":at", at_ms);
  return q.step();
}

void Threads::erase(const ThreadId& id) {
  db_.query("DELETE FROM threads WHERE id = :id").bind(":id", id).run();
}

}  // namespace careline::store
