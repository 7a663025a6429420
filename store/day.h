// Days in Taiwan, as the schema counts them: since the epoch, at UTC+8.
#pragma once
#include <cstdint>

namespace careline::store {

inline constexpr std::int64_t kDay_ms = 24LL * 3'600'000, kTaiwan_ms = 8LL * 3'600'000;

constexpr std::int64_t day_in_taiwan(std::int64_t ms) { return (ms + kTaiwan_ms) / kDay_ms; }
constexpr std::int64_t begin_of_day_in_taiwan(std::int64_t ms) {
  return day_in_taiwan(ms) * kDay_ms - kTaiwan_ms;
}

}  // namespace careline::store
