// What the bench programs share: see wire.h.
#include "tests/bench/wire.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <ctime>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace careline::bench {

std::int64_t now_ns() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

Flags::Flags(int argc, char** argv) {
  for (int i = 1; i < argc; i += 2) {
    const std::string_view name = argv[i];
    if (!name.starts_with("--") || i + 1 >= argc)
      throw std::runtime_error("every flag is \"--name value\": " + std::string(name));
    values_[std::string(name.substr(2))] = argv[i + 1];
  }
}

std::string Flags::text(const std::string& name, const std::optional<std::string>& fallback) const {
  const auto found = values_.find(name);
  if (found != values_.end()) return found->second;
  if (!fallback) throw std::runtime_error("--" + name + " is missing");
  return *fallback;
}

std::int64_t Flags::number(const std::string& name, const std::optional<std::int64_t>& fallback) const {
  if (fallback && !values_.contains(name)) return *fallback;
  const std::string value = text(name);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size())
    throw std::runtime_error("--" + name + " is not a number: " + value);
  return number;
}

namespace {

std::size_t content_length(std::string_view head) {
  constexpr std::string_view kName = "content-length:";
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at + 2)) {
    const std::string_view line = head.substr(at + 2);
    if (line.size() < kName.size() || ::strncasecmp(line.data(), kName.data(), kName.size()) != 0) continue;
    std::string_view value = line.substr(kName.size());
    while (value.starts_with(' ')) value.remove_prefix(1);
    std::size_t length = 0;
    std::from_chars(value.data(), value.data() + value.size(), length);
    return length;
  }
  return 0;
}

int new_socket() {
  const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (made < 0) throw std::system_error(errno, std::generic_category(), "socket");
  return made;
}

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

[[noreturn]] void close_and_throw(int socket, const char* what) {
  const int error = errno;
  ::close(socket);
  throw std::system_error(error, std::generic_category(), what);
}

void make_prompt(int socket) {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::fcntl(socket, F_SETFL, O_NONBLOCK);
}

}  // namespace

std::optional<HttpMessage> HttpReader::take() {
  const std::size_t end = pending_.find("\r\n\r\n");
  if (end == std::string::npos) return {};
  const std::size_t length = content_length(std::string_view(pending_).substr(0, end));
  if (pending_.size() < end + 4 + length) return {};
  HttpMessage message{pending_.substr(0, end), pending_.substr(end + 4, length)};
  pending_.erase(0, end + 4 + length);
  return message;
}

int connect_to(int port) {
  const int socket = new_socket();
  const sockaddr_in address = loopback(port);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    close_and_throw(socket, "connect");
  make_prompt(socket);
  return socket;
}

int listen_on(int port) {
  const int socket = new_socket();
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in address = loopback(port);
  if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    close_and_throw(socket, "bind");
  if (::listen(socket, 1024) != 0) close_and_throw(socket, "listen");
  make_prompt(socket);
  return socket;
}

std::optional<std::size_t> send_some(int socket, std::string_view bytes) {
  const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent >= 0) return static_cast<std::size_t>(sent);
  if (errno == EAGAIN || errno == EINTR) return 0;
  return {};
}

bool read_waiting(int socket, HttpReader& reader) {
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t got = ::recv(socket, buffer.data(), buffer.size(), 0);
    if (got > 0) reader.add({buffer.data(), static_cast<std::size_t>(got)});
    if (got == 0) return false;
    if (got < 0 && errno != EINTR) return errno == EAGAIN;
  }
}

std::string read_secret(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::ostringstream text;
  text << file.rdbuf();
  std::string secret = text.str();
  secret.erase(secret.find_last_not_of(" \t\r\n") + 1);
  return secret;
}

}  // namespace careline::bench
