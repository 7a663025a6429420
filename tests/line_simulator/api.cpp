// The way of a call: route, fault, access, pace, retry key, body, endpoint, record.
#include "tests/line_simulator/api.h"

#include <algorithm>

#include "tests/line_simulator/faults.h"
#include "tests/line_simulator/ids.h"
#include "tests/line_simulator/retry_keys.h"

namespace careline::simulator {
namespace {

constexpr std::size_t kMostBytes = 2000000;

std::vector<std::string> segments(const std::string& path) {
  std::vector<std::string> out;
  std::size_t start = 1;
  while (start <= path.size()) {
    const auto slash = std::min(path.find('/', start), path.size());
    out.push_back(path.substr(start, slash - start));
    start = slash + 1;
  }
  return out;
}

bool matches(const std::string& pattern, const std::vector<std::string>& path,
             std::vector<std::string>& wild) {
  const auto parts = segments(pattern);
  if (parts.size() != path.size()) return false;
  wild.clear();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i] == "{}" && !path[i].empty())
      wild.push_back(path[i]);
    else if (parts[i] != path[i])
      return false;
  }
  return true;
}

bool takes_pace(World& world, const Route& route) {
  if (!world.settings.rate_limits) return true;
  const auto now = world.now_ms();
  auto [entry, fresh] =
      world.buckets.try_emplace(route.method + " " + route.endpoint, Bucket{route.burst, now});
  auto& bucket = entry->second;
  const auto passed = static_cast<double>(std::max<std::int64_t>(0, now - bucket.filled_ms)) / 1000.0;
  bucket.tokens = std::min(route.burst, bucket.tokens + passed * route.per_second);
  bucket.filled_ms = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

std::string media_type(const httplib::Request& request) {
  auto type = request.get_header_value("Content-Type");
  type = type.substr(0, type.find(';'));
  while (!type.empty() && type.back() == ' ') type.pop_back();
  std::transform(type.begin(), type.end(), type.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return type;
}

/// Where byte number `byte` stands, as LINE tells it.
std::string position(const std::string& text, std::size_t byte) {
  std::size_t line = 1, column = 1;
  for (std::size_t i = 0; i + 1 < byte && i < text.size(); ++i) {
    if (text[i] == '\n')
      ++line, column = 1;
    else
      ++column;
  }
  return "(line: " + std::to_string(line) + ", column: " + std::to_string(column) + ")";
}

std::optional<ApiAnswer> read_json(const Route& route, ApiCall& call) {
  const auto& bytes = call.request.body;
  if (route.body == Body::kOptionalJson && bytes.empty()) return std::nullopt;
  const auto type = media_type(call.request);
  if (type != "application/json") return api_error(415, "The content type, " + type + ", is not supported");
  try {
    call.body = Json::parse(bytes);
  } catch (const Json::parse_error& error) {
    return api_error(400, "The request body could not be parsed as JSON " + position(bytes, error.byte));
  }
  if (!call.body.is_object())
    return api_error(400, "The request body could not be parsed as JSON (line: 1, column: 1)");
  return std::nullopt;
}

std::optional<ApiAnswer> refuse_access(const World& world, const Route& route,
                                       const httplib::Request& request) {
  if (route.access == Access::kOpen) return std::nullopt;
  const auto header = request.get_header_value("Authorization");
  const std::string reason = "Authentication failed due to the following reason: ";
  if (header.empty()) return api_error(401, reason + "missing authorization header");
  if (header == "Bearer " + world.channel_access_token) return std::nullopt;
  return api_error(
      401, reason + "invalid token. Confirm that the access token in the authorization header is valid.");
}

void fill(const ApiCall& call, const ApiAnswer& answer, httplib::Response& response) {
  response.status = answer.status;
  response.set_header("x-line-request-id", call.request_id);
  for (const auto& [name, value] : answer.headers) response.set_header(name, value);
  if (!answer.content_type.empty()) return response.set_content(answer.bytes, answer.content_type);
  response.set_content(answer.body.dump(-1, ' ', false, Json::error_handler_t::replace), "application/json");
}

Json record_of(const World& world, const ApiCall& call) {
  const auto& request = call.request;
  Json body = Json::parse(request.body, nullptr, false);
  Json query = Json::object();
  for (const auto& [key, value] : request.params) query[key] = value;
  const auto key = request.get_header_value("X-Line-Retry-Key");
  return {{"time", world.now_ms()},
          {"endpoint", call.endpoint},
          {"method", request.method},
          {"path", request.path},
          {"query", query},
          {"requestId", call.request_id},
          {"retryKey", key.empty() ? Json() : Json(key)},
          {"body", body.is_discarded() ? Json() : body},
          {"bytes", request.body.size()}};
}

}  // namespace

ApiAnswer api_error(int status, const std::string& message) {
  ApiAnswer answer;
  answer.status = status;
  answer.body = {{"message", message}};
  return answer;
}

ApiAnswer api_ok(Json body) {
  ApiAnswer answer;
  answer.body = std::move(body);
  return answer;
}

Api::Api(World& world, Webhooks& webhooks) : world_(world), webhooks_(webhooks) {
  for (auto make : {message_routes, account_routes, people_routes, rich_menu_routes})
    for (auto& route : make()) routes_.push_back(std::move(route));
}

std::vector<std::string> Api::endpoints() const {
  std::vector<std::string> names;
  for (const auto& route : routes_)
    if (std::find(names.begin(), names.end(), route.endpoint) == names.end()) names.push_back(route.endpoint);
  return names;
}

const Route* Api::find(const std::string& method, const std::string& path, std::vector<std::string>& wild,
                       bool& path_known) const {
  const auto parts = segments(path);
  for (const auto& route : routes_) {
    if (!matches(route.path, parts, wild)) continue;
    path_known = true;
    if (route.method == method) return &route;
  }
  return nullptr;
}

ApiAnswer Api::run(const Route& route, ApiCall& call) {
  if (auto refusal = refuse_by_retry_key(world_, route, call)) return *refusal;
  if (route.body == Body::kJson || route.body == Body::kOptionalJson)
    if (auto refusal = read_json(route, call)) return *refusal;
  try {
    auto answer = route.handle(world_, webhooks_, call);
    remember_accepted(world_, call, answer);
    return answer;
  } catch (const Json::exception&) {
    return api_error(400, "The request body has a property of a wrong type");
  }
}

ApiAnswer Api::perform(const Route* route, bool path_known, ApiCall& call) {
  if (!route) return path_known ? api_error(405, "Method not allowed") : api_error(404, "Not found");
  if (auto refusal = refuse_access(world_, *route, call.request)) return *refusal;
  if (call.request.body.size() > kMostBytes) return api_error(413, "The request body is too large");
  if (!takes_pace(world_, *route))
    return api_error(429, "The API rate limit has been exceeded. Try again later.");
  return run(*route, call);
}

void Api::handle(const httplib::Request& request, httplib::Response& response) {
  std::vector<std::string> wild;
  bool path_known = false;
  const Route* route = find(request.method, request.path, wild, path_known);
  ApiCall call{request, route ? route->endpoint : "unknown", std::move(wild), Json::object(), new_uuid()};
  {
    const std::scoped_lock lock(world_.mutex);
    ++world_.calls_in_progress;
  }
  serve(route, path_known, call, response);
  const std::scoped_lock lock(world_.mutex);
  --world_.calls_in_progress;
  world_.announce();
}

void Api::serve(const Route* route, bool path_known, ApiCall& call, httplib::Response& response) {
  std::optional<Fault> fault;
  {
    const std::scoped_lock lock(world_.mutex);
    world_.turn_month();
    if (route) watch_retry_key(world_, *route, call);
    fault = take_fault(world_, call.endpoint);
  }
  if (fault && fault->kind == "slow") hold(world_, fault->ms);
  ApiAnswer answer;
  bool accepted = false;
  {
    const std::scoped_lock lock(world_.mutex);
    if (!fault || runs_anyway(*fault)) {
      answer = perform(route, path_known, call);
      accepted = answer.status / 100 == 2;
    }
    if (fault) spoil(*fault, answer);
    Json record = record_of(world_, call);
    record["seq"] = world_.take_number();
    record["status"] = fault && closes(*fault) ? 0 : answer.status;
    record["accepted"] = accepted;
    record["fault"] = fault ? Json(fault->kind) : Json();
    append_log(world_.calls, std::move(record));
    world_.announce();
  }
  if (fault && fault->kind != "slow" && fault->ms > 0) hold(world_, fault->ms);
  if (fault && closes(*fault)) return cut(call.request);
  fill(call, answer, response);
}

}  // namespace careline::simulator
