// Taiwan's wall clock: plain arithmetic on milliseconds since 1970 (UTC), no time zone database, no clock
// read.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace careline::config {

// Taiwan has been at UTC+8 without daylight saving time since 1 October 1979, and every moment this program
// handles is later. A fixed offset is therefore exact, and needs neither tzdata nor the machine's TZ.
inline constexpr std::int64_t kTaipeiOffsetMilliseconds = 8LL * 60 * 60 * 1000;
inline constexpr std::int64_t kDayMilliseconds = 24LL * 60 * 60 * 1000;
inline constexpr std::int64_t kMinuteMilliseconds = 60LL * 1000;

/// A moment as the wall clock in Taipei shows it.
struct TaipeiTime {
  std::chrono::year_month_day date;
  int weekday = 0;        // 0 is Sunday
  int minute_of_day = 0;  // 0 to 1,439
};

/// The wall clock at a moment (milliseconds since 1970, UTC).
TaipeiTime in_taipei(std::int64_t ms_utc);

/// The moment at which a date and minute of the day (0 to 1,440) begin in Taipei, in milliseconds UTC.
std::int64_t from_taipei(std::chrono::year_month_day date, int minute_of_day);

/// A moment in words, such as 「11月27日（五）17:00」.
std::string taipei_text(std::int64_t ms_utc);

/// The date alone, such as 「11月27日（五）」.
std::string taipei_date_text(std::int64_t ms_utc);

/// The moment as LINE's date picker and HTML want it: "2026-11-27T17:00".
std::string taipei_iso(std::int64_t ms_utc);

}  // namespace careline::config
