// When the plan's people are there, and until when a question must be answered. Pure: the caller brings the
// time.
#include <algorithm>
#include <stdexcept>

#include "config/clock.h"
#include "config/programme.h"

namespace careline::config {
namespace {

const DayHours& hours_on(const OpeningHours& opening, std::chrono::year_month_day date) {
  static const DayHours kNone;
  if (opening.closed.count(date) != 0) return kNone;
  const auto extra = opening.extra.find(date);
  if (extra != opening.extra.end()) return extra->second;
  return opening.weekdays[std::chrono::weekday{std::chrono::sys_days{date}}.c_encoding()];
}

}  // namespace

bool open_at(const Programme& programme, std::int64_t ms_utc) {
  const TaipeiTime time = in_taipei(ms_utc);
  const DayHours& hours = hours_on(programme.opening, time.date);
  return std::any_of(hours.begin(), hours.end(), [&](const Interval& interval) {
    return interval.from <= time.minute_of_day && time.minute_of_day < interval.to;
  });
}

std::int64_t next_opening(const Programme& programme, std::int64_t ms_utc) {
  std::chrono::sys_days day{in_taipei(ms_utc).date};
  // Some weekday is open, so seven days without one need a closed date among them.
  const std::size_t days_at_most = 7 * (programme.opening.closed.size() + 2);
  for (std::size_t i = 0; i < days_at_most; ++i, day += std::chrono::days{1}) {
    const std::chrono::year_month_day date{day};
    for (const Interval& interval : hours_on(programme.opening, date)) {
      const std::int64_t opens = from_taipei(date, interval.from);
      if (opens > ms_utc) return opens;
    }
  }
  throw std::logic_error("a programme that never opens was not refused when it was read");
}

std::int64_t question_due(const Programme& programme, std::int64_t received_ms_utc) {
  return received_ms_utc + programme.question_deadline_days * kDayMilliseconds;
}

}  // namespace careline::config
