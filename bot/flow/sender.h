// Carries what the outbox promised to LINE, on threads of its own.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "bot/flow/delivery.h"
#include "bot/flow/house.h"

namespace careline::flow {

class Sender {
 public:
  using Transport = std::function<Answer(const store::Parcel&)>;
  // `per_second`: calls of one kind in a second; 0 for no limit, nullopt for LINE's published rates.
  Sender(House& house, Transport transport, std::optional<int> per_second);
  ~Sender() { stop(); }
  void wake();  // something was promised
  void stop();  // finishes the calls under way
  // False while the outbox cannot be written.
  bool healthy() const { return !unwritten_; }

 private:
  void plan();   // takes what is due from the outbox
  void carry();  // makes the calls
  void settle(const store::Parcel& parcel, const Answer& answer);
  void give_back();
  bool take_due();
  void keep_pace(store::Mode mode);

  House& house_;
  Transport transport_;
  std::optional<int> per_second_;
  std::mutex mutex_;
  std::condition_variable work_, news_;
  std::deque<store::Parcel> crisis_, ordinary_;
  std::size_t ordinary_under_way_ = 0, crisis_under_way_ = 0;
  bool news_came_ = false, stopping_ = false;
  std::int64_t next_slot_us_[3] = {0, 0, 0};
  std::atomic<bool> unwritten_{false};
  std::vector<std::thread> threads_;
};

}  // namespace careline::flow
