// What the pages of the audit trail show.
#include "bot/console/audit_views.h"

#include <algorithm>

#include "bot/console/views.h"
#include "config/clock.h"

namespace careline::console {
namespace {

using config::Phrases;

constexpr std::size_t kIdDigits = 32, kCodeDigits = 8;

bool all_in(std::string_view text, const char* allowed) {
  return text.find_first_not_of(allowed) == std::string_view::npos;
}

// Of an id only as much as tells one thing from another: nobody finds a thread by it.
std::string object_code(const std::string& object) {
  const bool id = object.size() == kIdDigits && all_in(object, "0123456789abcdef");
  return id ? "#" + object.substr(0, kCodeDigits) : object;
}

std::string known_or_raw(const Phrases& phrases, const std::string& prefix, const std::string& code) {
  return phrases.has(prefix + code) ? phrases.text(prefix + code) : code;
}

std::string roles_of_line(const Phrases& phrases, const std::string& role) {
  const auto roles = Roles::parse(role);
  return roles ? roles_in_words(phrases, *roles) : known_or_raw(phrases, "console.trail.role.", role);
}

std::string time_of(const store::AuditEntry& line) {
  std::string time = config::taipei_iso(line.at);
  std::replace(time.begin(), time.end(), 'T', ' ');
  return time;
}

// In the order of the columns.
std::vector<std::string> cells(const Phrases& phrases, const store::AuditEntry& line) {
  return {std::to_string(line.seq),
          time_of(line),
          line.who,
          roles_of_line(phrases, line.role),
          known_or_raw(phrases, "console.action.", line.action),
          object_code(line.object),
          known_or_raw(phrases, "console.trail.outcome.", line.outcome)};
}

std::string csv_cell(const std::string& text) {
  std::string cell = "\"";
  if (!text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos) cell += "'";
  for (const char c : text) cell.append(c == '"' ? 2 : 1, c);
  return cell + "\"";
}

std::string csv_line(const std::vector<std::string>& texts) {
  std::string line;
  for (const auto& text : texts) line += (line.empty() ? "" : ",") + csv_cell(text);
  return line + "\r\n";
}

std::string percent_encoded(const std::string& text) {
  static constexpr const char* kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  std::string out;
  for (const char c : text)
    if (all_in({&c, 1}, kPlain))
      out += c;
    else
      out += "%" + store::hex({&c, 1});
  return out;
}

std::optional<std::int64_t> start_of(const std::string& day) {
  if (day.size() != 10 || day[4] != '-' || day[7] != '-') return std::nullopt;
  const std::string digits = day.substr(0, 4) + day.substr(5, 2) + day.substr(8, 2);
  if (!all_in(digits, "0123456789")) return std::nullopt;
  const std::chrono::year_month_day date{
      std::chrono::year(std::stoi(digits.substr(0, 4))),
      std::chrono::month(static_cast<unsigned>(std::stoi(digits.substr(4, 2)))),
      std::chrono::day(static_cast<unsigned>(std::stoi(digits.substr(6, 2))))};
  if (!date.ok()) return std::nullopt;
  return config::from_taipei(date, 0);
}

}  // namespace

std::optional<store::AuditPage> page_of(const TrailFilter& filter) {
  store::AuditPage page;
  if (!filter.day.empty()) {
    const auto start = start_of(filter.day);
    if (!start) return std::nullopt;
    page.from = *start;
    page.until = *start + config::kDayMilliseconds;
  }
  if (!filter.who.empty()) page.who = filter.who;
  if (!filter.action.empty()) page.action = filter.action;
  if (filter.before > 0) page.before = filter.before;
  return page;
}

std::string address_of(const TrailFilter& filter) {
  std::string query;
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty())
      query += (query.empty() ? "" : "&") + std::string(name) + "=" + percent_encoded(value);
  };
  add("day", filter.day);
  add("who", filter.who);
  add("action", filter.action);
  if (filter.before > 0) add("before", std::to_string(filter.before));
  return query;
}

Json trail_view(const Phrases& phrases, const std::vector<store::AuditEntry>& lines) {
  Json rows = Json::array();
  for (const auto& line : lines) {
    Json row = Json::array();
    for (const auto& cell : cells(phrases, line)) row.push_back({{"cell", cell}});
    rows.push_back({{"cells", row}});
  }
  return {{"lines", rows}, {"any", !lines.empty()}};
}

Json actions_view(const Phrases& phrases, const std::string& chosen) {
  Json options = Json::array();
  for (int i = 0; i <= static_cast<int>(store::kLastAction); ++i) {
    const std::string code = store::text_of(static_cast<store::Action>(i));
    options.push_back(
        {{"value", code}, {"name", phrases.text("console.action." + code)}, {"chosen", code == chosen}});
  }
  return options;
}

Json verification_view(const Phrases& phrases, const Verification::State& state) {
  Json view = {
      {"running", state.running}, {"done", state.done}, {"all", state.all}, {"findings", Json::array()}};
  view["ended"] = view["problem"] = false;
  if (state.failed) view["problem"] = phrases.text("console.verify.failed");
  if (!state.result) return view;
  const auto& found = state.result->findings;
  view["ended"] = phrases.text(
      found.empty() ? "console.verify.good" : "console.verify.bad",
      {{"time", config::taipei_text(state.ended_at)}, {"tables", std::to_string(state.result->tables)}});
  for (const store::Finding& finding : found)
    view["findings"].push_back(
        {{"place", finding.table + (finding.seq > 0 ? " " + std::to_string(finding.seq) : "")},
         {"words", phrases.text(std::string("console.finding.") + store::code_of(finding.fault))}});
  return view;
}

std::string csv_head(const Phrases& phrases) {
  std::vector<std::string> names;
  for (const char* key :
       {"console.trail.seq", "console.trail.time", "console.trail.who", "console.trail.roles",
        "console.trail.action", "console.trail.object", "console.trail.result"})
    names.push_back(phrases.text(key));
  return "\xef\xbb\xbf" + csv_line(names);
}

std::string csv_lines(const Phrases& phrases, const std::vector<store::AuditEntry>& lines) {
  std::string csv;
  for (const auto& line : lines) csv += csv_line(cells(phrases, line));
  return csv;
}

}  // namespace careline::console
