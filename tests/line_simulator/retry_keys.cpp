// Retry keys: refused where LINE refuses them, answered with 409 once accepted, watched for misuse.
#include "tests/line_simulator/retry_keys.h"

#include "tests/line_simulator/ids.h"

namespace careline::simulator {
namespace {

constexpr const char* kHeader = "X-Line-Retry-Key";
constexpr std::int64_t kLifeMs = 24 * 3600 * 1000;

}  // namespace

void watch_retry_key(World& world, const Route& route, const ApiCall& call) {
  if (!call.request.has_header(kHeader)) return;
  const auto key = call.request.get_header_value(kHeader);
  if (route.retry_keys == RetryKeys::kRefused) return world.violate("retry_key_refused", route.endpoint, {});
  if (!is_uuid(key)) return world.violate("retry_key_not_a_uuid", route.endpoint, {{"retryKey", key}});
  const auto now = world.now_ms();
  const auto known = world.retry_keys.find(key);
  if (known == world.retry_keys.end()) {
    world.retry_keys[key] = {now, route.endpoint, call.request.body, "", Json()};
    return;
  }
  auto& entry = known->second;
  if (now - entry.first_seen_ms >= kLifeMs) {
    world.violate("retry_key_past_24_hours", route.endpoint, {{"retryKey", key}});
    entry = {now, route.endpoint, call.request.body, "", Json()};
  } else if (entry.endpoint != route.endpoint || entry.body != call.request.body) {
    world.violate("retry_key_with_another_body", route.endpoint, {{"retryKey", key}});
  }
}

std::optional<ApiAnswer> refuse_by_retry_key(World& world, const Route& route, const ApiCall& call) {
  if (!call.request.has_header(kHeader)) return std::nullopt;
  if (route.retry_keys == RetryKeys::kRefused)
    return api_error(400, "The request header 'X-Line-Retry-Key' is not supported by this endpoint");
  const auto key = call.request.get_header_value(kHeader);
  if (!is_uuid(key)) return api_error(400, "The retry key is invalid");
  const auto& entry = world.retry_keys.at(key);
  if (entry.accepted_request_id.empty()) return std::nullopt;
  auto conflict = api_error(409, "The retry key is already accepted");
  if (!entry.sent_messages.is_null()) conflict.body["sentMessages"] = entry.sent_messages;
  conflict.headers.emplace_back("x-line-accepted-request-id", entry.accepted_request_id);
  return conflict;
}

void remember_accepted(World& world, const ApiCall& call, const ApiAnswer& answer) {
  const auto entry = world.retry_keys.find(call.request.get_header_value(kHeader));
  if (entry == world.retry_keys.end() || answer.status / 100 != 2) return;
  entry->second.accepted_request_id = call.request_id;
  if (answer.body.contains("sentMessages")) entry->second.sent_messages = answer.body["sentMessages"];
}

}  // namespace careline::simulator
