// Slows down guessing at one account's password. It never locks anybody out: a delay always ends.
#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace careline::console {

inline constexpr int kFreeFailures = 5;
inline constexpr std::int64_t kFirstDelay_ms = 2'000;
inline constexpr std::int64_t kLongestDelay_ms = 15 * 60 * 1000;

class Slowing {
 public:
  /// 0: the attempt may be made and counts as failed until `succeeded`; else the milliseconds to wait.
  std::int64_t begin(const std::string& account, std::int64_t now_ms);
  void succeeded(const std::string& account);

 private:
  struct Failures {
    int count = 0;
    std::int64_t next_at = 0, last_at = 0;
  };
  void make_room(std::int64_t now_ms);

  std::mutex mutex_;
  std::map<std::string, Failures> by_account_;
};

}  // namespace careline::console
