// Threads go on under a new key when somebody must not read what comes: who is left gets it, what was written
// before stays under the keys before.
#pragma once
#include <cstdint>
#include <string>

#include "store/threads.h"

namespace careline::store {

// A new key for what is written from now on, to everybody who holds the thread but `without`, and to the
// team's recovery key. With nobody left it waits for the first who may read. The service makes the key and
// forgets it.
void start_epoch(Db& db, const Keyring& keys, const Thread& thread, const std::string& without);
// Starts one in each thread of the operator and takes all of their grants. Costs about 0.2 ms a thread.
void take_from(Db& db, const Keyring& keys, const std::string& name);

// What nobody else could open: open threads without another reader, and closed ones that the team's recovery
// key does not open either.
struct Alone {
  std::int64_t open = 0, closed = 0;
  bool any() const { return open + closed > 0; }
};
Alone held_alone(Db& db, const Keyring& keys, const std::string& name);

}  // namespace careline::store
