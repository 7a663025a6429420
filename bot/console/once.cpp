// Keys of forms that were sent, the oldest forgotten first.
#include "bot/console/once.h"

namespace careline::console {

Once::Turn Once::begin(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto [it, is_new] = turns_.emplace(key, Turn::running);
  if (!is_new) return it->second;
  order_.push_back(key);
  if (order_.size() > kMost) {
    turns_.erase(order_.front());
    order_.pop_front();
  }
  return Turn::first;
}

void Once::finish(const std::string& key) {
  const std::lock_guard lock(mutex_);
  if (const auto it = turns_.find(key); it != turns_.end()) it->second = Turn::done;
}

void Once::give_up(const std::string& key) {
  const std::lock_guard lock(mutex_);
  turns_.erase(key);
  std::erase(order_, key);
}

}  // namespace careline::console
