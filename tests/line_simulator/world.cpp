// The platform's memory: time, logs and reset.
#include "tests/line_simulator/world.h"

#include <chrono>
#include <ctime>

#include "tests/line_simulator/ids.h"

namespace careline::simulator {
namespace {

constexpr std::size_t kLogEntries = 20000;

std::string format_time(std::int64_t unix_ms, const char* format) {
  const auto seconds = static_cast<std::time_t>(unix_ms / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[64];
  return {text, std::strftime(text, sizeof text, format, &parts)};
}

}  // namespace

std::int64_t steady_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

std::string iso_time(std::int64_t unix_ms) {
  std::string fraction = std::to_string(1000 + unix_ms % 1000).substr(1);
  return format_time(unix_ms, "%Y-%m-%dT%H:%M:%S.") + fraction + "Z";
}

std::string japan_date(std::int64_t unix_ms) { return format_time(unix_ms + 9 * 3600 * 1000, "%Y%m%d"); }

void append_log(std::deque<Json>& log, Json entry) {
  log.push_back(std::move(entry));
  if (log.size() > kLogEntries) log.pop_front();
}

std::int64_t World::now_ms() const {
  using namespace std::chrono;
  const auto now = duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
  return now + clock_offset_ms;
}

void World::announce() {
  ++version;
  last_change_ms = steady_ms();
  changed.notify_all();
}

void World::violate(const std::string& rule, const std::string& endpoint, Json facts) {
  append_log(violations, {{"seq", take_number()},
                          {"time", now_ms()},
                          {"rule", rule},
                          {"endpoint", endpoint},
                          {"facts", std::move(facts)}});
  announce();
}

void World::turn_month() {
  const auto month = japan_date(now_ms()).substr(0, 6);
  if (!usage_month.empty() && month != usage_month) settings.used = 0;
  usage_month = month;
}

void World::reset(const Settings& initial) {
  settings = initial;
  clock_offset_ms = 0;
  employees.clear();
  employee_order.clear();
  groups.clear();
  chats.clear();
  reply_tokens.clear();
  retry_keys.clear();
  quote_tokens.clear();
  read_tokens.clear();
  contents.clear();
  rich_menus.clear();
  rich_menu_aliases.clear();
  default_rich_menu.clear();
  batch_times.clear();
  narrowcasts.clear();
  aggregation_units.clear();
  buckets.clear();
  delivered.clear();
  usage_month.clear();
  faults.clear();
  ++fault_generation;
  calls.clear();
  events.clear();
  deliveries.clear();
  violations.clear();
  announce();
}

}  // namespace careline::simulator
