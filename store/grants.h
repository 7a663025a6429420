// Who may read which thread: its key, sealed to each reader's own key.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "store/operators.h"

namespace careline::store {

// What a thread keeps of those who are kept out of it: a keyed hash of each, one behind the other.
std::string kept_out_marks(const Keyring& keys, const ThreadId& thread, const std::set<std::string>& names);

// The private halves of a thread's key by epoch, held for the time of one request.
using ThreadKeys = std::map<std::int64_t, Secret>;

// Where a grant stands; one that was moved does not open. The holder is an operator, or the team's recovery
// key.
struct GrantPlace {
  ThreadId thread;
  std::int64_t epoch = 1;
  std::string holder;
};
inline constexpr const char* kTeam = "";
std::string seal_grant(const Key32& public_key, const GrantPlace& place, const Secret& key);
std::optional<Secret> open_grant(const Secret& seed, const GrantPlace& place, std::string_view sealed);

class Grants {
 public:
  Grants(Db& db, const Keyring& keys) : db_(db), keys_(keys) {}

  // Gives a thread's key to the team's recovery key and to everybody who may read now, `except` these and
  // whoever is kept out. While there is nobody, it waits under the service's own key for the first who may.
  void give_to_readers(const ThreadId& thread, std::int64_t epoch, const Secret& key,
                       const std::set<std::string>& except = {});
  // The way to a grant. False for somebody whom the employee wants kept out of this thread.
  bool give(const ThreadId& thread, std::int64_t epoch, const Secret& key, const Operator& to);
  // Puts in what was sealed elsewhere to an operator's key (store/recovery_file.h); what they hold already
  // stays, and whoever is kept out gets nothing.
  void take_in(const GrantPlace& place, const std::string& sealed);
  // What waited for a first reader; true if something did.
  bool give_what_waited(const Operator& to);

  // Whether the employee wants this operator kept out, and everybody of whom they said so.
  bool keeps_out(const ThreadId& thread, const std::string& name);
  std::set<std::string> kept_out(const ThreadId& thread);

  bool has(const ThreadId& thread, const std::string& name);
  std::vector<ThreadId> threads_of(const std::string& name);
  void take_all(const std::string& name);
  // What opens with `old_seed` is sealed to the operator's key of now instead; what does not is taken away.
  void reseal_all(const Operator& op, const Secret& old_seed);
  // While nobody is there to be given a key, it waits under the service's own for the first who may read.
  void let_wait(const ThreadId& thread, std::int64_t epoch, const Secret& key);
  std::set<std::string> holders(const ThreadId& thread);
  // The keys that this reader may use; empty without a grant. A grant that was inserted, changed or moved
  // from outside opens nothing.
  ThreadKeys open(const ThreadId& thread, const Reader& reader);
  // Hands on all epochs that `from` can open. False if there are none, or `to` may not read or is kept out.
  bool share(const ThreadId& thread, const Reader& from, const std::string& to);

 private:
  void put(const ThreadId& thread, std::int64_t epoch, const std::string& name, const std::string& sealed);
  Db& db_;
  const Keyring& keys_;
};

}  // namespace careline::store
