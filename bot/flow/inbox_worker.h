// Takes turns for what waits in the inbox.
#pragma once
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "bot/flow/house.h"

namespace careline::flow {

class InboxWorker {
 public:
  explicit InboxWorker(House& house);
  ~InboxWorker() { stop(); }
  void wake();  // something was stored
  void stop();
  // Turns run: the last look at the inbox succeeded.
  bool healthy() const { return healthy_; }
  std::int64_t faults() const { return faults_; }

 private:
  void loop();
  bool take_some();  // true if there may be more

  House& house_;
  std::mutex mutex_;
  std::condition_variable news_;
  bool news_came_ = true, stopping_ = false;
  std::atomic<bool> healthy_{false};
  std::atomic<std::int64_t> faults_{0};
  std::thread thread_;
};

}  // namespace careline::flow
