// What the bench programs share: a clock, flags of the command line, and HTTP/1.1 messages cut out of a byte
// stream.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace careline::bench {

/// Nanoseconds of CLOCK_MONOTONIC, which all processes of the machine share.
std::int64_t now_ns();

/// "--name value" pairs; throws std::runtime_error on anything else.
class Flags {
 public:
  Flags(int argc, char** argv);
  /// The value; throws when it is missing and there is no fallback.
  std::string text(const std::string& name, const std::optional<std::string>& fallback = {}) const;
  std::int64_t number(const std::string& name, const std::optional<std::int64_t>& fallback = {}) const;

 private:
  std::map<std::string, std::string> values_;
};

struct HttpMessage {
  std::string head;  // start line and headers, without the empty line
  std::string body;
};

/// Cuts messages with a Content-Length (or none: an empty body) out of a stream; no chunked bodies.
class HttpReader {
 public:
  void add(std::string_view bytes) { pending_ += bytes; }
  /// The next whole message, or nothing while it is incomplete.
  std::optional<HttpMessage> take();

 private:
  std::string pending_;
};

/// A non-blocking TCP socket with TCP_NODELAY, connected to or listening on 127.0.0.1; throws
/// std::system_error.
int connect_to(int port);
int listen_on(int port);

/// Sends what fits and returns the number of bytes; nothing when the connection is broken.
std::optional<std::size_t> send_some(int socket, std::string_view bytes);

/// Reads everything that waits into the reader; false when the peer has closed.
bool read_waiting(int socket, HttpReader& reader);

/// The content of a file without white space at its end; throws std::runtime_error.
std::string read_secret(const std::string& path);

}  // namespace careline::bench
