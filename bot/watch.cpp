// Looks at what outside switches could leak or stop.
#include "bot/watch.h"

#include <chrono>
#include <cstdlib>

#include "bot/log.h"
#include "config/address.h"

namespace careline {
namespace {

using flow::Alarm;
constexpr std::int64_t kSecond_ms = 1'000, kMinute_ms = 60 * kSecond_ms, kHour_ms = 60 * kMinute_ms;
constexpr std::int64_t kDay_ms = 24 * kHour_ms;
constexpr std::int64_t kJump_ms = 2 * kSecond_ms;
constexpr std::int64_t kJumpShown_ms = kHour_ms;  // a jump is over at once; people are told for an hour
constexpr std::int64_t kReading_ms = 500;         // two clocks that were not read together tell nothing
constexpr std::int64_t kRenew_ms = 21 * kDay_ms;  // a certificate must hold longer than that
constexpr std::int64_t kMended_ms = kMinute_ms;   // how soon what was wrong is looked at again

}  // namespace

std::string webhook_address(const config::Settings& settings) {
  const std::string& base = settings.webhook.public_url;
  return base.empty() ? "" : base + "/line/webhook";
}

bool chat_is_on(const std::string& mode) { return mode != "bot"; }

bool delivers_to(const line::Endpoint& endpoint, const std::string& address) {
  if (address.empty() || endpoint.address == address) return true;
  // Capitals in the host's name mean the same; a slash at the end does not.
  const auto read = config::parse_base_url(endpoint.address);
  return !endpoint.address.ends_with('/') && read.value == address;
}

bool nearly_used(const line::Quota& quota) {
  return quota.limit && static_cast<double>(quota.used) > 0.8 * static_cast<double>(*quota.limit);
}

bool has_certificate(const config::Settings& settings) {
  const std::string& url = settings.webhook.public_url;
  return url.starts_with("https:") && !config::is_loopback(config::host_of_url(url));
}

Watch::Watch(Outside outside, std::string address, flow::Alarms& alarms, flow::Changes& changes)
    : outside_(std::move(outside)), address_(std::move(address)), alarms_(alarms), changes_(changes) {
  rounds_.push_back({10 * kMinute_ms, [this] { return look_at_chat(); }});
  rounds_.push_back({5 * kMinute_ms, [this] { return look_at_endpoint(); }});
  rounds_.push_back({kHour_ms, [this] { return look_at_quota(); }});
  if (outside_.certificate_end) rounds_.push_back({kDay_ms, [this] { return look_at_certificate(); }});
  for (Round& round : rounds_) round.due_ms = outside_.steady_ms();
}

Watch::~Watch() { stop(); }

void Watch::start() {
  thread_ = std::thread([this] { loop(); });
}

void Watch::stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Watch::loop() {
  std::unique_lock lock(mutex_);
  do {
    lock.unlock();
    look();
    lock.lock();
  } while (!wake_.wait_for(lock, std::chrono::milliseconds(kSecond_ms), [&] { return stop_.load(); }));
}

void Watch::look() {
  look_at_clock();
  for (Round& round : rounds_) {
    if (stop_ || outside_.steady_ms() < round.due_ms) continue;
    const bool wrong = round.check();
    round.due_ms = outside_.steady_ms() + (wrong ? kMended_ms : round.every_ms);
  }
}

void Watch::look_at_clock() {
  const std::int64_t before = outside_.steady_ms();
  const std::int64_t offset = outside_.now_ms() - before;
  if (outside_.steady_ms() - before > kReading_ms) return;
  if (offset_ms_ && std::abs(offset - *offset_ms_) > kJump_ms) jumped_at_ms_ = before;
  offset_ms_ = offset;
  keep(Alarm::clock, jumped_at_ms_ && before - *jumped_at_ms_ < kJumpShown_ms);
}

bool Watch::look_at_chat() {
  const auto mode = outside_.chat_mode();
  return keep(Alarm::chat_mode, mode ? std::optional(chat_is_on(*mode)) : std::nullopt);
}

bool Watch::look_at_endpoint() {
  const auto endpoint = outside_.endpoint();
  if (!endpoint) return false;
  const bool off = keep(Alarm::webhook_off, !endpoint->active);
  const bool elsewhere = keep(Alarm::webhook_address, !delivers_to(*endpoint, address_));
  return off || elsewhere;
}

bool Watch::look_at_quota() {
  const auto month = outside_.quota();
  return keep(Alarm::quota, month ? std::optional(nearly_used(*month)) : std::nullopt);
}

bool Watch::look_at_certificate() {
  const auto end = outside_.certificate_end();
  return keep(Alarm::certificate, end ? std::optional(*end - outside_.now_ms() < kRenew_ms) : std::nullopt);
}

// What is unknown stays as it was.
bool Watch::keep(Alarm alarm, std::optional<bool> wrong) {
  if (!wrong) return false;
  if (alarms_.set(alarm, *wrong, outside_.now_ms())) {
    log(*wrong ? Level::warning : Level::info, *wrong ? "alarm_started" : "alarm_ended",
        {{Field::reason, std::string(flow::code_of(alarm))}});
    outside_.note(alarm, *wrong);
    changes_.tell("alarms");
  }
  return *wrong;
}

}  // namespace careline
