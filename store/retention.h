// What is over its term, what must stay for now, and shredding by two persons with a certificate.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/threads.h"

namespace careline::store {

// Why a thread must stay (for a court, a complaint's inquiry, at the person's wish, for somebody's safety),
// and why one goes (its term is over; at the person's wish; it was never a record). Codes: free words would
// hold content.
inline constexpr const char* kHoldReasons[] = {"court", "complaint", "request", "safety"};
inline constexpr const char* kShredReasons[] = {"term", "request", "mistake"};

struct Hold {
  Thread thread;
  std::string reason, who;
  std::int64_t at = 0;
};
struct ShredRequest {
  ShredId id;
  std::string reason, proposed_by;
  std::int64_t proposed_at = 0;
  std::vector<Thread> threads;
};
// Figures only; the names are those of the two who shredded.
struct Certificate {
  ShredId id;
  std::int64_t day = 0;
  std::string reason, proposed_by, approved_by;
  std::int64_t cases = 0, questions = 0, alerts = 0, messages = 0, keys = 0;
};

class Retention {
 public:
  Retention(Db& db, const Keyring& keys) : db_(db), keys_(keys) {}

  // Questions or alerts whose last activity is older, at most `limit`, without those that are held.
  std::vector<ThreadId> idle(const std::string& kind, std::int64_t before_ms, std::int64_t limit);
  // Cases that were closed earlier than this, neither held nor proposed.
  std::vector<Thread> over(std::int64_t before_ms);
  std::int64_t forget_line_messages(std::int64_t before_day, std::int64_t limit);  // how many
  std::int64_t forget_posts(std::int64_t before_ms, std::int64_t limit);
  std::int64_t forget_events(std::int64_t before_day, std::int64_t limit);  // seen and unsent
  // The day of the last run, 0 before the first.
  std::int64_t last_run();
  void ran(std::int64_t day);

  bool held(const ThreadId& thread);
  void hold(const ThreadId& thread, const std::string& reason, const std::string& who, std::int64_t now_ms);
  void release(const ThreadId& thread);
  std::vector<Hold> holds();

  // A closed thread by its label; nullopt if there is none, or more than one.
  std::optional<Thread> labelled(const std::string& label);
  // False if there is nothing to propose. A thread that is proposed already stays where it is.
  bool propose(const std::vector<ThreadId>& threads, const std::string& reason, const std::string& who,
               std::int64_t now_ms);
  std::vector<ShredRequest> requests();
  void withdraw(const ShredId& request);
  // Erases what the request names and may go: closed and not held. The certificate stands in its table.
  // nullopt, and nothing done, if there is no such request or its proposer approves it.
  std::optional<Certificate> shred(const ShredId& request, const std::string& approved_by,
                                   std::int64_t now_ms);
  std::vector<Certificate> certificates();  // newest first

 private:
  std::vector<Thread> all(Query& ids);
  void count(const Thread& thread, Certificate& certificate);
  void keep(const Certificate& certificate);
  Db& db_;
  const Keyring& keys_;
};

}  // namespace careline::store
