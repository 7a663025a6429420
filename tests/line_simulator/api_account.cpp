// The account itself: quota, counts, webhook settings, reading and loading marks, content, tokens.
#include <set>

#include "tests/line_simulator/api.h"
#include "tests/line_simulator/checks.h"
#include "tests/line_simulator/ids.h"

namespace careline::simulator {
namespace {

constexpr double kPerMinute1000 = 1000.0 / 60;

ApiAnswer quota(World& world, Webhooks&, const ApiCall&) {
  if (!world.settings.quota) return api_ok({{"type", "none"}});
  return api_ok({{"type", "limited"}, {"value", *world.settings.quota}});
}

ApiAnswer consumption(World& world, Webhooks&, const ApiCall&) {
  return api_ok({{"totalUsage", world.settings.used}});
}

ApiAnswer delivery_count(World& world, Webhooks&, const ApiCall& call) {
  static const std::set<std::string> kKinds = {"reply", "push", "multicast", "broadcast"};
  const auto& kind = call.wild[0];
  if (!kKinds.count(kind)) return api_error(404, "Not found");
  const auto date = call.request.get_param_value("date");
  if (date.size() != 8 || date.find_first_not_of("0123456789") != std::string::npos)
    return api_error(400, "The value for the 'date' parameter is invalid");
  if (date >= japan_date(world.now_ms())) return api_ok({{"status", "unready"}});
  return api_ok({{"status", "ready"}, {"success", world.delivered[kind][date]}});
}

ApiAnswer aggregation_info(World& world, Webhooks&, const ApiCall&) {
  return api_ok({{"numOfCustomAggregationUnits", world.aggregation_units.size()}});
}

ApiAnswer aggregation_list(World& world, Webhooks&, const ApiCall&) {
  return api_ok({{"customAggregationUnits", world.aggregation_units}});
}

ApiAnswer info(World& world, Webhooks&, const ApiCall&) {
  return api_ok({{"userId", world.bot_id},
                 {"basicId", "@000simul"},
                 {"displayName", "模擬官方帳號"},
                 {"chatMode", world.settings.chat_mode},
                 {"markAsReadMode", world.settings.chat_mode == "chat" ? "manual" : "auto"}});
}

bool fits_webhook(const std::string& url) {
  return url.size() <= 500 && (url.rfind("https://", 0) == 0 || url.rfind("http://127.0.0.1", 0) == 0 ||
                               url.rfind("http://localhost", 0) == 0);
}

ApiAnswer get_webhook(World& world, Webhooks&, const ApiCall&) {
  if (world.settings.webhook.empty()) return api_error(404, "Webhook endpoint not found");
  return api_ok({{"endpoint", world.settings.webhook}, {"active", world.settings.webhook_active}});
}

ApiAnswer set_webhook(World& world, Webhooks&, const ApiCall& call) {
  const auto url = call.body.value("endpoint", "");
  if (!fits_webhook(url)) return api_error(400, "Invalid webhook endpoint URL");
  world.settings.webhook = url;
  return {};
}

ApiAnswer test_webhook(World& world, Webhooks& webhooks, const ApiCall& call) {
  const auto url = call.body.value("endpoint", world.settings.webhook);
  if (url.empty()) return api_error(404, "Webhook endpoint not found");
  if (!fits_webhook(url)) return api_error(400, "Invalid webhook endpoint URL");
  const auto body = Json{{"destination", world.bot_id}, {"events", Json::array()}}.dump();
  const auto signature = sign(world.channel_secret, body);
  // The product may call us while it answers: the lock, which the caller holds, is let go meanwhile.
  world.mutex.unlock();
  const auto result = webhooks.post(url, body, signature);
  world.mutex.lock();
  std::string reason = result.outcome;
  for (auto& c : reason) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  const bool success = result.outcome == "ok";
  return api_ok({{"success", success},
                 {"timestamp", iso_time(world.now_ms())},
                 {"statusCode", result.status},
                 {"reason", success ? "OK" : reason},
                 {"detail", result.status > 0 ? std::to_string(result.status) : reason}});
}

ApiAnswer loading(World& world, Webhooks&, const ApiCall& call) {
  Problems problems;
  const At root{call.body, "", problems};
  const std::string* chat = string_at(root, "chatId", Need::kRequired);
  check_integer(root, "loadingSeconds", Need::kOptional, 5, 60);
  const auto seconds = problems.none() ? call.body.value("loadingSeconds", std::int64_t{20}) : 20;
  if (seconds % 5 != 0) root.wrong("loadingSeconds", "Must be a multiple of 5");
  if (chat && !is_line_id(*chat, 'U')) root.wrong("chatId", "invalid property");
  ApiAnswer answer;
  answer.status = problems.none() ? 202 : 400;
  if (!problems.none()) {
    answer.body = problems.body();
    return answer;
  }
  const auto person = world.employees.find(*chat);
  if (person != world.employees.end()) person->second.loading_until_ms = world.now_ms() + seconds * 1000;
  return answer;
}

ApiAnswer mark_as_read(World& world, Webhooks&, const ApiCall& call) {
  const auto token = call.body.value("markAsReadToken", "");
  if (!world.read_tokens.count(token))
    return api_error(400, "The property, 'markAsReadToken', in the request body is invalid");
  return {};
}

ApiAnswer content(World& world, Webhooks&, const ApiCall& call) {
  const auto found = world.contents.find(call.wild[0]);
  if (found == world.contents.end()) return api_error(404, "Not found");
  if (found->second.gone) return api_error(410, "The content is gone");
  ApiAnswer answer;
  answer.bytes = found->second.bytes;
  answer.content_type = found->second.type;
  return answer;
}

ApiAnswer transcoding(World& world, Webhooks&, const ApiCall& call) {
  const auto found = world.contents.find(call.wild[0]);
  if (found == world.contents.end()) return api_error(404, "Not found");
  return api_ok({{"status", "succeeded"}});
}

ApiAnswer oauth_error(const std::string& error, const std::string& description) {
  auto answer = api_ok({{"error", error}, {"error_description", description}});
  answer.status = 400;
  return answer;
}

ApiAnswer verify_token(World& world, Webhooks&, const ApiCall& call) {
  if (call.request.get_param_value("access_token") != world.channel_access_token)
    return oauth_error("invalid_request", "access token expired");
  return api_ok({{"client_id", "1000000000"}, {"expires_in", 2591977}, {"scope", "profile"}});
}

}  // namespace

std::vector<Route> account_routes() {
  const std::string webhook = "/v2/bot/channel/webhook/endpoint";
  return {{"GET", "/v2/bot/message/quota", "quota", quota},
          {"GET", "/v2/bot/message/quota/consumption", "consumption", consumption},
          {"GET", "/v2/bot/message/delivery/{}", "delivery", delivery_count},
          {"GET", "/v2/bot/message/aggregation/info", "aggregation_info", aggregation_info},
          {"GET", "/v2/bot/message/aggregation/list", "aggregation_list", aggregation_list},
          {"GET", "/v2/bot/info", "info", info},
          {"GET", webhook, "webhook_get", get_webhook, Body::kNone, kPerMinute1000, 1000},
          {"PUT", webhook, "webhook_set", set_webhook, Body::kJson, kPerMinute1000, 1000},
          {"POST", "/v2/bot/channel/webhook/test", "webhook_test", test_webhook, Body::kOptionalJson,
           60.0 / 3600, 60},
          {"POST", "/v2/bot/chat/loading/start", "loading", loading, Body::kJson, 100, 100},
          {"POST", "/v2/bot/chat/markAsRead", "mark_as_read", mark_as_read, Body::kJson},
          {"GET", "/v2/bot/message/{}/content", "content", content},
          {"GET", "/v2/bot/message/{}/content/preview", "content_preview", content},
          {"GET", "/v2/bot/message/{}/content/transcoding", "content_transcoding", transcoding},
          {"GET", "/oauth2/v2.1/verify", "token_verify", verify_token, Body::kNone, 2000, 2000,
           RetryKeys::kRefused, Access::kOpen},
          {"POST", "/v2/oauth/verify", "token_verify", verify_token, Body::kForm, 2000, 2000,
           RetryKeys::kRefused, Access::kOpen}};
}

}  // namespace careline::simulator
