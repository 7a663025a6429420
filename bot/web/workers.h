// A fixed number of threads and a bounded queue for handlers that may block.
#pragma once
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "bot/web/server.h"

namespace careline::web {

/// Runs the handler; whatever it throws becomes an empty 500.
void run_handler(const Handler& handler, std::shared_ptr<Exchange> exchange);

class Workers {
 public:
  Workers(int count, std::size_t max_queue, Handler handler);
  ~Workers();
  /// False when the queue is full.
  bool offer(std::shared_ptr<Exchange> exchange);
  /// Drops what waits and joins the threads when their present handlers return.
  void stop();

 private:
  void work();

  const std::size_t max_queue_;
  const Handler handler_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::shared_ptr<Exchange>> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace careline::web
