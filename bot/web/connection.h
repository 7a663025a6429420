// What the loop remembers of one connection; a silent one costs a few hundred bytes.
#pragma once
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "bot/web/body.h"
#include "bot/web/head.h"
#include "bot/web/mailbox.h"
#include "bot/web/socket.h"

namespace careline::web {

using Clock = std::chrono::steady_clock;

enum class Phase {
  kHead,     // waits for a request or for the rest of its head
  kBody,     // waits for the rest of its body
  kWaiting,  // a handler has the request
  kWriting,  // the answer is not all sent
  kStream,   // the answer has no end yet
  kDrain,    // all is sent and said; the peer may finish sending, so that no reset eats our answer
  kClosed,   // about to be forgotten
};

struct Connection {
  std::uint64_t id = 0;
  Descriptor socket;
  std::uint32_t armed = 0;  // the events epoll was told to report
  Phase phase = Phase::kHead;
  After after = After::kClose;
  Clock::time_point since;     // when it last became incomplete: the oldest goes first when room is needed
  Clock::time_point deadline;  // when the present phase must be over
  Clock::time_point request_deadline;
  std::string remote;

  std::string input;  // received and not yet understood, from `used` on
  std::size_t used = 0;
  HeadScan scan;
  BodyReader body;
  std::unique_ptr<Request> request;  // while its body comes
  std::size_t request_cost = 0;      // what the request's own strings may cost in bytes
  Sends sends = Sends::kHeadAndBody;

  std::string output;
  std::size_t sent = 0;
  std::shared_ptr<StreamState> stream;
  std::size_t drained = 0;
  std::size_t counted = 0;  // its share of the loop's total

  std::string_view unread() const { return std::string_view(input).substr(used); }
  std::string_view unsent() const { return std::string_view(output).substr(sent); }
  bool incomplete() const { return phase == Phase::kHead || phase == Phase::kBody || phase == Phase::kDrain; }
  std::size_t held() const;
};

/// Over this size malloc maps a block of its own: only touched pages count, and freeing returns them.
inline constexpr std::size_t kMappedBlock = 128 * 1024;

inline std::size_t resident(const std::string& text) {
  return text.capacity() < kMappedBlock ? text.capacity() : std::max(text.size(), kMappedBlock);
}

inline std::size_t Connection::held() const {
  return resident(input) + resident(output) + request_cost + (request ? resident(request->body) : 0);
}

}  // namespace careline::web
