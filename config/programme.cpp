// Reading one government's plan: what must stand in its file, and which values are refused.
#include "config/programme.h"

#include <algorithm>
#include <set>

#include "config/clock.h"
#include "config/toml_reader.h"

namespace careline::config {
namespace {

// LINE shows at most 13 quick replies, of which one stays free for 「取消」.
constexpr std::size_t kMostChoices = 12;
constexpr std::array<std::string_view, 7> kWeekdayKeys = {"sunday",   "monday", "tuesday", "wednesday",
                                                          "thursday", "friday", "saturday"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_small_letter(char c) { return c >= 'a' && c <= 'z'; }

std::string id_from(const TomlTable& table) {
  const std::string id = table.text("id");
  const auto allowed = [](char c) { return is_small_letter(c) || is_digit(c) || c == '-' || c == '_'; };
  if (!is_small_letter(id.front()) || id.size() > 40 || !std::all_of(id.begin(), id.end(), allowed)) {
    table.refuse("id", "`id` must be at most 40 small letters, digits, - or _, beginning with a letter");
  }
  return id;
}

template <typename Item>
void refuse_twice(const TomlTable& table, const Item& item, std::set<std::string>& ids,
                  std::set<std::string>& names) {
  if (!ids.insert(item.id).second) table.refuse("id", backquoted(item.id) + " stands here twice");
  if (!names.insert(item.name).second) table.refuse("name", "this name stands here twice");
}

/// Reads a list of one to twelve entries with unique ids and names.
template <typename Item, typename Read>
std::vector<Item> list_from(const TomlTable& root, std::string_view key, TomlTable::Keys keys, Read read) {
  std::vector<Item> items;
  std::set<std::string> ids, names;
  for (const TomlTable& table : root.tables(key, keys)) {
    items.push_back(read(table));
    refuse_twice(table, items.back(), ids, names);
  }
  if (items.empty() || items.size() > kMostChoices) {
    root.refuse(key, backquoted(key) + " must list between 1 and 12 entries ([[" + std::string(key) + "]])");
  }
  return items;
}

Choice choice_from(const TomlTable& table) { return {id_from(table), table.text("name")}; }

Topic topic_from(const TomlTable& table) { return {id_from(table), table.text("name"), table.text("about")}; }

ComplaintPath complaint_from(const TomlTable& table) {
  return {id_from(table), table.text("name"), table.text("to"), table.text("by_when")};
}

std::optional<int> minute_from(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  if (!is_digit(text[0]) || !is_digit(text[1]) || !is_digit(text[3]) || !is_digit(text[4]))
    return std::nullopt;
  const int hour = (text[0] - '0') * 10 + (text[1] - '0'), minute = (text[3] - '0') * 10 + (text[4] - '0');
  if (minute > 59 || hour * 60 + minute > 24 * 60) return std::nullopt;
  return hour * 60 + minute;
}

Interval interval_from(const PlacedText& value) {
  const std::string_view text = value.text;
  const auto from = minute_from(text.substr(0, 5));
  const auto to = text.size() == 11 && text[5] == '-' ? minute_from(text.substr(6)) : std::nullopt;
  if (!from || !to || *from >= *to) {
    throw ConfigError(value.place +
                      ": opening hours must look like \"09:00-17:00\", the end after the start");
  }
  return {*from, *to};
}

DayHours hours_from(const TomlTable& table, std::string_view key) {
  DayHours hours;
  for (const PlacedText& value : table.texts(key)) {
    const Interval interval = interval_from(value);
    if (!hours.empty() && interval.from <= hours.back().to) {
      throw ConfigError(value.place +
                        ": opening hours of a day must stand in order, with a break between them");
    }
    hours.push_back(interval);
  }
  return hours;
}

void read_exceptions(const TomlTable& table, OpeningHours& opening) {
  for (const TomlTable& entry : table.tables("closed", {"date", "reason"})) {
    const bool fresh = opening.closed.emplace(entry.date("date"), entry.text("reason")).second;
    if (!fresh) entry.refuse("date", "this date stands here twice");
  }
  for (const TomlTable& entry : table.tables("extra", {"date", "hours"})) {
    const auto date = entry.date("date");
    const DayHours hours = hours_from(entry, "hours");
    if (hours.empty())
      entry.refuse("hours", "an extra date needs `hours`; list a closed one under [[opening.closed]]");
    if (opening.closed.count(date) != 0) entry.refuse("date", "this date is listed as closed, too");
    if (!opening.extra.emplace(date, hours).second) entry.refuse("date", "this date stands here twice");
  }
}

OpeningHours opening_from(const TomlTable& root) {
  const TomlTable table = root.table("opening", {"sunday", "monday", "tuesday", "wednesday", "thursday",
                                                 "friday", "saturday", "closed", "extra"});
  OpeningHours opening;
  bool ever = false;
  for (std::size_t day = 0; day < kWeekdayKeys.size(); ++day) {
    opening.weekdays[day] = hours_from(table, kWeekdayKeys[day]);
    ever = ever || !opening.weekdays[day].empty();
  }
  // next_opening relies on it: some weekday comes round that is not closed.
  if (!ever) root.refuse("opening", "[opening] must open on at least one weekday");
  read_exceptions(table, opening);
  return opening;
}

std::string date_text(std::chrono::year_month_day date) {
  const auto padded = [](unsigned number) {
    std::string text(number < 10 ? "-0" : "-");
    return text += std::to_string(number);
  };
  std::string text = std::to_string(static_cast<int>(date.year()));
  text += padded(static_cast<unsigned>(date.month()));
  return text += padded(static_cast<unsigned>(date.day()));
}

std::optional<Approval> approval_from(const TomlTable& table, std::string_view key) {
  const auto found = table.optional_table(key, {"by", "date"});
  if (!found) return std::nullopt;
  return Approval{found->text("by"), date_text(found->date("date"))};
}

std::string dialled_from(const TomlTable& table, std::string_view key) {
  const std::string number = table.text(key);
  const std::string_view digits = std::string_view(number).substr(number.front() == '+' ? 1 : 0);
  if (digits.size() < 3 || digits.size() > 15 || !std::all_of(digits.begin(), digits.end(), is_digit)) {
    table.refuse(key,
                 backquoted(key) + " must be 3 to 15 digits as they are dialled, without spaces or hyphens");
  }
  return number;
}

ServiceLine hotline_from(const TomlTable& root) {
  const TomlTable table = root.table("hotline", {"name", "number", "display", "hours"});
  return {table.text("name"), dialled_from(table, "number"), table.text("display"), table.text("hours")};
}

Window window_from(const TomlTable& root) {
  const TomlTable table = root.table("window", {"name", "phone", "mail", "hours"});
  Window window{table.text("name"), table.text("phone"), table.text("mail"), table.text("hours")};
  const auto at = window.mail.find('@');
  if (at == 0 || at == std::string::npos || at + 1 == window.mail.size() ||
      window.mail.find_first_of(" \t\r\n<>\"") != std::string::npos) {
    table.refuse("mail", "`mail` is not a mail address");
  }
  return window;
}

void read_ways(const TomlTable& root, Programme& programme) {
  const TomlTable table = root.table("ways", {"visit", "phone", "text", "text_counselling_approved"});
  programme.ways = {{std::string(kWayVisit), table.text("visit")},
                    {std::string(kWayPhone), table.text("phone")}};
  programme.text_counselling_approved = approval_from(table, "text_counselling_approved");
  if (!programme.text_counselling_approved) return;
  programme.ways.push_back({std::string(kWayText), table.text("text")});
}

void read_limits(const TomlTable& root, Programme& programme) {
  const auto table =
      root.optional_table("limits", {"question_deadline_days", "minutes_per_year", "phone_session_minutes"});
  if (!table) return;
  programme.question_deadline_days =
      table->optional_whole("question_deadline_days", 1, 31).value_or(programme.question_deadline_days);
  programme.minutes_per_year =
      table->optional_whole("minutes_per_year", 0, 60'000).value_or(programme.minutes_per_year);
  programme.phone_session_minutes =
      table->optional_whole("phone_session_minutes", 5, 480).value_or(programme.phone_session_minutes);
}

// The lower ends are what a law (cases) or LINE's own delays ask for; the upper ends keep a slip from keeping
// all.
void read_retention(const TomlTable& root, Programme& programme) {
  const auto table =
      root.optional_table("retention", {"case_years", "question_days", "alert_days", "event_days",
                                        "line_message_days", "undelivered_days", "post_years"});
  if (!table) return;
  const auto read = [&](std::string_view key, int from, int to, int& value) {
    value = table->optional_whole(key, from, to).value_or(value);
  };
  Retention& r = programme.retention;
  read("case_years", 10, 100, r.case_years);
  read("question_days", 7, 365, r.question_days);
  read("alert_days", 30, 365, r.alert_days);
  read("event_days", 3, 14, r.event_days);
  read("line_message_days", 2, 8, r.line_message_days);
  read("undelivered_days", 1, 365, r.undelivered_days);
  read("post_years", 1, 30, r.post_years);
}

void read_approvals(const TomlTable& root, Programme& programme) {
  const auto table = root.optional_table("approvals", {"cards", "notices", "numbers"});
  if (!table) return;
  programme.approvals = {approval_from(*table, "cards"), approval_from(*table, "notices"),
                         approval_from(*table, "numbers")};
}

template <typename Item>
const Item* found(const std::vector<Item>& items, std::string_view id) {
  const auto it = std::find_if(items.begin(), items.end(), [&](const Item& item) { return item.id == id; });
  return it == items.end() ? nullptr : &*it;
}

}  // namespace

const Topic* Programme::topic(std::string_view wanted) const { return found(topics, wanted); }
const Area* Programme::area(std::string_view wanted) const { return found(areas, wanted); }
const StaffType* Programme::staff_type(std::string_view wanted) const { return found(staff_types, wanted); }
const Way* Programme::way(std::string_view wanted) const { return found(ways, wanted); }

Programme load_programme(const std::filesystem::path& file) {
  const TomlDocument document = read_toml(file);
  const TomlTable root(document,
                       {"id", "demonstration", "names", "hotline", "window", "opening", "limits", "retention",
                        "areas", "staff_types", "topics", "ways", "complaints", "approvals"});
  Programme programme;
  programme.id = id_from(root);
  programme.demonstration = root.flag("demonstration");
  const TomlTable names = root.table("names", {"service", "agency", "greeting"});
  programme.names = {names.text("service"), names.text("agency"), names.text("greeting")};
  programme.hotline = hotline_from(root);
  programme.window = window_from(root);
  programme.opening = opening_from(root);
  read_limits(root, programme);
  read_retention(root, programme);
  programme.areas = list_from<Area>(root, "areas", {"id", "name"}, choice_from);
  programme.staff_types = list_from<StaffType>(root, "staff_types", {"id", "name"}, choice_from);
  programme.topics = list_from<Topic>(root, "topics", {"id", "name", "about"}, topic_from);
  read_ways(root, programme);
  programme.complaints =
      list_from<ComplaintPath>(root, "complaints", {"id", "name", "to", "by_when"}, complaint_from);
  read_approvals(root, programme);
  return programme;
}

namespace {
std::int64_t years_from(std::int64_t ms_utc, int years) {
  const TaipeiTime at = in_taipei(ms_utc);
  auto date = at.date + std::chrono::years(years);
  if (!date.ok()) date = date.year() / std::chrono::March / 1;
  return from_taipei(date, at.minute_of_day);
}
}  // namespace

std::int64_t kept_until(std::int64_t closed_ms_utc, int years) { return years_from(closed_ms_utc, years); }
std::int64_t term_began(std::int64_t now_ms_utc, int years) { return years_from(now_ms_utc, -years); }

std::vector<std::string> missing_approvals(const Programme& programme) {
  std::vector<std::string> missing;
  if (!programme.approvals.cards) missing.emplace_back("cards");
  if (!programme.approvals.notices) missing.emplace_back("notices");
  if (!programme.approvals.numbers) missing.emplace_back("numbers");
  return missing;
}

}  // namespace careline::config
