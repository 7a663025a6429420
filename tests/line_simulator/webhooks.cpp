// Webhook delivery: one lane per chat keeps its events in order; lanes run side by side.
#include "tests/line_simulator/webhooks.h"

#include <httplib.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <functional>
#include <random>

#include "tests/line_simulator/ids.h"

namespace careline::simulator {
namespace {

constexpr std::size_t kLanes = 8;
constexpr std::int64_t kPatienceMs = 2000;  // LINE counts a later answer as a failure

std::string chat_of(const Json& event) {
  const auto source = event.value("source", Json::object());
  if (source.contains("groupId")) return source["groupId"];
  if (source.contains("roomId")) return source["roomId"];
  return source.value("userId", std::string());
}

/// Splits "http://host:port/path" into its address and path.
std::pair<std::string, std::string> split_url(const std::string& url) {
  const auto scheme = url.find("://");
  const auto slash = url.find('/', scheme == std::string::npos ? 0 : scheme + 3);
  if (slash == std::string::npos) return {url, "/"};
  return {url.substr(0, slash), url.substr(slash)};
}

std::string outcome_of(const httplib::Result& result, std::int64_t took_ms) {
  if (result) return result->status / 100 == 2 && took_ms <= kPatienceMs ? "ok" : "error_status_code";
  if (result.error() == httplib::Error::Connection) return "could_not_connect";
  return took_ms >= kPatienceMs - 50 ? "request_timeout" : "unclassified";
}

}  // namespace

std::string sign(const std::string& secret, const std::string& body) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(body.data()), body.size(), digest, &size);
  return base64({reinterpret_cast<const char*>(digest), size});
}

Webhooks::Webhooks(World& world) : world_(world) {
  for (std::size_t i = 0; i < kLanes; ++i) lanes_.push_back(std::make_unique<Lane>());
  for (auto& lane : lanes_) lane->thread = std::thread([this, &lane] { run(*lane); });
}

Webhooks::~Webhooks() {
  {
    const std::scoped_lock lock(world_.mutex);
    stopping_ = true;
    for (auto& lane : lanes_) lane->work.notify_all();
  }
  for (auto& lane : lanes_) lane->thread.join();
}

void Webhooks::emit(const Json& event) {
  append_log(world_.events, event);
  if (!world_.settings.webhook_active) return world_.announce();
  if (world_.settings.hold) {
    held_.push_back(event);
    return world_.announce();
  }
  enqueue({{event}});
  for (std::int64_t i = 0; i < world_.settings.duplicates; ++i) enqueue({{event}, 1, 0, "duplicate"});
}

std::size_t Webhooks::release(const std::string& order, bool together, std::int64_t copies) {
  std::vector<Json> events;
  for (std::int64_t i = 0; i < copies; ++i) events.insert(events.end(), held_.begin(), held_.end());
  held_.clear();
  if (order == "reversed") std::reverse(events.begin(), events.end());
  if (order == "shuffled") std::shuffle(events.begin(), events.end(), std::mt19937(std::random_device{}()));
  const auto count = events.size();
  if (together && count > 0)
    enqueue({std::move(events)});
  else
    for (auto& event : events) enqueue({{event}});
  return count;
}

void Webhooks::redeliver(const std::vector<std::string>& event_ids) {
  for (const auto& id : event_ids)
    for (const auto& event : world_.events)
      if (event.value("webhookEventId", "") == id) {
        Json again = event;
        again["deliveryContext"]["isRedelivery"] = true;
        enqueue({{again}, 2, 0, "redelivery"});
      }
}

void Webhooks::clear() {
  held_.clear();
  for (auto& lane : lanes_) {
    world_.webhooks_pending -= static_cast<std::int64_t>(lane->queue.size());
    lane->queue.clear();
  }
}

void Webhooks::enqueue(Batch batch) {
  const auto index = std::hash<std::string>{}(chat_of(batch.events.front())) % kLanes;
  lanes_[index]->queue.push_back(std::move(batch));
  ++world_.webhooks_pending;
  lanes_[index]->work.notify_one();
  world_.announce();
}

bool Webhooks::take(Lane& lane, std::unique_lock<std::mutex>& lock, Batch& batch) {
  while (!stopping_) {
    const auto now = steady_ms();
    std::int64_t next = now + 60000;
    for (auto each = lane.queue.begin(); each != lane.queue.end(); ++each) {
      if (each->not_before_ms <= now) {
        batch = std::move(*each);
        lane.queue.erase(each);
        return true;
      }
      next = std::min(next, each->not_before_ms);
    }
    lane.work.wait_for(lock, std::chrono::milliseconds(next - now));
  }
  return false;
}

void Webhooks::run(Lane& lane) {
  std::unique_lock lock(world_.mutex);
  Batch batch;
  while (take(lane, lock, batch)) {
    lock.unlock();
    send(batch);
    lock.lock();
    --world_.webhooks_pending;
    world_.announce();
  }
}

void Webhooks::send(const Batch& batch) {
  std::string url, secret, body;
  std::int64_t sent_ms = 0;
  {
    const std::scoped_lock lock(world_.mutex);
    url = world_.settings.webhook;
    secret = world_.channel_secret;
    sent_ms = world_.now_ms();
    for (const auto& event : batch.events) {
      const auto token = world_.reply_tokens.find(event.value("replyToken", ""));
      if (token != world_.reply_tokens.end()) token->second.delivered_ms = sent_ms;
    }
    body = Json{{"destination", world_.bot_id}, {"events", batch.events}}.dump();
  }
  const auto result = post(url, body, sign(secret, body));
  const std::scoped_lock lock(world_.mutex);
  note(batch, result, sent_ms);
}

void Webhooks::note(const Batch& batch, const WebhookResult& result, std::int64_t sent_ms) {
  Json ids = Json::array();
  for (const auto& event : batch.events) ids.push_back(event.value("webhookEventId", ""));
  append_log(world_.deliveries, {{"seq", world_.take_number()},
                                 {"time", sent_ms},
                                 {"webhookEventIds", ids},
                                 {"attempt", batch.attempt},
                                 {"kind", batch.kind},
                                 {"status", result.status},
                                 {"outcome", result.outcome},
                                 {"tookMs", result.took_ms}});
  const auto& settings = world_.settings;
  if (result.outcome == "ok" || !settings.redelivery || batch.attempt > settings.redelivery_max) return;
  Batch again{batch.events, batch.attempt + 1, steady_ms() + settings.redelivery_delay_ms, "redelivery"};
  for (auto& event : again.events) event["deliveryContext"]["isRedelivery"] = true;
  enqueue(std::move(again));
}

WebhookResult Webhooks::post(const std::string& url, const std::string& body,
                             const std::string& signature) const {
  const auto [address, path] = split_url(url);
  httplib::Client client(address);
  client.set_connection_timeout(2);
  client.set_read_timeout(2);
  client.set_write_timeout(2);
  client.set_tcp_nodelay(true);
  httplib::Headers headers = {{"user-agent", "LineBotWebhook/2.0"}};
  if (!signature.empty()) headers.emplace("x-line-signature", signature);
  const auto start = steady_ms();
  const auto result = client.Post(path, headers, body, "application/json; charset=utf-8");
  const auto took = steady_ms() - start;
  return {result ? result->status : 0, outcome_of(result, took), took};
}

}  // namespace careline::simulator
