// A plain socket client that sends exactly the bytes it is given, right or wrong.
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace careline::web {

struct Answer {
  int status = 0;  // 0: the connection was closed without one
  std::string head, body;
};

class Wire {
 public:
  Wire() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (fd_ < 0) throw std::runtime_error("no socket");
  }
  explicit Wire(std::uint16_t port) : Wire() { connect(port); }
  ~Wire() { close(); }
  Wire(Wire&& other) noexcept : fd_(std::exchange(other.fd_, -1)), buffer_(std::move(other.buffer_)) {}
  Wire& operator=(Wire&&) = delete;

  void connect(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("cannot connect");
  }

  /// False when the peer has closed.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

  /// The next answer by its Content-Length.
  Answer answer(int timeout_ms = 3'000) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
      if (!fill(until)) return {};
    Answer answer{
        static_cast<int>(std::strtol(buffer_.c_str() + 9, nullptr, 10)), buffer_.substr(0, end + 2), {}};
    const std::size_t mark = answer.head.find("Content-Length: ");
    const std::size_t length =
        mark == std::string::npos ? 0 : std::strtoul(&answer.head[mark + 16], nullptr, 10);
    while (buffer_.size() < end + 4 + length)
      if (!fill(until)) return {};
    answer.body = buffer_.substr(end + 4, length);
    buffer_.erase(0, end + 4 + length);
    return answer;
  }

  Answer ask(std::string_view bytes) {
    send(bytes);
    return answer();
  }

  /// Waits until that text has come.
  bool await(std::string_view text, int timeout_ms = 3'000) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
    while (buffer_.find(text) == std::string::npos)
      if (!fill(until)) return false;
    return true;
  }

  const std::string& received() const { return buffer_; }

  /// True when the peer ends the connection in time and sends nothing more.
  bool ends(int timeout_ms = 3'000) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
    while (fill(until)) continue;
    return ended_ && buffer_.empty();
  }

  void finish_sending() { ::shutdown(fd_, SHUT_WR); }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  int descriptor() const { return fd_; }

 private:
  bool fill(std::chrono::steady_clock::time_point until) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd waiting{fd_, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) <= 0) return false;
    char bytes[16 * 1024];
    const ssize_t count = ::recv(fd_, bytes, sizeof bytes, 0);
    if (count > 0) buffer_.append(bytes, static_cast<std::size_t>(count));
    ended_ = count <= 0;
    return count > 0;
  }

  int fd_ = -1;
  bool ended_ = false;
  std::string buffer_;
};

inline std::string get(std::string_view target, std::string_view fields = "") {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n";
}

inline std::string post(std::string_view body, std::string_view fields = "") {
  return "POST /p HTTP/1.1\r\nHost: a\r\n" + std::string(fields) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

/// Tells what arrived: method, path, query, fields and the body's size and sum.
inline std::string describe(const auto& request) {
  std::string text = request.method + ' ' + request.path + '\n';
  for (const auto& [name, value] : request.query) text += "query " + name + '=' + value + '\n';
  for (const auto& [name, value] : request.headers) text += "field " + name + '=' + value + '\n';
  unsigned sum = 0;
  for (const char c : request.body) sum = sum * 31 + static_cast<unsigned char>(c);
  return text + "body " + std::to_string(request.body.size()) + ' ' + std::to_string(sum) + '\n';
}

template <class Condition>
bool becomes_true(Condition condition, int timeout_ms = 3'000) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

}  // namespace careline::web
