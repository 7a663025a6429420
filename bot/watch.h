// Looks at what outside switches could leak or stop: LINE's chat mode, its webhook, the quota, the clock, the
// certificate. What LINE does not say is unknown and changes nothing: no message and no readiness hang on it.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "bot/flow/alarms.h"
#include "bot/flow/changes.h"
#include "bot/line/client.h"
#include "config/settings.h"

namespace careline {

// What the watch asks (nullopt: unknown), and whom it tells of a start or an end.
struct Outside {
  std::function<std::optional<std::string>()> chat_mode;
  std::function<std::optional<line::Endpoint>()> endpoint;
  std::function<std::optional<line::Quota>()> quota;
  std::function<std::optional<std::int64_t>()> certificate_end;  // UTC in ms; empty: there is none to look at
  std::function<std::int64_t()> now_ms, steady_ms;               // the wall's clock, and one that never jumps
  std::function<void(flow::Alarm, bool started)> note;
};

// The address that LINE must deliver to; "" when the settings do not say.
std::string webhook_address(const config::Settings& settings);
bool chat_is_on(const std::string& mode);
// Whether LINE delivers to `address`; true for "".
bool delivers_to(const line::Endpoint& endpoint, const std::string& address);
// More than 80 % is used.
bool nearly_used(const line::Quota& quota);
// Whether the settings name a host whose certificate can be looked at.
bool has_certificate(const config::Settings& settings);

class Watch {
 public:
  // Everything referred to must outlive it.
  Watch(Outside outside, std::string address, flow::Alarms& alarms, flow::Changes& changes);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  // Looks each second, on a thread of its own, until it is destroyed or `stop`.
  void start();
  void stop();
  // Does what is due by now.
  void look();

 private:
  struct Round {
    std::int64_t every_ms;
    std::function<bool()> check;  // true while something is wrong: then it is looked at sooner
    std::int64_t due_ms = 0;
  };
  void loop();
  void look_at_clock();
  bool look_at_chat();
  bool look_at_endpoint();
  bool look_at_quota();
  bool look_at_certificate();
  bool keep(flow::Alarm alarm, std::optional<bool> wrong);

  const Outside outside_;
  const std::string address_;
  flow::Alarms& alarms_;
  flow::Changes& changes_;
  std::vector<Round> rounds_;
  std::optional<std::int64_t> offset_ms_, jumped_at_ms_;
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::thread thread_;
};

}  // namespace careline
