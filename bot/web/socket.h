// Descriptors that close themselves, and the listening socket.
#pragma once
#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <utility>

namespace careline::web {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() { reset(); }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  int get() const { return fd_; }
  void reset();

 private:
  int fd_ = -1;
};

/// A bound, listening, non-blocking socket; throws std::system_error.
Descriptor listen_on(const std::string& host, std::uint16_t port);
std::uint16_t bound_port(const Descriptor& socket);
/// The numeric address without the port.
std::string address_text(const sockaddr_storage& address);

}  // namespace careline::web
