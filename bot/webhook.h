// POST /line/webhook: the signature over the raw bytes first, then every event durably, and only then 200.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bot/flow/house.h"
#include "bot/web/server.h"
#include "store/inbox.h"

namespace careline {

struct WebhookCounts {
  std::atomic<std::int64_t> stored{0}, duplicates{0}, bad_signatures{0}, bad_bodies{0}, unstored{0};
};

// Handles requests on the server's loop thread and never blocks: the answer is given by the writer's thread
// after the commit. `stored` is called after events were stored; `lifeline` when they could not be.
class Webhook {
 public:
  using Lifeline = std::function<void(const std::vector<store::Arrival>&)>;
  Webhook(flow::House& house, std::string channel_secret, std::function<void()> stored, Lifeline lifeline);
  void operator()(const std::shared_ptr<web::Exchange>& exchange);
  const WebhookCounts& counts() const { return counts_; }

 private:
  flow::House& house_;
  const std::string secret_;
  const std::function<void()> stored_;
  const Lifeline lifeline_;
  WebhookCounts counts_;
};

// base64(HMAC-SHA256(secret, body)), compared in constant time (LINE: verify webhook signature).
bool signature_fits(const std::string& secret, std::string_view body, std::string_view signature);

}  // namespace careline
