// Control API: dispatch, settings, clock, faults, logs, waiting and the stream of changes.
#include "tests/line_simulator/control.h"

#include <algorithm>
#include <chrono>

#include "tests/line_simulator/faults.h"

namespace careline::simulator {
namespace {

constexpr std::int64_t kLongestWaitMs = 60000;

std::vector<std::string> split(const std::string& path) {
  std::vector<std::string> out;
  std::size_t start = std::string("/_simulator/").size();
  while (start < path.size()) {
    const auto slash = std::min(path.find('/', start), path.size());
    out.push_back(path.substr(start, slash - start));
    start = slash + 1;
  }
  return out;
}

void answer(httplib::Response& response, int status, const Json& body) {
  response.status = status;
  response.set_content(body.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n", "application/json");
}

Json settings_json(const Settings& settings) {
  return {{"quota", settings.quota ? Json(*settings.quota) : Json()},
          {"used", settings.used},
          {"rateLimits", settings.rate_limits},
          {"ignoreUnknownInMulticast", settings.ignore_unknown_in_multicast},
          {"webhook", settings.webhook},
          {"webhookActive", settings.webhook_active},
          {"redelivery", settings.redelivery},
          {"redeliveryDelayMs", settings.redelivery_delay_ms},
          {"redeliveryMax", settings.redelivery_max},
          {"duplicates", settings.duplicates},
          {"hold", settings.hold},
          {"chatMode", settings.chat_mode}};
}

template <typename Value>
void set(const Json& body, const char* key, Value& value) {
  if (body.contains(key)) value = body[key].get<Value>();
}

void change(Settings& settings, const Json& body) {
  const auto mode = body.value("chatMode", settings.chat_mode);
  if (mode != "bot" && mode != "chat") throw Refusal(400, "chatMode must be bot or chat");
  if (body.contains("quota"))
    settings.quota =
        body["quota"].is_null() ? std::nullopt : std::optional(body["quota"].get<std::int64_t>());
  set(body, "used", settings.used);
  set(body, "rateLimits", settings.rate_limits);
  set(body, "ignoreUnknownInMulticast", settings.ignore_unknown_in_multicast);
  set(body, "webhook", settings.webhook);
  set(body, "webhookActive", settings.webhook_active);
  set(body, "redelivery", settings.redelivery);
  set(body, "redeliveryDelayMs", settings.redelivery_delay_ms);
  set(body, "redeliveryMax", settings.redelivery_max);
  set(body, "duplicates", settings.duplicates);
  set(body, "hold", settings.hold);
  set(body, "chatMode", settings.chat_mode);
}

}  // namespace

std::int64_t Control::Call::number(const char* key, std::int64_t otherwise) const {
  const auto text = request.get_param_value(key);
  const bool digits =
      !text.empty() && text.size() < 18 && text.find_first_not_of("0123456789") == std::string::npos;
  return digits ? std::stoll(text) : otherwise;
}

bool Control::Call::is(const char* method, std::size_t segments) const {
  return request.method == method && path.size() == segments;
}

Control::Control(World& world, Webhooks& webhooks, const Api& api, Settings initial)
    : world_(world), webhooks_(webhooks), api_(api), initial_(std::move(initial)) {}

void Control::handle(const httplib::Request& request, httplib::Response& response) {
  if (request.path == "/_simulator/help")
    return response.set_content(help_text(), "text/plain; charset=utf-8");
  if (request.path == "/_simulator/stream") return stream(response);
  std::unique_lock lock(world_.mutex);
  Call call{request, split(request.path), Json::object(), lock};
  try {
    if (!request.body.empty()) call.body = Json::parse(request.body);
    if (!call.body.is_object()) throw Refusal(400, "the body must be a JSON object");
    if (send_file(call, response)) return;
    answer(response, 200, dispatch(call));
  } catch (const Refusal& refusal) {
    answer(response, refusal.status, {{"error", refusal.what()}});
  } catch (const Json::exception& error) {
    answer(response, 400, {{"error", error.what()}});
  } catch (const std::invalid_argument& error) {
    answer(response, 400, {{"error", error.what()}});
  }
}

Json Control::dispatch(Call& call) {
  const std::string subject = call.path.empty() ? "" : call.path[0];
  if (subject == "employees") return employees(call);
  if (subject == "groups") return groups(call);
  if (subject == "webhooks") return webhooks(call);
  if (subject == "faults") return faults(call);
  if (subject == "settings") return settings(call);
  if (subject == "clock") return clock(call);
  if (subject == "calls") return log(call, world_.calls);
  if (subject == "events") return log(call, world_.events);
  if (subject == "deliveries") return log(call, world_.deliveries);
  if (subject == "violations") return log(call, world_.violations);
  if (subject == "wait" && call.is("POST", 1)) return wait(call);
  if (subject == "endpoints" && call.is("GET", 1)) return {{"endpoints", api_.endpoints()}};
  if (subject == "reset" && call.is("POST", 1)) {
    webhooks_.clear();
    world_.reset(initial_);
    return Json::object();
  }
  throw Refusal(404, "no such control call; see /_simulator/help");
}

Json Control::settings(Call& call) {
  if (call.request.method == "PATCH" || call.request.method == "POST") {
    change(world_.settings, call.body);
    world_.announce();
  }
  return settings_json(world_.settings);
}

Json Control::clock(Call& call) {
  if (call.request.method == "POST") {
    world_.clock_offset_ms += call.body.value("advanceMs", std::int64_t{0});
    if (call.body.contains("offsetMs")) world_.clock_offset_ms = call.body["offsetMs"];
    world_.announce();
  }
  return {{"now", world_.now_ms()}, {"iso", iso_time(world_.now_ms())}, {"offsetMs", world_.clock_offset_ms}};
}

Json Control::faults(Call& call) {
  if (call.is("POST", 1)) {
    auto fault = read_fault(call.body, api_.endpoints());
    fault.id = world_.take_number();
    if (fault.remaining != 0) world_.faults.push_back(fault);
    return fault_json(fault);
  }
  if (call.request.method == "DELETE") {
    const auto id = call.path.size() > 1 ? call.path[1] : "";
    auto& all = world_.faults;
    all.erase(std::remove_if(all.begin(), all.end(),
                             [&](const Fault& each) { return id.empty() || std::to_string(each.id) == id; }),
              all.end());
    ++world_.fault_generation;
    world_.announce();
  }
  Json list = Json::array();
  for (const auto& fault : world_.faults) list.push_back(fault_json(fault));
  return {{"faults", list}};
}

bool Control::wait_until(Call& call, std::int64_t most_ms, const std::function<bool()>& done) {
  const auto most = std::chrono::milliseconds(std::min(most_ms, kLongestWaitMs));
  return world_.changed.wait_for(call.lock, most, done);
}

Json Control::log(Call& call, const std::deque<Json>& entries) {
  const auto after = call.number("after", 0);
  const auto wanted = [&](const Json& entry) {
    if (entry.value("seq", after + 1) <= after) return false;
    for (const char* key : {"endpoint", "type", "webhookEventId", "rule"})
      if (call.request.has_param(key) && entry.value(key, "") != call.request.get_param_value(key))
        return false;
    return true;
  };
  const auto count = call.number("count", 1);
  if (call.request.has_param("waitMs"))
    wait_until(call, call.number("waitMs", 0),
               [&] { return std::count_if(entries.begin(), entries.end(), wanted) >= count; });
  Json list = Json::array();
  std::copy_if(entries.begin(), entries.end(), std::back_inserter(list), wanted);
  return {{call.path[0], list}};
}

Json Control::wait(Call& call) {
  const auto quiet = call.body.value("quietMs", std::int64_t{200});
  const auto until = steady_ms() + std::min(call.body.value("timeoutMs", std::int64_t{5000}), kLongestWaitMs);
  const auto idle = [&] {
    return world_.webhooks_pending == 0 && world_.calls_in_progress == 0 &&
           steady_ms() - world_.last_change_ms >= quiet;
  };
  while (!idle() && steady_ms() < until) world_.changed.wait_for(call.lock, std::chrono::milliseconds(20));
  return {{"idle", idle()}};
}

void Control::stream(httplib::Response& response) {
  auto seen = std::make_shared<std::int64_t>(0);
  response.set_header("Cache-Control", "no-store");
  response.set_chunked_content_provider(
      "text/event-stream", [this, seen](std::size_t, httplib::DataSink& sink) {
        std::string line = ": still here\n\n";
        {
          std::unique_lock lock(world_.mutex);
          world_.changed.wait_for(lock, std::chrono::seconds(5), [&] { return world_.version != *seen; });
          if (world_.version != *seen) line = "data: " + std::to_string(world_.version) + "\n\n";
          *seen = world_.version;
        }
        return sink.write(line.data(), line.size());
      });
}

}  // namespace careline::simulator
