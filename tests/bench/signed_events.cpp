// Webhook requests as LINE would send them: see signed_events.h.
#include "tests/bench/signed_events.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <chrono>
#include <cstdio>

namespace careline::bench {
namespace {

std::string numbered(const char* pattern, std::int64_t a, std::int64_t b) {
  std::array<char, 96> text{};
  const int length =
      std::snprintf(text.data(), text.size(), pattern, static_cast<long long>(a), static_cast<long long>(b));
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace

std::string user_id(std::int64_t number) { return numbered("U%024llx%08llx", 0, number); }

namespace {

std::string body_of(const EventPlan& plan, std::int64_t i, std::int64_t timestamp, const std::string& token) {
  std::string body = R"({"destination":"Uffffffffffffffffffffffffffffffff","events":[{"type":"message",)";
  body += R"("message":{"type":"text","id":")" + numbered("5%06lld%011lld", plan.run, i);
  body += R"(","quoteToken":")" + numbered("q3Plxr4AgKd%010lld%010lld_yWsEsQ1Hh0", plan.run, i);
  body +=
      R"(","text":")" + plan.text + R"("},"webhookEventId":")" + numbered("01K%08lld%015lld", plan.run, i);
  body += R"(","deliveryContext":{"isRedelivery":false},"timestamp":)" + std::to_string(timestamp);
  body += R"(,"source":{"type":"user","userId":")" + user_id(i % plan.users);
  body += R"("},"replyToken":")" + token + R"(","mode":"active"}]})";
  return body;
}

std::string request_of(const EventPlan& plan, const std::string& body) {
  return "POST " + plan.path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: LineBotWebhook/2.0\r\n" +
         "Content-Type: application/json; charset=utf-8\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\nx-line-signature: " + signature_of(body, plan.secret) + "\r\n\r\n" + body;
}

}  // namespace

std::string signature_of(const std::string& body, const std::string& secret) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac;
  unsigned int length = 0;
  ::HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(body.data()), body.size(), mac.data(), &length);
  std::array<unsigned char, 64> text;
  const int size = ::EVP_EncodeBlock(text.data(), mac.data(), static_cast<int>(length));
  return {reinterpret_cast<const char*>(text.data()), static_cast<std::size_t>(size)};
}

std::vector<SignedEvent> signed_events(const EventPlan& plan) {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  const std::int64_t now = std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count();
  std::vector<SignedEvent> events;
  events.reserve(static_cast<std::size_t>(plan.count));
  for (std::int64_t i = 0; i < plan.count; ++i) {
    const std::string token = numbered("%016llx%016llx", plan.run, i);
    events.push_back({token, request_of(plan, body_of(plan, i, now + i, token))});
  }
  return events;
}

}  // namespace careline::bench
