// One JSON line for each event.
#include "bot/log.h"

#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

namespace careline {
namespace {
const char* name(Field field) {
  switch (field) {
    case Field::count: return "count";
    case Field::port: return "port";
    case Field::status: return "status";
    case Field::reason: return "reason";
    case Field::milliseconds: return "milliseconds";
    case Field::version: return "version";
    case Field::listener: return "listener";
    case Field::schema: return "schema";
  }
  return "unknown";
}
const char* name(Level level) {
  return level == Level::info ? "info" : level == Level::warning ? "warning" : "error";
}
}  // namespace

void log(Level level, const char* event, std::initializer_list<std::pair<Field, LogValue>> fields) {
  char at[32];
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%SZ", &utc);
  nlohmann::ordered_json line = {{"at", at}, {"level", name(level)}, {"event", event}};
  for (const auto& [field, value] : fields)
    std::visit([&, f = field](const auto& v) { line[name(f)] = v; }, value);
  std::string text = line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

}  // namespace careline
