// What operators do. Each call waits until it is committed (or throws std::exception) and then wakes the
// sender.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "store/audit.h"
#include "store/model/ids.h"
#include "store/operators.h"

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

// Each act and its audit line are one transaction: what cannot be noted is not done.
class Desk {
 public:
  explicit Desk(House& house) : house_(house) {}
  // A counsellor's answer: stored at once, told to the employee by one neutral nudge (at night only in a
  // crisis), read after a tap. False if the thread was not granted to them or is closed.
  bool reply(const ThreadId& thread, const Actor& who, const std::string& text);
  bool close(const ThreadId& thread, const Actor& who);
  // Before the content of a thread is shown to anybody. False if it was not granted to them.
  bool open(const ThreadId& thread, const Actor& who);
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
  // A reader vouches for a newcomer's key; new threads are granted to it from now on, old ones are not.
  bool vouch(const Actor& who, const std::string& newcomer);
  // A reader hands all threads on that they hold and that are not closed, or those that are closed too. False
  // unless there was one and each went to the other.
  bool share(const Actor& who, const std::string& to, bool closed_too);

  // An audit line of its own: signing in and out.
  void note(const Actor& who, store::Action action);
  // The role may not use this route (its template). Does not wait, so that the answer's time tells nothing.
  void refused(const Actor& who, const std::string& route);

 private:
  House& house_;
  // The notices of the last ten minutes. On the writer's thread; what a restart forgets costs one notice.
  std::map<ThreadId, std::int64_t> nudged_at_;
};

}  // namespace careline::flow
