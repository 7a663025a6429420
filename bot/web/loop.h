// The event loop of one listener: accepts, reads, checks, hands over, writes and keeps every limit.
#pragma once
#include <array>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "bot/web/connection.h"
#include "bot/web/library_parser.h"
#include "bot/web/mailbox.h"
#include "bot/web/server.h"

namespace careline::web {

class Loop {
 public:
  Loop(const Options& options, Descriptor listener, std::shared_ptr<Mailbox> mailbox, Handler hand_over);
  /// Serves until the mailbox asks to stop and what runs is finished.
  void run();

 private:
  // loop.cpp: time, room and the life of connections
  void turn();
  void handle(std::uint64_t id, std::uint32_t events);
  void serve(Connection& connection, std::uint32_t events);
  void accept_some();
  bool accept_one();
  void take_posts();
  void apply(Connection& connection, Post& post);
  int wait_milliseconds() const;
  void expect_by(Connection& connection, Clock::time_point deadline);
  void check_deadlines();
  void expire(Connection& connection);
  void begin_stop();
  bool finished() const;
  Connection* oldest(bool (*eligible)(const Connection&)) const;
  bool make_room();
  void count(Connection& connection);
  void arm(Connection& connection, std::uint32_t events);
  void arm_listener(std::uint32_t events);
  void close(Connection& connection);
  void forget_closed();

  // loop_request.cpp: bytes in, requests out
  void read_some(Connection& connection);
  void received(Connection& connection, std::string_view bytes);
  void advance(Connection& connection);
  bool read_head(Connection& connection);
  bool read_body(Connection& connection);
  bool accept_head(Connection& connection, std::size_t size);
  void dispatch(Connection& connection);
  void refuse(Connection& connection, int status);

  // loop_answer.cpp: bytes out
  void start_answer(Connection& connection, std::string bytes, After after);
  void append_output(Connection& connection, const std::string& bytes);
  void flush(Connection& connection);
  bool send_some(Connection& connection);
  void answer_sent(Connection& connection);
  void await_next(Connection& connection);
  void drain(Connection& connection);

  const Options& options_;
  Descriptor listener_;
  const std::shared_ptr<Mailbox> mailbox_;
  const Handler hand_over_;
  Descriptor epoll_;
  LibraryParser parser_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
  std::vector<std::uint64_t> closed_;
  std::uint64_t next_id_ = 0;
  std::size_t total_held_ = 0;
  Clock::time_point now_;
  Clock::time_point next_check_ = Clock::time_point::max();
  Clock::time_point accept_again_ = Clock::time_point::max();  // set while descriptors are exhausted
  Clock::time_point stop_by_ = Clock::time_point::max();
  bool stopping_ = false;
  std::array<char, 64 * 1024> scratch_{};
};

}  // namespace careline::web
