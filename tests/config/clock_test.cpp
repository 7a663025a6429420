// Taiwan's wall clock in words and numbers.
#include "config/clock.h"

#include <gtest/gtest.h>

namespace careline::config {
namespace {

using std::chrono::year_month_day, std::chrono::year, std::chrono::month, std::chrono::day;

std::int64_t at(int y, unsigned m, unsigned d, int hour, int minute) {
  return from_taipei(year_month_day{year{y}, month{m}, day{d}}, hour * 60 + minute);
}

TEST(ClockTest, ShowsTaipeiTimeInWords) {
  EXPECT_EQ(taipei_text(at(2026, 11, 27, 17, 0)), "11月27日（五）17:00");
  EXPECT_EQ(taipei_text(at(2026, 1, 4, 0, 5)), "1月4日（日）00:05");
  EXPECT_EQ(taipei_date_text(at(2027, 2, 6, 23, 59)), "2月6日（六）");
  EXPECT_EQ(taipei_iso(at(2027, 2, 6, 9, 7)), "2027-02-06T09:07");
}

TEST(ClockTest, IsEightHoursAheadOfUtc) {
  EXPECT_EQ(taipei_iso(0), "1970-01-01T08:00");
  EXPECT_EQ(taipei_iso(1'795'000'000'000), "2026-11-18T19:06");  // 11:06:40 UTC
  EXPECT_EQ(from_taipei(year_month_day{year{1970}, month{1}, day{1}}, 480), 0);
  const TaipeiTime before_midnight = in_taipei(at(2026, 11, 28, 0, 0) - 1);
  EXPECT_EQ(before_midnight.minute_of_day, 1439);
  EXPECT_EQ(before_midnight.weekday, 5);
  EXPECT_EQ(in_taipei(at(2024, 2, 29, 12, 0)).weekday, 4);
}

}  // namespace
}  // namespace careline::config
