// Calls to LINE's Messaging API.
#include "bot/line/client.h"

#include <curl/curl.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "bot/flow/letter.h"

namespace careline::line {
namespace {
using nlohmann::json;
using Kind = flow::Answer::Kind;
constexpr long kConnect_ms = 3'000, kSend_ms = 10'000, kAsk_ms = 3'000;
constexpr std::size_t kMostRead = 64 * 1024;

struct Handle {
  CURL* curl = curl_easy_init();
  ~Handle() { curl_easy_cleanup(curl); }
};

std::size_t keep(char* data, std::size_t, std::size_t size, void* into) {
  auto& body = *static_cast<std::string*>(into);
  if (body.size() + size <= kMostRead) body.append(data, size);
  return size;
}

// libcurl sends a request again by itself when a kept connection ends without an answer; LINE may have taken
// the first one. A body that is read once cannot be sent twice: then libcurl gives up, and the rules of
// sending decide.
std::size_t give_once(char* to, std::size_t, std::size_t room, void* from) {
  auto& left = *static_cast<std::string_view*>(from);
  const std::size_t size = left.copy(to, room);
  left.remove_prefix(size);
  return size;
}

using Clock = std::chrono::steady_clock;
using EndsAt = std::atomic<Clock::rep>;

// libcurl asks about once a second, more often while bytes move; not 0 ends the call.
int past_end(void* ends_at, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return Clock::now().time_since_epoch().count() >= static_cast<const EndsAt*>(ends_at)->load() ? 1 : 0;
}

// Without a connection LINE cannot have taken anything.
bool never_sent(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT: return true;
    default: return false;
  }
}

struct Headers {
  curl_slist* list = nullptr;
  void add(const std::string& line) { list = curl_slist_append(list, line.c_str()); }
  ~Headers() { curl_slist_free_all(list); }
};

const char* path_of(store::Mode mode) {
  switch (mode) {
    case store::Mode::reply: return "/v2/bot/message/reply";
    case store::Mode::push: return "/v2/bot/message/push";
    case store::Mode::multicast: return "/v2/bot/message/multicast";
  }
  return "";
}

// The same parcel gives the same bytes on every try.
std::string wire_body(const store::Parcel& parcel) {
  const auto letter = flow::read_letter(parcel.body);
  if (!letter) throw std::logic_error("a parcel that is no letter must not be sent");
  const bool reply = parcel.mode == store::Mode::reply;
  std::string wire = reply ? R"({"replyToken":)" + letter->head.at("token").dump()
                           : R"({"to":)" + letter->head.at("to").dump();
  return wire.append(R"(,"messages":)").append(letter->messages).append("}");
}

// An answer as an object; without one, or when it is something else, an empty one.
json object_in(const std::optional<std::string>& body) {
  json read = body ? json::parse(*body, nullptr, false) : json::object();
  return read.is_object() ? read : json::object();
}

// A field of exactly this type.
template <class Value>
std::optional<Value> field(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) return std::nullopt;
  if (const auto* value = found->get_ptr<const Value*>()) return *value;
  return std::nullopt;
}

}  // namespace

Client::Client(std::string api_base, std::string token)
    : base_(std::move(api_base)), token_(std::move(token)), ends_at_(std::numeric_limits<Clock::rep>::max()) {
  static const CURLcode kStarted = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (kStarted != CURLE_OK) throw std::runtime_error("libcurl could not be started");
}
Client::~Client() = default;

void Client::end_within(std::chrono::milliseconds limit) {
  ends_at_ = (Clock::now() + limit).time_since_epoch().count();
}

Client::Reply Client::call(const std::string& path, const std::string* body, const std::string& retry_key,
                           long deadline_ms) const {
  static thread_local Handle handle;
  CURL* curl = handle.curl;
  curl_easy_reset(curl);  // keeps the connection
  Reply reply;
  Headers headers;
  headers.add("Authorization: Bearer " + token_);
  headers.add("Expect:");
  if (body) headers.add("Content-Type: application/json");
  if (!retry_key.empty()) headers.add("X-Line-Retry-Key: " + retry_key);
  curl_easy_setopt(curl, CURLOPT_URL, (base_ + path).c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, base_.starts_with("https:") ? "https" : "http");
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.list);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, kConnect_ms);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, deadline_ms);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, past_end);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &ends_at_);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reply.body);
  std::string_view left = body ? *body : std::string_view();
  if (body) {
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(body->size()));
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, give_once);
    curl_easy_setopt(curl, CURLOPT_READDATA, &left);
  }
  const CURLcode code = curl_easy_perform(curl);
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  reply.kind = code == CURLE_OK ? Kind::status : never_sent(code) ? Kind::not_sent : Kind::unknown;
  reply.status = static_cast<int>(status);
  return reply;
}

flow::Answer Client::send(const store::Parcel& parcel) const {
  // Reply takes no retry key: LINE answers 400 to one.
  const std::string body = wire_body(parcel);
  const auto reply =
      call(path_of(parcel.mode), &body, parcel.mode == store::Mode::reply ? "" : parcel.retry_key, kSend_ms);
  flow::Answer answer{reply.kind, reply.status};
  // A 200 with something that is not LINE's JSON (a proxy's page, half an answer) tells nothing.
  if (answer.kind == Kind::status && answer.status / 100 == 2 && !json::accept(reply.body))
    answer.kind = Kind::unknown;
  if (answer.kind == Kind::status && answer.status == 429)
    answer.quota = reply.body.find("monthly limit") != std::string::npos;
  return answer;
}

std::optional<std::string> Client::ask(const std::string& path) const {
  auto reply = call(path, nullptr, "", kAsk_ms);
  if (reply.kind != Kind::status || reply.status != 200) return std::nullopt;
  return std::move(reply.body);
}

std::optional<std::string> Client::chat_mode() const {
  return field<std::string>(object_in(ask("/v2/bot/info")), "chatMode");
}

std::optional<Endpoint> Client::webhook_endpoint() const {
  const json body = object_in(ask("/v2/bot/channel/webhook/endpoint"));
  const auto address = field<std::string>(body, "endpoint");
  const auto active = field<bool>(body, "active");
  if (!address || !active) return std::nullopt;
  return Endpoint{*address, *active};
}

std::optional<Quota> Client::quota() const {
  const json month = object_in(ask("/v2/bot/message/quota"));
  if (field<std::string>(month, "type") == "none") return Quota{};
  const auto limit = field<std::int64_t>(month, "value");
  if (!limit) return std::nullopt;
  const auto used = field<std::int64_t>(object_in(ask("/v2/bot/message/quota/consumption")), "totalUsage");
  if (!used) return std::nullopt;
  return Quota{limit, *used};
}

std::optional<std::int64_t> Client::quota_left() const {
  const auto month = quota();
  if (!month || !month->limit) return std::nullopt;
  return std::max<std::int64_t>(0, *month->limit - month->used);
}

}  // namespace careline::line
