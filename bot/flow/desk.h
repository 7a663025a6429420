// What operators do. Each call waits until it is committed (or throws std::exception) and then wakes the
// sender.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "bot/flow/alarms.h"
#include "store/audit.h"
#include "store/disclosures.h"
#include "store/grants.h"
#include "store/model/ids.h"
#include "store/operators.h"
#include "store/retention.h"

namespace careline::store {
struct Thread;
}

namespace careline::flow {

struct House;  // bot/flow/house.h

struct Audience {
  std::int64_t people = 0;                 // who would get it
  std::optional<std::int64_t> quota_left;  // of the month; nullopt: unknown or unlimited
};

// Who acts, with what they read with; both their name and their roles stand in the audit trail.
struct Actor {
  std::string name;
  Roles roles;
  store::Secret seed;
  store::Reader reader() const { return {name, seed}; }
};

// The line of the audit trail about what somebody does, in the caller's transaction.
void note_line(House& house, store::Db& db, const Actor& who, store::Action action,
               const std::string& object = "", const std::string& outcome = "done");

// Each act and its audit line are one transaction: what cannot be noted is not done.
class Desk {
 public:
  explicit Desk(House& house) : house_(house) {}
  // A counsellor's answer: stored at once, told to the employee by one neutral nudge (at night only in a
  // crisis), read after a tap. False if the thread was not granted to them or is closed.
  bool reply(const ThreadId& thread, const Actor& who, const std::string& text);
  // An alert's copy is gone when it is closed.
  bool close(const ThreadId& thread, const Actor& who);
  // Before the content of a thread is shown to anybody. False if it was not granted to them.
  bool open(const ThreadId& thread, const Actor& who);
  // The contact card of the case beside which this alert's copy stands, for as long as it is open; `reason`
  // is a code of the page. Nullopt if the copy was not granted to them or is gone, or if the card is not
  // theirs.
  std::optional<std::string> contact(const ThreadId& alert_copy, const Actor& who, const std::string& reason);
  // A counsellor looked at it: the employee's 進度 says so, and an open alert counts as acknowledged.
  // False if it was not granted to them.
  bool opened(const ThreadId& thread, const Actor& who);

  // Topic `topic`, or everybody for "".
  Audience audience(const std::string& topic);
  // Plans the post for everyone who gets it now; the sender carries it out. Its id for the progress page.
  BroadcastId post(const std::string& topic, const std::string& text, const Actor& who);
  // Operators come and go by the command line, also while the service runs. False if the name is taken. The
  // first who may read vouches for themselves and gets what waited for a reader.
  bool add_operator(const std::string& name, Roles roles, const std::string& password);
  // A reader vouches for a newcomer's key; new threads are granted to it from now on, old ones are not. The
  // contact cards of open cases are, for alerts to come.
  bool vouch(const Actor& who, const std::string& newcomer);
  // A reader hands all threads on that they hold and that are not closed, or those that are closed too. False
  // unless there was one and each went to the other: from some the employee may want them kept out.
  bool share(const Actor& who, const std::string& to, bool closed_too);

  // Lawful disclosure (disclosing.cpp). Files a request; false unless the role may and it is complete.
  bool ask_for_disclosure(const Actor& who, store::Disclosure request);
  // One of two approvals. False for who asked, who approved already, and after its time.
  bool approve_disclosure(const Actor& who, const store::DisclosureId& id);
  // Decrypts the named threads in memory, seals them to the recipient and tells the employees unless the
  // order forbids it. False without two approvals, after its time, or unless every thread was granted to
  // them.
  bool disclose(const Actor& who, const store::DisclosureId& id);
  // The sealed file, for whoever made it, for 72 hours.
  std::optional<std::string> fetch_disclosure(const Actor& who, const store::DisclosureId& id);

  // desk_retention.cpp. A thread must stay, for one of the reasons of store/retention.h. False if there is
  // no such thread or it is held already (or, for release, is not).
  bool hold(const ThreadId& thread, const Actor& who, const std::string& reason);
  bool release(const ThreadId& thread, const Actor& who);
  // For shredding: all cases whose term is over.
  bool propose_over(const Actor& who);
  // One closed thread, for a reason other than its term; a case within its term only when it was opened by
  // mistake, because the law keeps it otherwise.
  bool propose(const ThreadId& thread, const Actor& who, const std::string& reason);
  bool withdraw(const ShredId& request, const Actor& who);
  // By somebody else than who proposed: shreds at once, except what was reopened or is held by now. nullopt,
  // and nothing done, for one's own proposal.
  std::optional<store::Certificate> approve(const ShredId& request, const Actor& who);

  // An audit line of its own: signing in and out.
  void note(const Actor& who, store::Action action);
  // With what it was about and how it came out.
  void note(const Actor& who, store::Action action, const std::string& object, const std::string& outcome);
  // The role may not use this route (its template). Does not wait, so that the answer's time tells nothing.
  void refused(const Actor& who, const std::string& route);
  // Something outside the program went wrong, or right again. Does not wait.
  void alarm(Alarm alarm, bool started);

 private:
  // Within a transaction: a counsellor's words enter the thread, and the employee is told that they are
  // there.
  void say(store::Db& db, const store::Thread& thread, const store::ThreadKeys& open,
           const std::string& text);

  House& house_;
  // The notices of the last ten minutes. On the writer's thread; what a restart forgets costs one notice.
  std::map<ThreadId, std::int64_t> nudged_at_;
};

}  // namespace careline::flow
