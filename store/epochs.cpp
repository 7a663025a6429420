// Threads go on under a new key.
#include "store/epochs.h"

#include "store/team_key.h"

namespace careline::store {
namespace {

// Everybody else who can open the thread.
std::vector<Operator> other_readers(Db& db, const Keyring& keys, const ThreadId& thread,
                                    const std::string& without) {
  Operators operators(db, keys);
  std::vector<Operator> others;
  for (const std::string& name : Grants(db, keys).holders(thread)) {
    const auto op = name == without ? std::nullopt : operators.find(name);
    if (op && operators.reads(*op)) others.push_back(*op);
  }
  return others;
}

}  // namespace

void start_epoch(Db& db, const Keyring& keys, const Thread& thread, const std::string& without) {
  const Secret key = random_secret();
  const std::int64_t epoch = thread.epoch + 1;
  Grants grants(db, keys);
  const auto others = other_readers(db, keys, thread.id, without);
  for (const Operator& op : others) grants.give(thread.id, epoch, key, op);
  if (others.empty()) grants.let_wait(thread.id, epoch, key);
  TeamKeys(db, keys).give(thread.id, epoch, key);
  Threads(db, keys).set_key(thread, epoch, box_of(key));
}

void take_from(Db& db, const Keyring& keys, const std::string& name) {
  Grants grants(db, keys);
  for (const ThreadId& id : grants.threads_of(name))
    if (const auto thread = Threads(db, keys).find(id); thread && thread->intact)
      start_epoch(db, keys, *thread, name);
  grants.take_all(name);
}

Alone held_alone(Db& db, const Keyring& keys, const std::string& name) {
  Alone alone;
  for (const ThreadId& id : Grants(db, keys).threads_of(name)) {
    const auto thread = Threads(db, keys).find(id);
    if (!thread || thread->contact_card() || !other_readers(db, keys, id, name).empty()) continue;
    if (!thread->closed)
      ++alone.open;
    else if (!TeamKeys(db, keys).opens(*thread))
      ++alone.closed;
  }
  return alone;
}

}  // namespace careline::store
