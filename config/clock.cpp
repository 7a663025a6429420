// Taiwan's wall clock: plain arithmetic on milliseconds since 1970 (UTC).
#include "config/clock.h"

#include "config/phrases.h"

namespace careline::config {
namespace {

std::string two_digits(int number) {
  std::string text(number < 10 ? "0" : "");
  return text += std::to_string(number);
}

std::string hour_and_minute(int minute_of_day) {
  return two_digits(minute_of_day / 60) + ":" + two_digits(minute_of_day % 60);
}

int month_of(const TaipeiTime& time) { return static_cast<int>(static_cast<unsigned>(time.date.month())); }
int day_of(const TaipeiTime& time) { return static_cast<int>(static_cast<unsigned>(time.date.day())); }

std::string date_text(const TaipeiTime& time) {
  const auto& phrases = Phrases::built_in();
  return phrases.text("clock.date",
                      {{"month", std::to_string(month_of(time))},
                       {"day", std::to_string(day_of(time))},
                       {"weekday", phrases.text("clock.weekday." + std::to_string(time.weekday))}});
}

}  // namespace

TaipeiTime in_taipei(std::int64_t ms_utc) {
  using std::chrono::floor, std::chrono::days, std::chrono::minutes;
  const std::chrono::sys_time<std::chrono::milliseconds> wall{
      std::chrono::milliseconds{ms_utc + kTaipeiOffsetMilliseconds}};
  const auto day = floor<days>(wall);
  TaipeiTime time;
  time.date = std::chrono::year_month_day{day};
  time.weekday = static_cast<int>(std::chrono::weekday{day}.c_encoding());
  time.minute_of_day = static_cast<int>(floor<minutes>(wall - day).count());
  return time;
}

std::int64_t from_taipei(std::chrono::year_month_day date, int minute_of_day) {
  const auto day = std::chrono::sys_days{date}.time_since_epoch().count();
  return static_cast<std::int64_t>(day) * kDayMilliseconds + minute_of_day * kMinuteMilliseconds -
         kTaipeiOffsetMilliseconds;
}

std::string taipei_text(std::int64_t ms_utc) {
  const TaipeiTime time = in_taipei(ms_utc);
  return date_text(time) + hour_and_minute(time.minute_of_day);
}

std::string taipei_date_text(std::int64_t ms_utc) { return date_text(in_taipei(ms_utc)); }

std::string taipei_iso(std::int64_t ms_utc) {
  const TaipeiTime time = in_taipei(ms_utc);
  return std::to_string(static_cast<int>(time.date.year())) + "-" + two_digits(month_of(time)) + "-" +
         two_digits(day_of(time)) + "T" + hour_and_minute(time.minute_of_day);
}

}  // namespace careline::config
