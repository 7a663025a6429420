// Questions, cases and alerts with their messages.
#pragma once
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "store/content.h"
#include "store/db.h"
#include "store/grants.h"
#include "store/seal.h"

namespace careline::store {

struct Thread {
  ThreadId id;
  std::string kind = "question";  // question, case, alert
  std::string label;
  bool closed = false, waiting = true, read_by_staff = false, has_address = false;
  std::int64_t severity = 0, opened_at = 0, due_at = 0, active_at = 0;
  std::optional<PersonId> person;  // cases only
  std::int64_t epoch = 1;
  Key32 box{};                       // public half of the thread's key
  std::optional<Key32> receipt_box;  // questions
  std::optional<ThreadId> about;     // the case beside which this stands: its contact card or an alert's copy
  std::string kept_out;              // as kept_out_marks writes it
  std::int64_t closed_at = 0;        // cases: when the term of keeping began
  bool intact = true;                // false: its keys or its owner were changed without root.key
  bool contact_card() const { return kind == "case" && about.has_value(); }
  bool alert_copy() const { return kind == "alert" && about.has_value(); }
};
struct Message {
  MessageId id;
  std::int64_t slot = 0;
  std::string author;   // employee, counsellor, system
  std::string text;     // "" once withdrawn
  std::int64_t at = 0;  // sealed with the text
  bool withdrawn = false, fetched = false;
  bool readable = true;  // false: it does not open with the keys at hand
  std::string delivery = "none", failure;
};
// A counsellor's answer as the employee may have it.
struct AnswerText {
  std::string text;
  bool fetched = false;
};
struct ReturnAddress {
  std::string line_id, receipt;
};
// How a message enters a thread.
struct NewMessage {
  std::string author, text;
  std::int64_t at = 0;
  std::optional<LineKey> line_message;
  std::string delivery = "none";
};

class Threads {
 public:
  Threads(Db& db, const Keyring& keys) : db_(db), keys_(keys) {}

  // Makes the thread's key and gives it to everybody who may read, except those whom the employee wants
  // `kept_out`, now and later. With a receipt answers can be read by whoever holds it; with an address (a
  // LINE id) the asker can be told of them. Returns it as it is stored.
  Thread open(const Thread& thread, const std::optional<std::string>& receipt,
              const std::optional<std::string>& address, const std::set<std::string>& kept_out = {},
              const std::set<std::string>& holds_already = {});
  std::string next_case_number();  // A1, A2, …
  std::optional<Thread> find(const ThreadId& id);
  std::optional<Thread> by_receipt(const std::string& receipt);
  std::optional<Thread> open_case_of(const PersonId& person);
  std::vector<Thread> cases_of(const PersonId& person);
  // What stands beside a case: its contact card, and the copies of its alerts for those who do not hold it.
  std::optional<Thread> contact_card(const ThreadId& of_case);
  std::vector<Thread> alert_copies(const ThreadId& of_case);
  std::vector<ThreadId> contact_cards_held_by(const std::string& reader);
  // What was granted to this operator: crisis first, then by due time.
  std::vector<Thread> to_do(bool closed, const std::string& reader);
  // Every open thread, contact cards apart, crisis first, then the oldest; for those who see that threads
  // exist.
  std::vector<Thread> all_open();
  // Everything that was granted to this operator, contact cards apart, closed or not; the latest news first.
  std::vector<Thread> granted_to(const std::string& reader);
  // The way back of an anonymous asker: for the sender only, never for a page.
  std::optional<ReturnAddress> return_address(const ThreadId& id, const ThreadKeys& open);
  void drop_return_address(const ThreadId& id);
  // What is written from now on is sealed to this box.
  void set_key(const Thread& thread, std::int64_t epoch, const Key32& box);

  // Into a thread as `find` or `open` gave it. Throws std::runtime_error if its key was changed from outside.
  MessageId add(const Thread& thread, const NewMessage& message);
  std::vector<Message> messages(const ThreadId& id, const ThreadKeys& open);
  std::int64_t message_count(const ThreadId& id);  // without opening one
  // What counsellors answered, oldest first, as far as the employee may have it now: in a case until it was
  // fetched, in a question for whoever has the receipt.
  std::vector<AnswerText> answers(const Thread& thread, const std::string& receipt);
  // How the answers that nobody fetched yet fare on their way.
  std::vector<std::string> unfetched_deliveries(const ThreadId& id);
  void fetched_all(const Thread& thread);
  void delivered(const ThreadId& thread, const MessageId& id, const std::string& delivery,
                 const std::string& failure);
  // Everything of the thread that still waited.
  void set_delivery_of_thread(const ThreadId& id, const std::string& delivery, const std::string& failure);

  void waits(const ThreadId& id, std::int64_t waiting, std::int64_t active_at, std::int64_t due_at);
  void read_by_staff(const ThreadId& id);
  // The term of keeping a case begins at `now_ms`; nothing else learns the time. What stood beside it is gone
  // then, and so is the copy of an alert itself, unless it is on hold.
  void set_closed(const ThreadId& id, std::int64_t closed, std::int64_t now_ms);

  // Takes a LINE message's text out; true if it was in a thread. Remembered for a message that comes later.
  bool unsend(const LineKey& message, std::int64_t day);
  bool was_unsent(const LineKey& message);
  void edit(const LineKey& message, const std::string& text, std::int64_t edited_at);

  AlertId raise(const ThreadId& id, std::int64_t severity, const std::string& kind, const std::string& rules,
                std::int64_t now_ms);
  // A person said that they are safe, or in danger: the open alert follows, and is never closed by it.
  void set_severity(const ThreadId& id, std::int64_t severity);
  void acknowledge(const ThreadId& id, const std::string& who, std::int64_t now_ms);
  // When the newest open alert of the thread was raised; 0 without one.
  std::int64_t alerted_at(const ThreadId& id);
  // Whether an alert was raised here at or after this time, acknowledged or not.
  bool alerted_since(const ThreadId& id, std::int64_t at_ms);
  // With its keys, grants, messages and alerts. Throws while it is held (store/retention.h).
  void erase(const ThreadId& id);

 private:
  std::string mark(const Thread& thread, const std::string& receipt_hash) const;
  Thread thread_of(Query& q) const;
  std::optional<Thread> one(Query& q) const;
  std::vector<Thread> all(Query& q) const;
  Db& db_;
  const Keyring& keys_;
};

}  // namespace careline::store
