// What happened a moment ago, so that it need not be noted again.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>

namespace careline::console {

class Recent {
 public:
  /// Whether `key` was marked less than `span_ms` ago.
  bool within(const std::string& key, std::int64_t now_ms, std::int64_t span_ms) const;
  void mark(const std::string& key, std::int64_t now_ms);

 private:
  static constexpr std::size_t kMost = 4096;  // keys remembered; who is forgotten is noted once more
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::int64_t> at_;
  std::deque<std::string> order_;
};

}  // namespace careline::console
