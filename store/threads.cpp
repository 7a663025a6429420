// Questions, cases and alerts with their messages.
#include "store/threads.h"

#include <stdexcept>

#include "store/day.h"
#include "store/marks.h"

namespace careline::store {
namespace {

// The columns of a thread, in the order that `thread_of` reads them.
#define THREAD_COLUMNS                                                                                \
  "id, kind, label, closed, waiting, severity, opened_at, due_at, active_at, read_by_staff, person, " \
  "sealed_address IS NOT NULL, epoch, box, receipt_box, receipt, threads.mark, closed_at, kept_out, about"

// The time of a message is sealed with its text: "ms\n" and the text.
std::string with_time(std::int64_t at, const std::string& text) { return std::to_string(at) + "\n" + text; }

// What a receipt opens. Nobody who holds the database and root.key can make it without the receipt.
Secret receipt_key(const Keyring& keys, const std::string& receipt) {
  return keys.secret(Purpose::asker, receipt);
}

void require_intact(const Thread& thread) {
  if (!thread.intact) throw std::runtime_error("a thread's key was changed from outside");
}

}  // namespace

std::string Threads::mark(const Thread& t, const std::string& receipt_hash) const {
  // Threads from before 0007 have neither, and keep the mark that they were given.
  const bool plain = t.kept_out.empty() && !t.about;
  const std::string rest =
      plain ? receipt_hash : fields({receipt_hash, t.kept_out, t.about ? t.about->view() : ""});
  return mark_of(keys_, "threads",
                 {t.id.view(), t.kind, t.person ? t.person->view() : "", std::to_string(t.epoch), view(t.box),
                  t.receipt_box ? view(*t.receipt_box) : "", rest});
}

Thread Threads::thread_of(Query& q) const {
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
  t.epoch = q.integer(12);
  t.closed_at = q.integer(17);
  t.kept_out = q.text(18);
  if (!q.null(19)) t.about = q.id<ThreadId>(19);
  const std::string box = q.text(13), receipt_box = q.text(14);
  t.intact = box.size() == t.box.size() && (q.null(14) || receipt_box.size() == t.box.size());
  if (!t.intact) return t;
  t.box = key32(box);
  if (!q.null(14)) t.receipt_box = key32(receipt_box);
  t.intact = q.text(16) == mark(t, q.text(15));
  return t;
}

std::optional<Thread> Threads::one(Query& q) const {
  if (!q.step()) return std::nullopt;
  return thread_of(q);
}

std::vector<Thread> Threads::all(Query& q) const {
  std::vector<Thread> found;
  while (q.step()) found.push_back(thread_of(q));
  return found;
}

Thread Threads::open(const Thread& wanted, const std::optional<std::string>& receipt,
                     const std::optional<std::string>& address, const std::set<std::string>& kept_out,
                     const std::set<std::string>& holds_already) {
  Thread t = wanted;
  t.kept_out = kept_out_marks(keys_, t.id, kept_out);
  const Secret key = random_secret();
  t.box = box_of(key);
  if (receipt) t.receipt_box = box_of(receipt_key(keys_, *receipt));
  const std::string receipt_hash =
      receipt ? std::string(keys_.hash<LineKey>(Purpose::receipt, *receipt).view()) : "";
  auto q = db_.query(R"sql(
    INSERT INTO threads (id, kind, label, severity, opened_at, due_at, active_at, person, receipt, sealed_address,
      box, receipt_box, kept_out, about, mark)
    VALUES (:id, :kind, :label, :severity, :opened, :due, :active, :person, :receipt, :address, :box,
      :receipt_box, :kept_out, :about, :mark))sql");
  q.bind(":id", t.id).bind(":kind", t.kind).bind(":label", t.label).bind(":severity", t.severity);
  q.bind(":opened", t.opened_at).bind(":due", t.due_at).bind(":active", t.active_at);
  q.bind_null(":person").bind_null(":receipt").bind_null(":address").bind_null(":receipt_box");
  q.bind_null(":about").bind_blob(":kept_out", t.kept_out);
  if (t.about) q.bind(":about", *t.about);
  if (t.person) q.bind(":person", *t.person);
  if (receipt) q.bind_blob(":receipt", receipt_hash).bind_blob(":receipt_box", view(*t.receipt_box));
  if (address)
    q.bind_blob(":address", lock_address(keys_, key, t.id, *address + "\n" + receipt.value_or("")));
  q.bind_blob(":box", view(t.box)).bind_blob(":mark", mark(t, receipt_hash)).run();
  Grants(db_, keys_).give_to_readers(t.id, t.epoch, key, holds_already);
  return t;
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
  return one(q.bind(":id", id));
}

std::optional<Thread> Threads::by_receipt(const std::string& receipt) {
  auto q = db_.query("SELECT " THREAD_COLUMNS " FROM threads WHERE receipt = :receipt");
  return one(q.bind(":receipt", keys_.hash<LineKey>(Purpose::receipt, receipt)));
}

std::optional<Thread> Threads::open_case_of(const PersonId& person) {
  // The plus signs keep the planner on the person's few rows: by `closed` or `kind` it would walk every open
  // case.
  auto q = db_.query("SELECT " THREAD_COLUMNS
                     " FROM threads WHERE person = :person AND +closed = 0 AND +kind = 'case' LIMIT 1");
  return one(q.bind(":person", person));
}

std::vector<Thread> Threads::cases_of(const PersonId& person) {
  auto q = db_.query("SELECT " THREAD_COLUMNS " FROM threads WHERE person = :person ORDER BY opened_at DESC");
  return all(q.bind(":person", person));
}

std::optional<Thread> Threads::contact_card(const ThreadId& of_case) {
  auto q = db_.query("SELECT " THREAD_COLUMNS " FROM threads WHERE about = :case AND kind = 'case'");
  q.bind(":case", of_case);
  return one(q);
}

std::vector<Thread> Threads::alert_copies(const ThreadId& of_case) {
  auto q = db_.query("SELECT " THREAD_COLUMNS " FROM threads WHERE about = :case AND kind = 'alert'");
  q.bind(":case", of_case);
  return all(q);
}

std::vector<ThreadId> Threads::contact_cards_held_by(const std::string& reader) {
  auto q = db_.query(R"sql(
    SELECT id FROM threads WHERE about IS NOT NULL AND kind = 'case'
      AND EXISTS (SELECT 1 FROM grants WHERE thread = threads.id AND operator = :reader))sql");
  q.bind(":reader", reader);
  std::vector<ThreadId> found;
  while (q.step()) found.push_back(q.id<ThreadId>(0));
  return found;
}

std::vector<Thread> Threads::to_do(bool closed, const std::string& reader) {
  auto q = db_.query("SELECT " THREAD_COLUMNS
                     " FROM threads WHERE closed = :closed AND (about IS NULL OR kind = 'alert') AND EXISTS "
                     "(SELECT 1 FROM grants WHERE thread = threads.id AND operator = :reader) "
                     "ORDER BY severity DESC, waiting DESC, due_at LIMIT 500");
  return all(q.bind(":closed", static_cast<std::int64_t>(closed)).bind(":reader", reader));
}

std::vector<Thread> Threads::all_open() {
  auto q = db_.query("SELECT " THREAD_COLUMNS
                     " FROM threads WHERE closed = 0 AND (about IS NULL OR kind = 'alert') "
                     "ORDER BY severity DESC, opened_at, label LIMIT 500");
  return all(q);
}

std::vector<Thread> Threads::granted_to(const std::string& reader) {
  auto q = db_.query("SELECT " THREAD_COLUMNS
                     " FROM threads WHERE id IN (SELECT thread FROM grants WHERE operator = :reader) "
                     "AND (about IS NULL OR kind = 'alert') ORDER BY active_at DESC");
  return all(q.bind(":reader", reader));
}

std::optional<ReturnAddress> Threads::return_address(const ThreadId& id, const ThreadKeys& open) {
  auto q = db_.query("SELECT sealed_address FROM threads WHERE id = :id AND sealed_address IS NOT NULL");
  q.bind(":id", id);
  if (!q.step()) return std::nullopt;
  std::optional<std::string> both;  // behind the key that the thread had when it was opened
  for (auto key = open.begin(); !both && key != open.end(); ++key)
    both = unlock_address(keys_, key->second, id, q.text(0));
  const auto line = both ? both->find('\n') : std::string::npos;
  if (line == std::string::npos) return std::nullopt;
  return ReturnAddress{both->substr(0, line), both->substr(line + 1)};
}

void Threads::drop_return_address(const ThreadId& id) {
  db_.query("UPDATE threads SET sealed_address = NULL WHERE id = :id").bind(":id", id).run();
}

void Threads::set_key(const Thread& thread, std::int64_t epoch, const Key32& box) {
  Thread t = thread;
  t.epoch = epoch;
  t.box = box;
  auto q = db_.query("SELECT coalesce(receipt, x'') FROM threads WHERE id = :id");
  q.bind(":id", t.id);
  if (!q.step()) return;
  auto change = db_.query("UPDATE threads SET epoch = :epoch, box = :box, mark = :mark WHERE id = :id");
  change.bind(":id", t.id).bind(":epoch", epoch).bind_blob(":box", view(box));
  change.bind_blob(":mark", mark(t, q.text(0))).run();
}

MessageId Threads::add(const Thread& thread, const NewMessage& m) {
  require_intact(thread);
  const ContentPlace place{thread.id, random_id<MessageId>(), thread.epoch};
  auto q = db_.query(R"sql(
    INSERT INTO messages (id, thread, slot, author, epoch, sealed_content, sealed_answer, line_message, line_day,
                          delivery)
    SELECT :id, :thread, coalesce(max(slot), 0) + 1, :author, :epoch, :content, :answer, :line, :day, :delivery
    FROM messages WHERE thread = :thread)sql");
  q.bind(":id", place.message)
      .bind(":thread", thread.id)
      .bind(":author", m.author)
      .bind(":delivery", m.delivery);
  q.bind(":epoch", place.epoch).bind_null(":answer").bind_null(":line").bind(":day", day_in_taiwan(m.at));
  q.bind_blob(":content", seal_content(keys_, thread.box, place, with_time(m.at, m.text)));
  if (m.author == "counsellor")
    q.bind_blob(":answer", thread.receipt_box ? seal_answer(*thread.receipt_box, place, m.text)
                                              : seal_pending(keys_, place, m.text));
  if (m.line_message) q.bind(":line", *m.line_message);
  q.run();
  return place.message;
}

std::vector<Message> Threads::messages(const ThreadId& id, const ThreadKeys& open) {
  auto q = db_.query(R"sql(
    SELECT id, slot, author, sealed_content, withdrawn, delivery, failure, fetched, epoch
    FROM messages WHERE thread = :thread ORDER BY slot)sql");
  q.bind(":thread", id);
  std::vector<Message> found;
  while (q.step()) {
    Message m{.id = q.id<MessageId>(0), .slot = q.integer(1), .author = q.text(2)};
    if (!q.null(3)) {
      const ContentPlace place{id, m.id, q.integer(8)};
      const auto key = open.find(place.epoch);
      const auto both = key == open.end() ? std::nullopt : open_content(keys_, key->second, place, q.text(3));
      m.readable = both.has_value();
      const auto newline = both ? both->find('\n') : 0;
      if (both) m.at = std::stoll(both->substr(0, newline));
      if (both) m.text = both->substr(newline + 1);
    }
    m.withdrawn = q.integer(4) != 0;
    m.delivery = q.text(5);
    m.failure = q.text(6);
    m.fetched = q.integer(7) != 0;
    found.push_back(std::move(m));
  }
  return found;
}

std::int64_t Threads::message_count(const ThreadId& id) {
  auto q = db_.query("SELECT count(*) FROM messages WHERE thread = :thread");
  q.bind(":thread", id);
  q.step();
  return q.integer(0);
}

std::vector<AnswerText> Threads::answers(const Thread& thread, const std::string& receipt) {
  auto q = db_.query(R"sql(
    SELECT id, epoch, sealed_answer, fetched FROM messages
    WHERE thread = :thread AND sealed_answer IS NOT NULL ORDER BY slot)sql");
  q.bind(":thread", thread.id);
  const Secret opens = receipt_key(keys_, receipt);
  std::vector<AnswerText> found;
  while (q.step()) {
    const ContentPlace place{thread.id, q.id<MessageId>(0), q.integer(1)};
    const auto text =
        thread.receipt_box ? open_answer(opens, place, q.text(2)) : open_pending(keys_, place, q.text(2));
    if (text) found.push_back({*text, q.integer(3) != 0});
  }
  return found;
}

std::vector<std::string> Threads::unfetched_deliveries(const ThreadId& id) {
  auto q = db_.query(R"sql(
    SELECT delivery FROM messages WHERE thread = :thread AND author = 'counsellor' AND fetched = 0
    ORDER BY slot)sql");
  q.bind(":thread", id);
  std::vector<std::string> found;
  while (q.step()) found.push_back(q.text(0));
  return found;
}

void Threads::fetched_all(const Thread& thread) {
  db_.query(R"sql(
    UPDATE messages SET fetched = 1, sealed_answer = iif(:kept, sealed_answer, NULL)
    WHERE thread = :thread AND author = 'counsellor' AND fetched = 0)sql")
      .bind(":thread", thread.id)
      .bind(":kept", static_cast<std::int64_t>(thread.receipt_box.has_value()))
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

void Threads::set_closed(const ThreadId& id, std::int64_t closed, std::int64_t now_ms) {
  db_.query(R"sql(
    UPDATE threads SET closed = :closed, waiting = 0, closed_at = iif(kind = 'case' AND :closed, :now, closed_at)
    WHERE id = :id)sql")
      .bind(":now", now_ms)
      .bind(":closed", closed)
      .bind(":id", id)
      .run();
  if (closed == 0) return;
  db_.query(R"sql(
    DELETE FROM threads WHERE (about = :id OR (id = :id AND about IS NOT NULL))
      AND id NOT IN (SELECT thread FROM holds))sql")
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

// A message of a case may stand in copies of its alert too.
void Threads::edit(const LineKey& message, const std::string& text, std::int64_t edited_at) {
  struct Found {
    MessageId id;
    ThreadId thread;
    std::int64_t slot;
  };
  std::vector<Found> found;
  {
    auto q = db_.query(R"sql(
      SELECT id, thread, slot FROM messages
      WHERE line_message = :message AND withdrawn = 0 AND edited_at < :at)sql");
    q.bind(":message", message).bind(":at", edited_at);
    while (q.step()) found.push_back({q.id<MessageId>(0), q.id<ThreadId>(1), q.integer(2)});
  }
  for (const Found& one : found) {
    const Thread thread = find(one.thread).value();
    require_intact(thread);
    const ContentPlace place{thread.id, one.id, thread.epoch};
    db_.query(R"sql(
      UPDATE messages SET sealed_content = :content, epoch = :epoch, edited_at = :at
      WHERE thread = :thread AND slot = :slot)sql")
        .bind_blob(":content", seal_content(keys_, thread.box, place, with_time(edited_at, text)))
        .bind(":epoch", thread.epoch)
        .bind(":at", edited_at)
        .bind(":thread", thread.id)
        .bind(":slot", one.slot)
        .run();
  }
}

void Threads::erase(const ThreadId& id) {
  db_.query("DELETE FROM threads WHERE id = :id").bind(":id", id).run();
}

}  // namespace careline::store
