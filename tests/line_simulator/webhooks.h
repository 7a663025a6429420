// Sends events to the product as LINE does: signed, within two seconds, again when told to.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/line_simulator/world.h"

namespace careline::simulator {

/// base64(HMAC-SHA256(secret, body)).
std::string sign(const std::string& secret, const std::string& body);

/// What came back from one request to the webhook.
struct WebhookResult {
  int status = 0;       // 0: no answer
  std::string outcome;  // ok, error_status_code, could_not_connect, request_timeout, unclassified
  std::int64_t took_ms = 0;
};

class Webhooks {
 public:
  explicit Webhooks(World& world);
  /// Ends the threads; requests under way are waited for, at most about two seconds.
  ~Webhooks();
  Webhooks(const Webhooks&) = delete;
  Webhooks& operator=(const Webhooks&) = delete;

  /// Queues an event for delivery, or holds it back while settings.hold is on. Needs the world's lock.
  void emit(const Json& event);
  /// Sends what was held; `order` is as_is, shuffled or reversed; `copies` of each; one request for all of
  /// them when `together`. Gives the number of events sent. Needs the world's lock.
  std::size_t release(const std::string& order, bool together, std::int64_t copies);
  /// Queues known events once more with isRedelivery set. Needs the world's lock.
  void redeliver(const std::vector<std::string>& event_ids);
  /// Sends exactly these bytes at once and waits for the answer. Must not hold the world's lock.
  WebhookResult post(const std::string& url, const std::string& body, const std::string& signature) const;
  /// Drops everything queued and held. Needs the world's lock.
  void clear();
  std::size_t held() const { return held_.size(); }

 private:
  struct Batch {
    std::vector<Json> events;
    std::int64_t attempt = 1;
    std::int64_t not_before_ms = 0;  // monotonic
    std::string kind = "first";      // first, duplicate, redelivery
  };
  struct Lane {
    std::deque<Batch> queue;
    std::condition_variable work;
    std::thread thread;
  };

  void enqueue(Batch batch);
  void run(Lane& lane);
  bool take(Lane& lane, std::unique_lock<std::mutex>& lock, Batch& batch);
  void send(const Batch& batch);
  void note(const Batch& batch, const WebhookResult& result, std::int64_t sent_ms);

  World& world_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::vector<Json> held_;
  bool stopping_ = false;
};

}  // namespace careline::simulator
