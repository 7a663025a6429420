// The one deliberate way round the outbox: when the store cannot be written, a message that tells of danger
// is still answered with the fixed words.
#pragma once
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "bot/flow/house.h"
#include "bot/line/client.h"
#include "store/inbox.h"

namespace careline {

class Lifeline {
 public:
  Lifeline(flow::House& house, const line::Client& client);
  ~Lifeline();
  // Looks at events that were not stored; never blocks.
  void answer(const std::vector<store::Arrival>& arrivals);

 private:
  void loop();
  flow::House& house_;
  const line::Client& client_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<store::Parcel> waiting_;
  std::deque<LineKey> answered_;  // LINE delivers again what got no 200: one answer is enough
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace careline
