// Handlers on their own threads.
#include "bot/web/workers.h"

namespace careline::web {

void run_handler(const Handler& handler, std::shared_ptr<Exchange> exchange) {
  try {
    handler(exchange);
  } catch (...) {  // the text of an exception may name things that are nobody's business
    exchange->answer({500, "", "", {}});
  }
}

Workers::Workers(int count, std::size_t max_queue, Handler handler)
    : max_queue_(max_queue), handler_(std::move(handler)) {
  threads_.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) threads_.emplace_back([this] { work(); });
}

Workers::~Workers() { stop(); }

bool Workers::offer(std::shared_ptr<Exchange> exchange) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= max_queue_) return false;
    queue_.push_back(std::move(exchange));
  }
  ready_.notify_one();
  return true;
}

void Workers::stop() {
  std::deque<std::shared_ptr<Exchange>> dropped;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    dropped.swap(queue_);
  }
  ready_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Workers::work() {
  while (true) {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (stopping_) return;
    std::shared_ptr<Exchange> exchange = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    run_handler(handler_, std::move(exchange));
  }
}

}  // namespace careline::web
