// bench-stub: LINE's reply, push and multicast endpoints that accept everything at once and remember when
// each call came.
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <exception>
#include <iostream>
#include <unordered_map>
#include <vector>

#include "tests/bench/wire.h"

namespace careline::bench {
namespace {

constexpr const char* kUsage =
    "bench-stub --port N\n"
    "GET /_stub/count: \"replies others\"; GET /_stub/log: a line \"reply-token nanoseconds\" per call "
    "(\"-\" without a\n"
    "token); GET /_stub/reset forgets. Other paths of LINE are answered 404, as one that has only sending "
    "would.\n";

struct Call {
  std::string reply_token;
  std::int64_t at_ns;
};

class Stub {
 public:
  explicit Stub(int port) : epoll_(::epoll_create1(EPOLL_CLOEXEC)), listener_(listen_on(port)) {
    watch(listener_);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, 256> ready;
    for (;;) {
      const int count = ::epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), -1);
      for (int i = 0; i < count; ++i) {
        const int socket = ready[static_cast<std::size_t>(i)].data.fd;
        if (socket == listener_) {
          accept_all();
        } else {
          serve(socket);
        }
      }
    }
  }

 private:
  void watch(int socket) const {
    epoll_event wanted{.events = EPOLLIN, .data = {.fd = socket}};
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &wanted);
  }

  void accept_all() {
    for (;;) {
      const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (socket < 0) return;
      peers_[socket] = {};
      watch(socket);
    }
  }

  void serve(int socket) {
    HttpReader& reader = peers_[socket];
    bool open = read_waiting(socket, reader);
    while (auto request = reader.take()) open = answer(socket, *request) && open;
    if (open) return;
    ::close(socket);
    peers_.erase(socket);
  }

  bool answer(int socket, const HttpMessage& request) {
    const std::string_view head = request.head;
    if (head.starts_with("POST /v2/bot/message/")) {
      remember(request.body);
      return send_whole(socket, "200 OK", R"({"sentMessages":[{"id":"1"}]})");
    }
    if (head.starts_with("GET /_stub/count"))
      return send_whole(socket, "200 OK",
                        std::to_string(replies_) + " " + std::to_string(calls_.size() - replies_));
    if (head.starts_with("GET /_stub/log")) return send_whole(socket, "200 OK", log());
    if (head.starts_with("GET /_stub/reset")) {
      calls_.clear();
      replies_ = 0;
      return send_whole(socket, "200 OK", "");
    }
    return send_whole(socket, "404 Not Found", R"({"message":"Not found"})");
  }

  void remember(std::string_view body) {
    constexpr std::string_view kKey = "\"replyToken\":\"";
    const std::size_t at = body.find(kKey);
    std::string token = "-";
    if (at != std::string_view::npos) {
      const std::string_view rest = body.substr(at + kKey.size());
      token = rest.substr(0, rest.find('"'));
      ++replies_;
    }
    calls_.push_back({std::move(token), now_ns()});
  }

  std::string log() const {
    std::string lines;
    for (const Call& call : calls_) lines += call.reply_token + ' ' + std::to_string(call.at_ns) + '\n';
    return lines;
  }

  // A log of a long run does not fit the socket at once; the reader is on this machine, so waiting for it is
  // short.
  static bool send_whole(int socket, const char* status, const std::string& body) {
    const std::string answer = std::string("HTTP/1.1 ") + status + "\r\nContent-Type: application/json\r\n" +
                               "X-Line-Request-Id: bench\r\nContent-Length: " + std::to_string(body.size()) +
                               "\r\n\r\n" + body;
    std::string_view rest = answer;
    while (!rest.empty()) {
      const auto sent = send_some(socket, rest);
      if (!sent) return false;
      rest.remove_prefix(*sent);
      if (*sent == 0) ::usleep(200);
    }
    return true;
  }

  int epoll_;
  int listener_;
  std::unordered_map<int, HttpReader> peers_;
  std::vector<Call> calls_;
  std::size_t replies_ = 0;
};

}  // namespace
}  // namespace careline::bench

int main(int argc, char** argv) {
  using namespace careline::bench;
  try {
    Stub(static_cast<int>(Flags(argc, argv).number("port"))).run();
  } catch (const std::exception& problem) {
    std::cerr << problem.what() << '\n' << kUsage;
    return 2;
  }
}
