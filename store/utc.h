// A moment as text in UTC.
#pragma once
#include <array>
#include <cstdint>
#include <ctime>
#include <string>

namespace careline::store {

// `format` as strftime takes it; at most 63 characters.
inline std::string utc_text(std::int64_t ms, const char* format) {
  const auto seconds = static_cast<std::time_t>(ms / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}

}  // namespace careline::store
