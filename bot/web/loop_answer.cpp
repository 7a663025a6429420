// Bytes out.
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>

#include "bot/web/loop.h"

namespace careline::web {
namespace {

constexpr std::size_t kCompactFrom = 64 * 1024;

}  // namespace

void Loop::start_answer(Connection& connection, std::string bytes, After after) {
  connection.phase = Phase::kWriting;
  connection.after = stopping_ ? After::kClose : after;
  connection.request_cost = 0;
  connection.output = std::move(bytes);
  connection.sent = 0;
  expect_by(connection, now_ + options_.write_deadline);
  flush(connection);
}

void Loop::append_output(Connection& connection, const std::string& bytes) {
  if (connection.unsent().empty()) expect_by(connection, now_ + options_.write_deadline);
  connection.output.append(bytes);
  flush(connection);
}

void Loop::flush(Connection& connection) {
  if (connection.phase != Phase::kWriting && connection.phase != Phase::kStream) return;
  if (!send_some(connection)) return;
  if (!connection.unsent().empty()) return arm(connection, connection.armed | EPOLLOUT);
  connection.sent = 0;
  std::string().swap(connection.output);
  arm(connection, connection.armed & ~std::uint32_t{EPOLLOUT});
  answer_sent(connection);
}

// False when the connection is closed. MSG_NOSIGNAL: a peer that went away is no reason to die.
bool Loop::send_some(Connection& connection) {
  while (!connection.unsent().empty()) {
    const std::string_view bytes = connection.unsent();
    const ssize_t count =
        ::send(connection.socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) break;
    if (count < 0) {
      close(connection);
      return false;
    }
    connection.sent += static_cast<std::size_t>(count);
    if (!connection.stream) continue;
    connection.stream->unsent -= static_cast<std::size_t>(count);
    expect_by(connection, now_ + options_.write_deadline);
  }
  if (connection.stream && connection.sent > kCompactFrom) {
    connection.output.erase(0, connection.sent);
    connection.sent = 0;
  }
  return true;
}

void Loop::answer_sent(Connection& connection) {
  if (connection.after == After::kClose) return drain(connection);
  if (connection.phase == Phase::kStream) return expect_by(connection, Clock::time_point::max());
  await_next(connection);
}

void Loop::await_next(Connection& connection) {
  connection.phase = Phase::kHead;
  connection.since = now_;
  arm(connection, EPOLLIN);
  if (connection.unread().empty()) return expect_by(connection, now_ + options_.idle_deadline);
  expect_by(connection, now_ + options_.head_deadline);  // the next request was sent along with the last
  connection.request_deadline = now_ + options_.request_deadline;
  advance(connection);
}

void Loop::drain(Connection& connection) {
  connection.phase = Phase::kDrain;
  connection.since = now_;
  connection.stream.reset();
  std::string().swap(connection.input);
  ::shutdown(connection.socket.get(), SHUT_WR);
  arm(connection, EPOLLIN);
  expect_by(connection, now_ + options_.drain_deadline);
}

}  // namespace careline::web
