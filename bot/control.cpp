// How `careline operator …` reaches a running service.
#include "bot/control.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace careline {
namespace {
constexpr std::size_t kLongest = std::size_t{1} << 20U;  // recoveries carry files
constexpr int kPatience_ms = 10'000;

struct Fd {
  int fd;
  ~Fd() {
    if (fd >= 0) ::close(fd);
  }
};

// A path can be longer than an address holds (108 bytes): then it is reached from its own folder's
// descriptor.
std::optional<sockaddr_un> address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = path.string();
  if (name.size() >= sizeof address.sun_path) return std::nullopt;
  std::memcpy(address.sun_path, name.c_str(), name.size() + 1);
  return address;
}

std::string read_line(int fd) {
  std::string line;
  char c = 0;
  pollfd ready{fd, POLLIN, 0};
  while (line.size() < kLongest && ::poll(&ready, 1, kPatience_ms) > 0 && ::recv(fd, &c, 1, 0) == 1 &&
         c != '\n')
    line += c;
  return line;
}

void write_line(int fd, std::string line) {
  line += '\n';
  for (std::size_t sent = 0; sent < line.size();) {
    const ssize_t n = ::send(fd, line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) return;
    sent += static_cast<std::size_t>(n);
  }
}

}  // namespace

Control::Control(std::filesystem::path socket, Answer answer)
    : path_(std::move(socket)), answer_(std::move(answer)) {
  const auto address = address_of(path_);
  if (!address)
    throw std::system_error(ENAMETOOLONG, std::generic_category(),
                            "the store directory's path is too long for a socket");
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ::unlink(path_.c_str());  // we hold the store's lock: whoever left it is gone
  const mode_t before = ::umask(0177);
  const bool bound = ::bind(listener_, reinterpret_cast<const sockaddr*>(&*address), sizeof *address) == 0;
  ::umask(before);
  if (!bound || ::listen(listener_, 8) != 0 || ::pipe(stop_) != 0) {
    ::close(listener_);
    throw std::system_error(errno, std::generic_category(), "the control socket cannot be made");
  }
  thread_ = std::thread([this] { loop(); });
}

Control::~Control() {
  ::close(stop_[1]);
  thread_.join();
  ::close(stop_[0]);
  ::close(listener_);
  ::unlink(path_.c_str());
}

void Control::loop() {
  for (;;) {
    pollfd ready[2] = {{listener_, POLLIN, 0}, {stop_[0], POLLIN, 0}};
    if (::poll(ready, 2, -1) < 0 && errno != EINTR) return;
    if (ready[1].revents != 0) return;
    if (ready[0].revents == 0) continue;
    const Fd peer{::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)};
    if (peer.fd >= 0) write_line(peer.fd, answer_(read_line(peer.fd)));
  }
}

std::optional<std::string> ask_service(const std::filesystem::path& path, const std::string& request) {
  const auto address = address_of(path);
  const Fd peer{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (!address || ::connect(peer.fd, reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0)
    return std::nullopt;
  write_line(peer.fd, request);
  const std::string answer = read_line(peer.fd);
  if (answer.empty()) return std::nullopt;
  return answer;
}

}  // namespace careline
