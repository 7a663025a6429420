// bench-load: posts signed webhooks, each exactly once, over N connections: as fast as answers come, or at a
// rate.
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <deque>
#include <exception>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <system_error>

#include "tests/bench/signed_events.h"
#include "tests/bench/wire.h"

namespace careline::bench {
namespace {

constexpr const char* kUsage =
    "bench-load --port N --secret-file F --requests N [--connections 32] [--rate 0] [--users 2000] [--run "
    "0]\n"
    "           [--text T] [--path /line/webhook] [--sent FILE] [--limit-seconds 120]\n"
    "--rate 0 waits for an answer before a connection's next request; any other rate is held whatever "
    "happens,\n"
    "and latency counts from the planned moment. --sent gets a line \"reply-token nanoseconds\" per "
    "request.\n"
    "Prints one JSON object.\n";

constexpr std::int64_t kMostConnections = 512;  // of an open loop that the server cannot keep up with

struct Connection {
  int socket = -1;
  HttpReader reader;
  std::string_view unsent;
  std::size_t event = 0;
  std::int64_t started_ns = 0;
  bool busy = false;
};

struct Job {
  std::size_t event;
  std::int64_t planned_ns;
};

class Load {
 public:
  explicit Load(const Flags& flags)
      : port_(static_cast<int>(flags.number("port"))),
        rate_(flags.number("rate", 0)),
        limit_ns_(flags.number("limit-seconds", 120) * 1'000'000'000),
        epoll_(::epoll_create1(EPOLL_CLOEXEC)),
        events_(signed_events({.count = flags.number("requests"),
                               .users = flags.number("users", 2000),
                               .run = flags.number("run", 0),
                               .text = flags.text("text", kText),
                               .secret = read_secret(flags.text("secret-file")),
                               .path = flags.text("path", "/line/webhook")})) {
    sent_ns_.resize(events_.size());
    latencies_.reserve(events_.size());
    for (std::int64_t i = flags.number("connections", 32); i > 0; --i) open_connection();
  }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;
  ~Load() {
    for (Connection& connection : connections_) close_socket(connection);
    if (timer_ >= 0) ::close(timer_);
    ::close(epoll_);
  }

  void run() {
    started_ns_ = now_ns();
    if (rate_ > 0) start_timer();
    hand_out();
    std::array<epoll_event, 256> ready;
    while (answered_ + failed_ < events_.size() && now_ns() - started_ns_ < limit_ns_) {
      const int count = ::epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), 1000);
      for (int i = 0; i < count; ++i) {
        const std::uint64_t which = ready[static_cast<std::size_t>(i)].data.u64;
        if (which == kTimer) {
          read_timer();
        } else {
          serve(connections_[which]);
        }
      }
      hand_out();
    }
    ended_ns_ = now_ns();
  }

  nlohmann::json result() {
    std::sort(latencies_.begin(), latencies_.end());
    const double seconds = static_cast<double>(ended_ns_ - started_ns_) / 1e9;
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return {{"requests", events_.size()},
            {"ok", answered_},
            {"failed", events_.size() - answered_},
            {"seconds", seconds},
            {"per_second", static_cast<double>(answered_) / seconds},
            {"p50_ms", quantile_ms(0.50)},
            {"p99_ms", quantile_ms(0.99)},
            {"max_ms", quantile_ms(1.0)},
            {"body_bytes", events_.empty() ? 0 : body_bytes(events_[0].request)},
            {"started_ns", started_ns_},
            {"ended_ns", ended_ns_}};
  }

  void write_sent(const std::string& path) const {
    std::ofstream file(path);
    for (std::size_t i = 0; i < events_.size(); ++i)
      file << events_[i].reply_token << ' ' << sent_ns_[i] << '\n';
    if (!file.flush()) throw std::runtime_error("cannot write " + path);
  }

 private:
  static constexpr const char* kText =
      "您好，想請問這個月還有沒有可以報名的紓壓課程？時間最好是平日晚上，地點離辦公室近一點，謝謝您。";
  static constexpr std::uint64_t kTimer = ~std::uint64_t{0};

  static std::size_t body_bytes(const std::string& request) {
    return request.size() - request.find("\r\n\r\n") - 4;
  }

  double quantile_ms(double part) const {
    if (latencies_.empty()) return 0;
    const double at = part * static_cast<double>(latencies_.size());
    const std::size_t index = std::min(latencies_.size() - 1, static_cast<std::size_t>(at));
    return static_cast<double>(latencies_[index]) / 1e6;
  }

  void open_connection() {
    connections_.emplace_back();
    idle_.push_back(connections_.size() - 1);
    connect(connections_.size() - 1);
  }

  void connect(std::size_t which) {
    Connection& connection = connections_[which];
    connection.socket = connect_to(port_);
    connection.reader = {};
    epoll_event wanted{.events = EPOLLIN | EPOLLOUT | EPOLLET, .data = {.u64 = which}};
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.socket, &wanted);
  }

  static void close_socket(Connection& connection) {
    if (connection.socket >= 0) ::close(connection.socket);
    connection.socket = -1;
  }

  void start_timer() {
    timer_ = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    const std::int64_t gap = 1'000'000'000 / rate_;
    const itimerspec every{.it_interval = {.tv_sec = gap / 1'000'000'000, .tv_nsec = gap % 1'000'000'000},
                           .it_value = {.tv_sec = 0, .tv_nsec = 1}};
    ::timerfd_settime(timer_, 0, &every, nullptr);
    epoll_event wanted{.events = EPOLLIN, .data = {.u64 = kTimer}};
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, timer_, &wanted);
  }

  void read_timer() {
    std::uint64_t ticks = 0;
    if (::read(timer_, &ticks, sizeof ticks) != static_cast<ssize_t>(sizeof ticks)) return;
    for (; ticks > 0 && planned_ < events_.size(); --ticks) {
      const std::int64_t after = static_cast<std::int64_t>(planned_) * (1'000'000'000 / rate_);
      waiting_.push_back({planned_++, started_ns_ + after});
    }
  }

  std::optional<Job> next_job() {
    if (rate_ == 0) {
      if (planned_ == events_.size()) return {};
      return Job{planned_++, now_ns()};
    }
    if (waiting_.empty()) return {};
    const Job job = waiting_.front();
    waiting_.pop_front();
    return job;
  }

  void hand_out() {
    const auto more = static_cast<std::size_t>(kMostConnections);
    while (idle_.size() < waiting_.size() && connections_.size() < more) open_connection();
    while (!idle_.empty()) {
      const std::optional<Job> job = next_job();
      if (!job) return;
      const std::size_t which = idle_.back();
      idle_.pop_back();
      start(which, *job);
    }
  }

  void start(std::size_t which, const Job& job) {
    Connection& connection = connections_[which];
    connection.busy = true;
    connection.event = job.event;
    connection.started_ns = job.planned_ns;
    connection.unsent = events_[job.event].request;
    sent_ns_[job.event] = job.planned_ns;
    send_rest(connection);
  }

  void send_rest(Connection& connection) {
    while (!connection.unsent.empty()) {
      const auto sent = send_some(connection.socket, connection.unsent);
      if (!sent) return reconnect(connection);
      if (*sent == 0) return;
      connection.unsent.remove_prefix(*sent);
    }
  }

  void serve(Connection& connection) {
    send_rest(connection);
    const bool open = read_waiting(connection.socket, connection.reader);
    if (const auto answer = connection.reader.take(); answer && connection.busy) finish(connection, *answer);
    if (!open) reconnect(connection);
  }

  void finish(Connection& connection, const HttpMessage& answer) {
    connection.busy = false;
    idle_.push_back(static_cast<std::size_t>(&connection - connections_.data()));
    if (!answer.head.starts_with("HTTP/1.1 200")) {
      ++failed_;
      return;
    }
    ++answered_;
    latencies_.push_back(now_ns() - connection.started_ns);
  }

  void reconnect(Connection& connection) {
    const auto which = static_cast<std::size_t>(&connection - connections_.data());
    if (connection.busy) {
      ++failed_;
      connection.busy = false;
      idle_.push_back(which);
    }
    close_socket(connection);
    connection.unsent = {};
    connect(which);
  }

  int port_;
  std::int64_t rate_;
  std::int64_t limit_ns_;
  int epoll_;
  int timer_ = -1;
  std::vector<SignedEvent> events_;
  std::vector<Connection> connections_;
  std::vector<std::size_t> idle_;
  std::deque<Job> waiting_;
  std::vector<std::int64_t> sent_ns_;
  std::vector<std::int64_t> latencies_;
  std::size_t planned_ = 0;
  std::size_t answered_ = 0;
  std::size_t failed_ = 0;
  std::int64_t started_ns_ = 0;
  std::int64_t ended_ns_ = 0;
};

}  // namespace
}  // namespace careline::bench

int main(int argc, char** argv) {
  using namespace careline::bench;
  try {
    const Flags flags(argc, argv);
    Load load(flags);
    load.run();
    const std::string sent = flags.text("sent", "");
    if (!sent.empty()) load.write_sent(sent);
    std::cout << load.result() << '\n';
    return 0;
  } catch (const std::exception& problem) {
    std::cerr << problem.what() << '\n' << kUsage;
    return 2;
  }
}
