// POST /line/webhook.
#include "bot/webhook.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <memory>

#include "bot/line/incoming.h"

namespace careline {
namespace {
constexpr std::size_t kSignature = 44;  // base64 of 32 bytes

web::Response status(int code) { return {.status = code, .type = "application/json", .body = "{}"}; }
}  // namespace

bool signature_fits(const std::string& secret, std::string_view body, std::string_view signature) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(body.data()), body.size(), digest.data(), &length);
  std::array<unsigned char, kSignature + 1> expected{};
  EVP_EncodeBlock(expected.data(), digest.data(), static_cast<int>(length));
  return signature.size() == kSignature && CRYPTO_memcmp(signature.data(), expected.data(), kSignature) == 0;
}

Webhook::Webhook(flow::House& house, std::string channel_secret, std::function<void()> stored,
                 Lifeline lifeline)
    : house_(house),
      secret_(std::move(channel_secret)),
      stored_(std::move(stored)),
      lifeline_(std::move(lifeline)) {}

void Webhook::operator()(const std::shared_ptr<web::Exchange>& exchange) {
  const web::Request& request = exchange->request();
  if (request.path != "/line/webhook") return exchange->answer(status(404));
  if (request.method != "POST") return exchange->answer(status(405));
  if (!signature_fits(secret_, request.body, request.header("x-line-signature"))) {
    ++counts_.bad_signatures;
    return exchange->answer(status(401));
  }
  auto events = line::split(request.body, house_.keys);
  if (!events) {
    ++counts_.bad_bodies;
    return exchange->answer(status(400));
  }
  if (events->empty()) return exchange->answer(status(200));
  const auto arrivals = std::make_shared<std::vector<store::Arrival>>(std::move(*events));
  const auto fresh = std::make_shared<int>(0);
  house_.writer.submit(
      [this, arrivals, fresh](store::Db& db) {
        *fresh = store::Inbox(db, house_.keys).append(*arrivals, house_.now_ms());
      },
      [this, exchange, arrivals, fresh](std::exception_ptr failure) {
        if (failure) {
          ++counts_.unstored;
          exchange->answer(status(503));  // LINE delivers it again
          return lifeline_(*arrivals);
        }
        counts_.stored += *fresh;
        counts_.duplicates += static_cast<std::int64_t>(arrivals->size()) - *fresh;
        exchange->answer(status(200));
        if (*fresh > 0) stored_();
      },
      store::Writer::Urgency::first);
}

}  // namespace careline
