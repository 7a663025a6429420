// Webhook requests as LINE would send them, signed beforehand so that signing costs the load generator
// nothing.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace careline::bench {

struct EventPlan {
  std::int64_t count = 0;
  std::int64_t users = 2000;  // user_id(0) to user_id(users - 1) in turn; bench-fill knows the same people
  std::int64_t run = 0;       // part of every id, so that two runs against one database share none
  std::string text;           // one text message a request
  std::string secret;
  std::string path;
};

struct SignedEvent {
  std::string reply_token;
  std::string request;  // the whole HTTP request
};

/// A LINE user id: "U" and the number in 32 hexadecimal digits.
std::string user_id(std::int64_t number);

/// Distinct webhookEventId, message id and reply token each; timestamps rise from now by 1 ms.
std::vector<SignedEvent> signed_events(const EventPlan& plan);

/// Base64 of the HMAC-SHA256, as in x-line-signature.
std::string signature_of(const std::string& body, const std::string& secret);

}  // namespace careline::bench
