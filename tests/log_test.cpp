// What may leave the process beside messages and pages: log lines, figures and errors, each by name.
#include "bot/log.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

namespace careline {
namespace {
namespace fs = std::filesystem;
using Names = std::set<std::string>;

// Whoever adds a name here says that no word, name, id or address of a person can ever stand under it.
const Names kFields = {"count", "port", "status", "reason", "milliseconds", "version", "listener", "schema"};
const Names kEvents = {"serve_started", "serve_stopping", "alarm_started",
                       "alarm_ended",   "retention_done", "retention_failed"};
const Names kFigures = {"careline_webhook_events_stored_total",
                        "careline_webhook_events_duplicate_total",
                        "careline_webhook_bad_signatures_total",
                        "careline_webhook_bad_bodies_total",
                        "careline_webhook_unstored_total",
                        "careline_alarm",
                        "careline_inbox_waiting",
                        "careline_outbox_waiting",
                        "careline_outbox_dead",
                        "careline_store_readable"};
// Where a command talks to the person who typed it.
const Names kTalkative = {"bot/commands.cpp",
                          "bot/backup_commands.cpp",
                          "bot/command.cpp",
                          "bot/command.h",
                          "bot/audit_commands.cpp",
                          "bot/disclosure_commands.cpp",
                          "bot/recovery_commands.cpp",
                          "bot/staff_commands.cpp",
                          "bot/log.cpp",
                          "bot/main.cpp"};

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

// What `act` gets: the path of each of our sources, from the root, and its text.
template <class Act>
void each_source(Act act) {
  const fs::path root = CARELINE_SOURCE_DIR;
  for (const char* room : {"bot", "config", "handlers", "store"})
    for (const auto& entry : fs::recursive_directory_iterator(root / room)) {
      const auto ending = entry.path().extension();
      if (ending == ".cpp" || ending == ".h")
        act(fs::relative(entry.path(), root).string(), text_of(entry.path()));
    }
}

Names found(const std::string& text, const std::string& pattern) {
  Names all;
  const std::regex expression(pattern);
  for (std::sregex_iterator it(text.begin(), text.end(), expression), end; it != end; ++it)
    all.insert((*it)[1]);
  return all;
}

TEST(Log, HasNoFieldBeyondThose) {
  constexpr Field kAll[] = {Field::count,        Field::port,    Field::status,   Field::reason,
                            Field::milliseconds, Field::version, Field::listener, Field::schema};
  ::testing::internal::CaptureStdout();
  for (const Field field : kAll) log(Level::info, "e", {{field, std::int64_t{1}}});
  std::istringstream lines(::testing::internal::GetCapturedStdout());
  Names seen;
  for (std::string line; std::getline(lines, line);) {
    const auto parsed = nlohmann::json::parse(line);
    for (const auto& [name, value] : parsed.items()) seen.insert(name);
  }
  Names expected = kFields;
  expected.insert({"at", "level", "event"});
  EXPECT_EQ(seen, expected);
}

TEST(Log, TellsOfTheseEventsOnly) {
  Names events;
  each_source([&](const std::string& file, const std::string& text) {
    if (file == "bot/log.h" || file == "bot/log.cpp") return;
    for (const auto& call : found(text, R"re(\blog\(((?:Level::|\*)[^;]*);)re"))
      events.merge(found(call, R"re("([^"]*)")re"));
  });
  EXPECT_EQ(events, kEvents);
}

TEST(Log, IsTheOnlyWayOut) {
  const std::string ways =
      R"re(\b(std::cout|std::cerr|std::clog|printf|fprintf|puts|fputs|perror|syslog)\b)re";
  each_source([&](const std::string& file, const std::string& text) {
    if (kTalkative.contains(file)) return;
    EXPECT_TRUE(found(text, ways).empty()) << file;
    // What an exception says may hold a piece of the input; the look-out speaks of its rules only.
    const bool tells = !found(text, R"re((\.what\(\)))re").empty();
    EXPECT_TRUE(!tells || file == "handlers/crisis/lookout.cpp") << file;
  });
}

TEST(Figures, AreTheseOnly) {
  const std::string text = text_of(fs::path(CARELINE_SOURCE_DIR) / "bot/service.cpp");
  EXPECT_EQ(found(text, R"re("(careline_[a-z_]+)")re"), kFigures);
  EXPECT_EQ(found(text, R"re(\.Add\(\{\{(.*)\}\}\))re"), Names{R"("code", flow::code_of(alarm))"});
}

}  // namespace
}  // namespace careline
