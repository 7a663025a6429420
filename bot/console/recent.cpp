// What happened a moment ago, the oldest forgotten first.
#include "bot/console/recent.h"

namespace careline::console {

bool Recent::within(const std::string& key, std::int64_t now_ms, std::int64_t span_ms) const {
  const std::lock_guard lock(mutex_);
  const auto it = at_.find(key);
  return it != at_.end() && now_ms - it->second < span_ms;
}

void Recent::mark(const std::string& key, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  if (!at_.insert_or_assign(key, now_ms).second) return;
  order_.push_back(key);
  if (order_.size() <= kMost) return;
  at_.erase(order_.front());
  order_.pop_front();
}

}  // namespace careline::console
