// Reads a request's head strictly: what is not plainly correct HTTP/1.x is refused, never repaired.
#pragma once
#include <cstddef>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace careline::web {

inline constexpr std::size_t kMaxHead = 16 * 1024;
inline constexpr std::size_t kMaxTarget = 2'048;
inline constexpr std::size_t kMaxFields = 100;

enum class Framing { kNone, kLength, kChunked };

/// Views into the bytes it was read from.
struct Head {
  std::string_view method, target;
  std::vector<std::pair<std::string_view, std::string_view>> fields;
  Framing framing = Framing::kNone;
  std::size_t length = 0;
  bool keeps_alive = false;
};

/// The HTTP status of a refusal.
struct Refusal {
  int status = 400;
};

/// How far the scan for the head's end has come.
struct HeadScan {
  std::size_t seen = 0;
};

/// The head's length including its empty line, 0 while it is incomplete, or why it can never become one.
std::variant<std::size_t, Refusal> find_head_end(std::string_view bytes, HeadScan& scan);

/// Checks a complete head and how its body is framed; `max_body` in bytes.
std::variant<Head, Refusal> parse_head(std::string_view bytes, std::size_t max_body);

bool same_ignoring_case(std::string_view a, std::string_view b);

}  // namespace careline::web
