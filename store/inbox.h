// Webhook events between their 200 and their turn.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "store/db.h"
#include "store/seal.h"

namespace careline::store {

struct Arrival {
  LineKey event;     // keyed hash that makes it unique
  std::string json;  // the event as LINE sent it
};
struct Waiting {
  std::int64_t id, received_at;
  std::string json;  // empty if it does not open
};

class Inbox {
 public:
  Inbox(Db& db, const Keyring& keys) : db_(db), keys_(keys) {}
  // Stores each event that was not taken in before; how many were new.
  int append(const std::vector<Arrival>& events, std::int64_t now_ms);
  // About `limit` of the oldest, but always whole requests.
  std::vector<Waiting> oldest(std::size_t limit);
  void settle(std::int64_t id);
  // After three failures the event is parked, so that it stops nobody.
  void failed(std::int64_t id);
  std::int64_t waiting_count();

 private:
  Db& db_;
  const Keyring& keys_;
};

}  // namespace careline::store
