// Calls to LINE's Messaging API by libcurl, each with a total deadline.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "bot/flow/delivery.h"

namespace careline::line {

// Where LINE delivers webhooks to, as its console was told.
struct Endpoint {
  std::string address;
  bool active = false;
};

// The month's messages; no limit: as many as are paid for.
struct Quota {
  std::optional<std::int64_t> limit;
  std::int64_t used = 0;
};

// Sends parcels. Thread-safe: every thread keeps a connection of its own. Follows no redirect, speaks plain
// http only to loopback, and reads at most 64 KiB of an answer.
class Client {
 public:
  Client(std::string api_base, std::string token);
  ~Client();
  flow::Answer send(const store::Parcel& parcel) const;
  // What LINE says of the channel; nullopt if it does not say. Each question lasts at most 3 s.
  std::optional<std::string> chat_mode() const;  // "bot", or "chat": people may read along in OA Manager
  std::optional<Endpoint> webhook_endpoint() const;
  std::optional<Quota> quota() const;  // two questions
  // What is left of the month's messages; nullopt if unlimited or LINE does not say.
  std::optional<std::int64_t> quota_left() const;
  // From now on no call, begun or not, lasts longer than this; what is cut off has an unknown outcome.
  void end_within(std::chrono::milliseconds limit);

 private:
  struct Reply {
    flow::Answer::Kind kind = flow::Answer::Kind::unknown;
    int status = 0;
    std::string body;
  };
  Reply call(const std::string& path, const std::string* body, const std::string& retry_key,
             long deadline_ms) const;
  std::optional<std::string> ask(const std::string& path) const;  // the body of a 200

  std::string base_, token_;
  std::atomic<std::chrono::steady_clock::rep> ends_at_;
};

}  // namespace careline::line
