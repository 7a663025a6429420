// One government's plan: names, people to reach, opening hours, deadlines, topics and areas. Data, not code.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config_error.h"

namespace careline::config {

/// Who took responsibility for something, and when ("YYYY-MM-DD").
struct Approval {
  std::string by;
  std::string date;
};

/// The words that people meet: the service, the agency behind it, and how the bot calls itself in a greeting.
struct Names {
  std::string service;
  std::string agency;
  std::string greeting;
};

/// The plan's own telephone line. `number` can be dialled; `display` is how the plan writes it.
struct ServiceLine {
  std::string name;
  std::string number;
  std::string display;
  std::string hours;
};

/// The single window (單一窗口) of the plan.
struct Window {
  std::string name;
  std::string phone;
  std::string mail;
  std::string hours;
};

/// An id that is stored and a name that is shown.
struct Choice {
  std::string id;
  std::string name;
};
using Area = Choice;
using StaffType = Choice;

/// A topic group: its id, its exact name, and what it is about in one sentence.
struct Topic {
  std::string id;
  std::string name;
  std::string about;
};

/// How counselling can be had. Text appears only with the health bureau's approval on record.
inline constexpr std::string_view kWayVisit = "visit";
inline constexpr std::string_view kWayPhone = "phone";
inline constexpr std::string_view kWayText = "text";
using Way = Choice;

/// Where a formal complaint goes: to whom, by when, and how long the other side may take.
struct ComplaintPath {
  std::string id;
  std::string name;
  std::string to;
  std::string by_when;
};

/// Minutes of the day in Taipei, [from, to).
struct Interval {
  int from = 0;
  int to = 0;
};
using DayHours = std::vector<Interval>;

/// When somebody of the plan is there. A date listed here goes before its weekday.
struct OpeningHours {
  std::array<DayHours, 7> weekdays;                           // 0 is Sunday
  std::map<std::chrono::year_month_day, std::string> closed;  // date and reason
  std::map<std::chrono::year_month_day, DayHours> extra;      // make-up days and other exceptions
};

/// What a person with responsibility has looked at. All three are needed before real people are served.
struct Approvals {
  std::optional<Approval> cards;
  std::optional<Approval> notices;
  std::optional<Approval> numbers;
};

/// How long each class of records is kept: in years after a case was closed, in days after the last activity
/// or after it came.
struct Retention {
  int case_years = 10;  // 心理師法 §25: not less
  int question_days = 90;
  int alert_days = 90;        // outside a case
  int event_days = 14;        // by which a second delivery is known
  int line_message_days = 8;  // by which an unsend finds its message
  int undelivered_days = 30;
  int post_years = 3;
};

struct Programme {
  std::string id;
  bool demonstration = false;  // numbers and addresses are shown as 「示範」 and never as a link
  Names names;
  ServiceLine hotline;
  Window window;
  OpeningHours opening;
  int question_deadline_days = 3;
  int minutes_per_year = 240;
  int phone_session_minutes = 30;
  Retention retention;
  std::vector<Area> areas;             // eight
  std::vector<StaffType> staff_types;  // seven
  std::vector<Topic> topics;           // nine
  std::vector<Way> ways;               // visit, phone and, where approved, text
  std::optional<Approval> text_counselling_approved;
  std::vector<ComplaintPath> complaints;
  Approvals approvals;

  /// The entry with this id, or nullptr.
  const Topic* topic(std::string_view id) const;
  const Area* area(std::string_view id) const;
  const StaffType* staff_type(std::string_view id) const;
  const Way* way(std::string_view id) const;
};

/// Reads and checks a programme; throws ConfigError.
Programme load_programme(const std::filesystem::path& file);

/// Whether the plan's people are there at a moment (milliseconds UTC).
bool open_at(const Programme& programme, std::int64_t ms_utc);

/// The next moment strictly after `ms_utc` at which a closed office opens (milliseconds UTC).
std::int64_t next_opening(const Programme& programme, std::int64_t ms_utc);

/// When a question received at a moment must be answered: calendar days later, to the same minute.
std::int64_t question_due(const Programme& programme, std::int64_t received_ms_utc);

/// When the term of a case ends: the same date so many years after it was closed (1 March for 29 February).
std::int64_t kept_until(std::int64_t closed_ms_utc, int years);
/// The last moment of closing whose term of so many years is over now.
std::int64_t term_began(std::int64_t now_ms_utc, int years);

/// Which of "cards", "notices", "numbers" nobody has approved yet; empty means real people may be served.
std::vector<std::string> missing_approvals(const Programme& programme);

}  // namespace careline::config
