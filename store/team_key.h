// The recovery key of the whole team: every thread is granted to it once more, and nobody holds its private
// half. Two officers have a share of it each (store/shares.h).
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "store/grants.h"
#include "store/threads.h"

namespace careline::store {

struct TeamKey {
  Key32 public_key{};
  std::int64_t made_at = 0;
  std::string vouched_by;  // a lead; "" while nothing is sealed to it
  std::string voucher;
};

class TeamKeys {
 public:
  TeamKeys(Db& db, const Keyring& keys) : db_(db), keys_(keys) {}
  // Waits for a lead's voucher; the one in force stays in force until then.
  void add(const Key32& public_key, std::int64_t now_ms);
  std::optional<TeamKey> waiting();   // made after the one in force
  std::optional<TeamKey> in_force();  // with a voucher that holds
  // A lead who reads vouches for the one that waits. False unless both are as they should be.
  bool vouch(const Reader& by, const Key32& public_key);

  // Gives a thread's key to the one in force; nothing without one.
  void give(const ThreadId& thread, std::int64_t epoch, const Secret& key);
  // Everything of a thread that this reader can open. True if something was new.
  bool share(const ThreadId& thread, const Reader& from);
  // What was sealed to the one in force for this thread, by epoch; without what was changed from outside.
  std::map<std::int64_t, std::string> grants(const ThreadId& thread);
  // Whether all of the thread could be recovered.
  bool opens(const Thread& thread);

 private:
  std::string mark(const TeamKey& key) const;
  std::vector<TeamKey> newest_first();
  Db& db_;
  const Keyring& keys_;
};

}  // namespace careline::store
