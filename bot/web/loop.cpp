// Time, room and the life of connections.
#include "bot/web/loop.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace careline::web {
namespace {

constexpr std::uint64_t kListener = 0, kMailbox = 1, kFirstConnection = 2;
constexpr std::size_t kAcceptsPerTurn = 64;   // then the others get their turn
constexpr std::size_t kWorthClosing = 4'096;  // bytes: closing idle peers would free nothing
constexpr auto kCheckInterval = std::chrono::milliseconds(20);
constexpr auto kAcceptPause = std::chrono::milliseconds(50);

void watch(int epoll, int operation, int fd, std::uint64_t id, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = id;
  if (::epoll_ctl(epoll, operation, fd, &event) != 0)
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

}  // namespace

Loop::Loop(const Options& options, Descriptor listener, std::shared_ptr<Mailbox> mailbox, Handler hand_over)
    : options_(options),
      listener_(std::move(listener)),
      mailbox_(std::move(mailbox)),
      hand_over_(std::move(hand_over)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      next_id_(kFirstConnection) {
  if (epoll_.get() < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  watch(epoll_.get(), EPOLL_CTL_ADD, listener_.get(), kListener, EPOLLIN);
  watch(epoll_.get(), EPOLL_CTL_ADD, mailbox_->descriptor(), kMailbox, EPOLLIN);
}

void Loop::run() {
  mailbox_->adopt();
  while (!finished()) turn();
  for (auto& [id, connection] : connections_) close(*connection);
  forget_closed();
  mailbox_->close();
}

void Loop::turn() {
  std::array<epoll_event, 256> events;
  const int ready =
      ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), wait_milliseconds());
  now_ = Clock::now();
  for (int i = 0; i < ready; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    handle(event.data.u64, event.events);
  }
  if (mailbox_->asked_to_stop() && !stopping_) begin_stop();
  take_posts();
  if (now_ >= next_check_) check_deadlines();
  if (now_ >= accept_again_) arm_listener(EPOLLIN);
  forget_closed();
}

void Loop::handle(std::uint64_t id, std::uint32_t events) {
  if (id == kListener) return accept_some();
  if (id == kMailbox) return mailbox_->rest();
  const auto found = connections_.find(id);
  if (found == connections_.end() || found->second->phase == Phase::kClosed) return;
  Connection& connection = *found->second;
  try {
    serve(connection, events);
    count(connection);
  } catch (const std::exception&) {  // out of memory: this connection pays, the others go on
    close(connection);
  }
}

void Loop::serve(Connection& connection, std::uint32_t events) {
  if ((events & EPOLLOUT) != 0) flush(connection);
  if ((events & EPOLLIN) != 0 && connection.phase != Phase::kClosed) read_some(connection);
  const bool broken = (events & EPOLLERR) != 0 || ((events & EPOLLHUP) != 0 && (events & EPOLLIN) == 0);
  if (broken && connection.phase != Phase::kClosed) close(connection);
}

void Loop::accept_some() {
  try {
    // Fewer than there are places: a newcomer is read from once before others may push it out.
    const std::size_t most = std::min(kAcceptsPerTurn, options_.max_connections / 4 + 1);
    for (std::size_t i = 0; i < most && !stopping_; ++i)
      if (!accept_one()) return;
  } catch (const std::exception&) {  // no memory for one more: that one is closed again
    make_room();
  }
}

bool Loop::accept_one() {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  Descriptor socket(
      ::accept4(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (socket.get() < 0) {
    if (errno == EINTR || errno == ECONNABORTED) return true;
    if (errno == EAGAIN || make_room()) return false;  // epoll reports the waiting connection again
    accept_again_ = now_ + kAcceptPause;
    arm_listener(0);
    return false;
  }
  if (connections_.size() - closed_.size() >= options_.max_connections && !make_room()) return true;
  const int on = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  auto connection = std::make_unique<Connection>();
  connection->id = next_id_++;
  connection->socket = std::move(socket);
  connection->remote = address_text(address);
  connection->since = now_;
  connection->armed = EPOLLIN;
  watch(epoll_.get(), EPOLL_CTL_ADD, connection->socket.get(), connection->id, EPOLLIN);
  expect_by(*connection, now_ + options_.head_deadline);
  connections_.emplace(connection->id, std::move(connection));
  return true;
}

void Loop::take_posts() {
  for (Post& post : mailbox_->take()) {
    const auto found = connections_.find(post.connection);
    if (found == connections_.end() || found->second->phase == Phase::kClosed) {
      if (post.stream) post.stream->open = false;
      continue;
    }
    try {
      apply(*found->second, post);
      count(*found->second);
    } catch (const std::exception&) {
      close(*found->second);
    }
  }
}

void Loop::apply(Connection& connection, Post& post) {
  if (post.kind == Post::Kind::kAnswer && connection.phase == Phase::kWaiting)
    return start_answer(connection, std::move(post.bytes), post.after);
  if (post.kind == Post::Kind::kStreamHead && connection.phase == Phase::kWaiting) {
    connection.phase = Phase::kStream;
    connection.stream = post.stream;
    connection.after = After::kKeepAlive;
    connection.request_cost = 0;
    arm(connection, EPOLLIN);  // to learn that the reader went away
    if (stopping_) return close(connection);
  }
  if (connection.phase != Phase::kStream) return;
  if (post.kind == Post::Kind::kStreamCut) return close(connection);
  if (post.kind == Post::Kind::kStreamEnd) connection.after = After::kClose;
  append_output(connection, post.bytes);
}

int Loop::wait_milliseconds() const {
  if (mailbox_->has_posts()) return 0;
  const auto next = std::min({next_check_, accept_again_, stop_by_});
  if (next == Clock::time_point::max()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

void Loop::expect_by(Connection& connection, Clock::time_point deadline) {
  connection.deadline = deadline;
  next_check_ = std::min(next_check_, std::max(deadline, now_ + kCheckInterval));
}

// One pass over all instead of an ordered index: it runs at most every 20 ms, and setting a deadline is free.
void Loop::check_deadlines() {
  next_check_ = Clock::time_point::max();
  for (auto& [id, connection] : connections_) {
    if (connection->phase == Phase::kClosed) continue;
    if (connection->deadline <= now_) expire(*connection);
    if (connection->phase != Phase::kClosed && connection->deadline != Clock::time_point::max())
      expect_by(*connection, connection->deadline);
  }
}

void Loop::expire(Connection& connection) {
  const bool began = connection.phase == Phase::kBody || !connection.unread().empty();
  if (connection.phase == Phase::kWaiting) return expect_by(connection, Clock::time_point::max());
  if (connection.phase > Phase::kBody || !began) return close(connection);
  try {
    refuse(connection, 408);
    count(connection);
  } catch (const std::exception&) {
    close(connection);
  }
}

void Loop::begin_stop() {
  stopping_ = true;
  stop_by_ = now_ + options_.stop_deadline;
  accept_again_ = Clock::time_point::max();
  listener_.reset();
  for (auto& [id, connection] : connections_)
    if (connection->phase == Phase::kHead || connection->phase == Phase::kBody ||
        connection->phase == Phase::kStream)
      close(*connection);
}

bool Loop::finished() const { return stopping_ && (connections_.empty() || now_ >= stop_by_); }

Connection* Loop::oldest(bool (*eligible)(const Connection&)) const {
  Connection* found = nullptr;
  const auto earlier = [](const Connection& a, const Connection& b) {
    return a.since != b.since ? a.since < b.since : a.id < b.id;
  };
  for (const auto& [id, connection] : connections_) {
    if (connection->phase == Phase::kClosed || !eligible(*connection)) continue;
    if (!found || earlier(*connection, *found)) found = connection.get();
  }
  return found;
}

// Who has no complete request loses its place to the newcomer, which may be LINE with a signed one.
bool Loop::make_room() {
  Connection* victim = oldest([](const Connection& c) { return c.incomplete(); });
  if (!victim) victim = oldest([](const Connection& c) { return c.phase == Phase::kWriting; });
  if (!victim) return false;
  close(*victim);
  return true;
}

void Loop::count(Connection& connection) {
  const std::size_t held = connection.phase == Phase::kClosed ? 0 : connection.held();
  total_held_ = total_held_ + held - connection.counted;
  connection.counted = held;
  while (total_held_ > options_.max_buffered) {
    Connection* victim = oldest([](const Connection& c) {
      return c.counted >= kWorthClosing &&
             (c.incomplete() || c.phase == Phase::kWriting || c.phase == Phase::kStream);
    });
    if (!victim) return;
    close(*victim);
  }
}

void Loop::arm(Connection& connection, std::uint32_t events) {
  if (connection.armed == events) return;
  connection.armed = events;
  watch(epoll_.get(), EPOLL_CTL_MOD, connection.socket.get(), connection.id, events);
}

void Loop::arm_listener(std::uint32_t events) {
  if (events != 0) accept_again_ = Clock::time_point::max();
  if (listener_.get() >= 0) watch(epoll_.get(), EPOLL_CTL_MOD, listener_.get(), kListener, events);
}

void Loop::close(Connection& connection) {
  if (connection.phase == Phase::kClosed) return;
  connection.phase = Phase::kClosed;
  connection.socket.reset();
  if (connection.stream) connection.stream->open = false;
  total_held_ -= std::exchange(connection.counted, 0);
  closed_.push_back(connection.id);
  std::string().swap(connection.input);
  std::string().swap(connection.output);
  connection.request.reset();
}

// Later than close(), so that nobody up the stack holds a dead connection.
void Loop::forget_closed() {
  for (const std::uint64_t id : closed_) connections_.erase(id);
  closed_.clear();
}

}  // namespace careline::web
