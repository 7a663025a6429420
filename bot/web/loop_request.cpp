// Bytes in, requests out.
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>

#include "bot/web/loop.h"
#include "bot/web/reply.h"

namespace careline::web {
namespace {

constexpr std::size_t kMostDrained = 8 << 20;
constexpr std::size_t kKeptInput = 2'048;  // capacity that an idle connection may keep

void discard_used(Connection& connection) {
  if (connection.used < connection.input.size()) return;
  connection.used = 0;
  connection.input.clear();
  if (connection.input.capacity() > kKeptInput) std::string().swap(connection.input);
}

}  // namespace

void Loop::read_some(Connection& connection) {
  // One request at a time: what a peer sends meanwhile stays in the kernel, and its window closes.
  if (connection.phase == Phase::kWaiting || connection.phase == Phase::kWriting)
    return arm(connection, connection.armed & ~std::uint32_t{EPOLLIN});
  const ssize_t got = ::recv(connection.socket.get(), scratch_.data(), scratch_.size(), MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) return close(connection);
  received(connection, {scratch_.data(), static_cast<std::size_t>(got)});
}

void Loop::received(Connection& connection, std::string_view bytes) {
  if (connection.phase == Phase::kStream) return;
  if (connection.phase == Phase::kDrain) {
    connection.drained += bytes.size();
    if (connection.drained > kMostDrained) close(connection);
    return;
  }
  const bool first = connection.phase == Phase::kHead && connection.input.empty();
  connection.input.append(bytes);
  if (first) {
    expect_by(connection, now_ + options_.head_deadline);
    connection.request_deadline = now_ + options_.request_deadline;
  }
  advance(connection);
}

void Loop::advance(Connection& connection) {
  if (connection.phase == Phase::kHead && !read_head(connection)) return;
  if (connection.phase == Phase::kBody && read_body(connection)) dispatch(connection);
}

bool Loop::read_head(Connection& connection) {
  const auto end = find_head_end(connection.unread(), connection.scan);
  if (const auto* refusal = std::get_if<Refusal>(&end)) {
    refuse(connection, refusal->status);
    return false;
  }
  const std::size_t size = std::get<std::size_t>(end);
  return size > 0 && accept_head(connection, size);
}

bool Loop::accept_head(Connection& connection, std::size_t size) {
  const auto parsed = parse_head(connection.unread().substr(0, size), options_.max_body);
  if (const auto* refusal = std::get_if<Refusal>(&parsed)) {
    refuse(connection, refusal->status);
    return false;
  }
  const Head& head = std::get<Head>(parsed);
  connection.request = std::make_unique<Request>();
  if (!parser_.parse(head, *connection.request)) {
    refuse(connection, 400);
    return false;
  }
  connection.request->remote = connection.remote;
  connection.request_cost = 2 * size + 160 * head.fields.size();
  connection.body = BodyReader(head, options_.max_body);
  connection.after = head.keeps_alive ? After::kKeepAlive : After::kClose;
  connection.sends = head.method == "HEAD" ? Sends::kHeadOnly : Sends::kHeadAndBody;
  connection.used += size;
  connection.scan = {};
  connection.phase = Phase::kBody;
  expect_by(connection, connection.request_deadline);
  return true;
}

bool Loop::read_body(Connection& connection) {
  std::string_view bytes = connection.unread();
  const auto progress = connection.body.feed(bytes, connection.request->body);
  connection.used = connection.input.size() - bytes.size();
  discard_used(connection);
  if (progress == BodyReader::Progress::kBad) refuse(connection, 400);
  if (progress == BodyReader::Progress::kTooLarge) refuse(connection, 413);
  return progress == BodyReader::Progress::kDone;
}

void Loop::dispatch(Connection& connection) {
  connection.phase = Phase::kWaiting;
  connection.deadline = Clock::time_point::max();
  // The request now belongs to its handler, but its bytes stay counted until it is answered.
  connection.request_cost += resident(connection.request->body);
  Request request = std::move(*connection.request);
  connection.request.reset();
  hand_over_(std::make_shared<Exchange>(std::move(request), mailbox_, connection.id, connection.after,
                                        connection.sends));
}

// Nothing that such a peer sends later may be taken for a request: answer, then only drain.
void Loop::refuse(Connection& connection, int status) {
  connection.request.reset();
  std::string().swap(connection.input);
  connection.used = 0;
  start_answer(connection, render_refusal(status), After::kClose);
}

}  // namespace careline::web
