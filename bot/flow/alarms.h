// What is wrong outside the program at this moment. Thread-safe; codes and times only, nothing about persons.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <mutex>

namespace careline::flow {

enum class Alarm { chat_mode, webhook_off, webhook_address, quota, clock, certificate };
inline constexpr std::array kAlarms = {Alarm::chat_mode, Alarm::webhook_off, Alarm::webhook_address,
                                       Alarm::quota,     Alarm::clock,       Alarm::certificate};

// The name that logs, metrics and phrases use.
constexpr const char* code_of(Alarm alarm) {
  switch (alarm) {
    case Alarm::chat_mode: return "chat_mode";
    case Alarm::webhook_off: return "webhook_off";
    case Alarm::webhook_address: return "webhook_address";
    case Alarm::quota: return "quota";
    case Alarm::clock: return "clock";
    case Alarm::certificate: return "certificate";
  }
  return "unknown";
}

class Alarms {
 public:
  // True if that is news.
  bool set(Alarm alarm, bool present, std::int64_t now_ms) {
    const std::lock_guard lock(mutex_);
    return present ? since_.emplace(alarm, now_ms).second : since_.erase(alarm) == 1;
  }
  // Each present alarm with the time (UTC, ms) since when.
  std::map<Alarm, std::int64_t> present() const {
    const std::lock_guard lock(mutex_);
    return since_;
  }

 private:
  mutable std::mutex mutex_;
  std::map<Alarm, std::int64_t> since_;
};

}  // namespace careline::flow
