// The HTTP edge: one event loop per listener; only complete, checked requests reach a handler.
#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace careline::web {

class Mailbox;
struct StreamState;
enum class After { kKeepAlive, kClose };  // what becomes of the connection once the answer is sent
enum class Sends { kHeadAndBody, kHeadOnly };

struct Request {
  std::string method;  // GET, HEAD or POST
  std::string path;    // percent-decoded, absolute, without ".." and "//"
  std::string remote;  // the peer's address as the kernel knows it; no header can change it
  std::map<std::string, std::string> query;    // percent-decoded; of a repeated name the first counts
  std::map<std::string, std::string> headers;  // lower-case names; repeated ones joined
  std::string body;                            // raw bytes, chunked framing removed

  /// The value of a header, empty when it is missing; valid as long as the request.
  std::string_view header(std::string_view lower_case_name) const;
};

/// A name or value with control characters in it turns the whole answer into an empty 500.
struct Response {
  int status = 200;
  std::string type = "text/plain; charset=utf-8";  // empty: no Content-Type
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

/// An answer without an end (Server-Sent Events); holds no thread. Dropping it closes it.
class Stream {
 public:
  Stream(std::shared_ptr<Mailbox> mailbox, std::uint64_t connection, std::shared_ptr<StreamState> state);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  /// Queues bytes, from any thread. False once the peer is gone, or when over 256 KiB wait for it (then it is
  /// cut).
  bool write(std::string_view bytes);
  bool open() const;
  /// Ends the stream after what was written is sent.
  void close();

 private:
  const std::shared_ptr<Mailbox> mailbox_;
  const std::uint64_t connection_;
  const std::shared_ptr<StreamState> state_;
};

/// One request and the duty to answer it; dropped unanswered it answers 500.
class Exchange {
 public:
  Exchange(Request request, std::shared_ptr<Mailbox> mailbox, std::uint64_t connection, After after,
           Sends sends);
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  const Request& request() const { return request_; }
  /// Answers once, from any thread, without blocking; later calls do nothing.
  void answer(Response response);
  /// Answers with a head now and bytes later; null when it was answered already.
  std::shared_ptr<Stream> stream(Response head);

 private:
  bool take_turn();

  const Request request_;
  const std::shared_ptr<Mailbox> mailbox_;
  const std::uint64_t connection_;
  const After after_;
  const Sends sends_;
  std::atomic<bool> answered_{false};
};

/// Answers and stream bytes that this thread gives during its life wake each loop once, at its end.
class AnswerBatch {
 public:
  AnswerBatch();
  ~AnswerBatch();
  AnswerBatch(const AnswerBatch&) = delete;
  AnswerBatch& operator=(const AnswerBatch&) = delete;
};

using Handler = std::function<void(std::shared_ptr<Exchange>)>;

struct Options {
  using Time = std::chrono::milliseconds;

  std::string host = "127.0.0.1";
  std::uint16_t port = 0;               // 0: any free one
  int workers = 0;                      // 0: handlers run on the loop thread and must not block
  std::size_t max_queue = 256;          // complete requests that wait for a worker; beyond: 503
  std::size_t max_body = 1 << 20;       // bytes, chunked or not; beyond: 413
  std::size_t max_connections = 2'048;  // also kept under a quarter of the process's descriptors
  // Bytes of unfinished requests and unsent answers of all connections together; the oldest are closed to
  // stay under it, so no single answer may be larger.
  std::size_t max_buffered = 8 << 20;
  Time head_deadline{5'000};      // from the connection or a request's first byte to the end of its head
  Time request_deadline{10'000};  // from a request's first byte to its last
  Time write_deadline{15'000};    // for a whole answer; for a stream, without progress
  Time idle_deadline{30'000};     // between two requests of a connection
  Time drain_deadline{1'000};     // how long a peer may go on sending after a final answer
  Time stop_deadline{5'000};      // how long stop() lets running requests finish
};

class Server {
 public:
  /// Binds and serves; throws std::system_error when the address is taken or wrong.
  Server(Options options, Handler handler);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  std::uint16_t port() const;
  /// Stops accepting, lets complete requests finish within stop_deadline, closes. Not from a handler.
  void stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// Raises the soft limit of open descriptors to the hard one; call once, before the first server.
void raise_descriptor_limit();

}  // namespace careline::web
