// Deadlines, crowds and memory: what slow, idle and greedy peers may cost.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <fstream>
#include <future>
#include <vector>

#include "bot/web/server.h"
#include "tests/web/wire.h"

namespace careline::web {
namespace {

using std::chrono::milliseconds;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif
using Moment = std::chrono::steady_clock::time_point;

Moment now() { return std::chrono::steady_clock::now(); }

void answer_ok(const std::shared_ptr<Exchange>& exchange) { exchange->answer({200, "", "ok", {}}); }

Options hasty() {
  Options options;
  options.head_deadline = milliseconds(150);
  options.request_deadline = milliseconds(300);
  options.write_deadline = milliseconds(200);
  options.idle_deadline = milliseconds(150);
  options.drain_deadline = milliseconds(100);
  return options;
}

std::size_t resident_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.rfind("VmRSS:", 0) == 0) return std::strtoul(line.c_str() + 6, nullptr, 10);
  return 0;
}

// 1,000 clients and their connections live in this one process.
class RoomForThousands {
 public:
  RoomForThousands() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    raise_descriptor_limit();
  }
  ~RoomForThousands() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  bool enough() const {
    rlimit limit{};
    return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= 6'000;
  }

 private:
  rlimit before_{};
};

// Sends a byte at a time until the peer has enough of it.
milliseconds drip(Wire& wire, std::string_view bytes) {
  const Moment start = now();
  while (now() - start < milliseconds(2'000)) {
    for (const char c : bytes) {
      if (wire.answer(20).status == 408 || !wire.send(std::string_view(&c, 1)))
        return std::chrono::duration_cast<milliseconds>(now() - start);
    }
  }
  return milliseconds(2'000);
}

TEST(Deadlines, EndADrippingHead) {
  Server server(hasty(), answer_ok);
  Wire wire(server.port());
  EXPECT_LT(drip(wire, "GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), milliseconds(600));
}

TEST(Deadlines, EndADrippingBodyEvenWhenItsHeadWasQuick) {
  Server server(hasty(), answer_ok);
  Wire wire(server.port());
  wire.send("POST /p HTTP/1.1\r\nContent-Length: 1000\r\n\r\n");
  const milliseconds took = drip(wire, std::string(900, 'x'));
  EXPECT_GE(took, milliseconds(200));
  EXPECT_LT(took, milliseconds(900));
}

TEST(Deadlines, CloseSilentAndIdleConnectionsWithoutAWord) {
  Server server(hasty(), answer_ok);
  Wire silent(server.port()), kept(server.port());
  EXPECT_EQ(kept.ask(get("/")).status, 200);
  EXPECT_TRUE(silent.ends(1'000));
  EXPECT_TRUE(kept.ends(1'000));
}

TEST(Deadlines, EndAnAnswerThatNobodyReads) {
  const std::string page(16 << 20, 'p');
  Options options = hasty();
  options.max_buffered = 64 << 20;
  Server server(options, [&](const auto& exchange) { exchange->answer({200, "", page, {}}); });
  Wire wire(server.port());
  wire.send(get("/"));
  std::this_thread::sleep_for(milliseconds(500));
  EXPECT_EQ(wire.answer().status, 0);
}

TEST(Deadlines, EndTheDrainingOfAPeerThatNeverStops) {
  Server server(hasty(), answer_ok);
  Wire wire(server.port());
  const Moment start = now();
  wire.send("POST /p HTTP/1.1\r\nContent-Length: 999999999999\r\n\r\n");
  while (wire.send("x") && now() - start < milliseconds(2'000)) std::this_thread::sleep_for(milliseconds(5));
  EXPECT_LT(now() - start, milliseconds(1'000));
}

TEST(Crowd, AThousandIdleAndHalfFinishedPeersDelayNobody) {
  const RoomForThousands room;
  if (!room.enough()) GTEST_SKIP() << "the hard limit of descriptors is under 6,000";
  Server server({}, answer_ok);
  std::vector<Wire> crowd;
  for (int i = 0; i < 1'000; ++i) {
    crowd.emplace_back(server.port());
    if (i % 2 == 0) crowd.back().send("POST /p HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf");
  }
  const Moment start = now();
  EXPECT_EQ(Wire(server.port()).ask(post("hello")).status, 200);
  EXPECT_LT(now() - start, milliseconds(1'000));
  EXPECT_EQ(crowd[0].ask(std::string(96, 'x')).status, 200);
}

TEST(Crowd, TheOldestUnfinishedPeerMakesRoomForANewOne) {
  Options options;
  options.max_connections = 20;
  std::promise<std::shared_ptr<Exchange>> held;
  Server server(options, [&](const auto& exchange) {
    if (exchange->request().path != "/held") return answer_ok(exchange);
    held.set_value(exchange);
  });
  Wire waiting(server.port());
  waiting.send(get("/held"));
  std::vector<Wire> crowd;
  for (int i = 0; i < 30; ++i) crowd.emplace_back(server.port()).send("GET / HT");
  EXPECT_EQ(Wire(server.port()).ask(get("/")).status, 200);
  EXPECT_TRUE(crowd[0].ends(500));
  EXPECT_EQ(crowd[29].ask("TP/1.1\r\n\r\n").status, 200);
  held.get_future().get()->answer({200, "", "kept", {}});
  EXPECT_EQ(waiting.answer().body, "kept");
}

TEST(Crowd, ExhaustedDescriptorsAreTakenFromTheUnfinished) {
  Server server({}, answer_ok);
  std::vector<Wire> crowd;
  for (int i = 0; i < 50; ++i) crowd.emplace_back(server.port());
  EXPECT_EQ(Wire(server.port()).ask(get("/")).status, 200);  // so all of them are accepted
  Wire honest;
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none{3, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  honest.connect(server.port());
  honest.send(get("/"));
  std::this_thread::sleep_for(milliseconds(30));
  const bool refused = honest.answer(50).status == 0;  // even a freed descriptor is over a limit of 3
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_TRUE(refused);
  EXPECT_EQ(Wire(server.port()).ask(get("/")).status, 200);
}

TEST(Crowd, AThousandHalfSentMebibytesStayInBounds) {
  const RoomForThousands room;
  if (!room.enough()) GTEST_SKIP() << "the hard limit of descriptors is under 6,000";
  Server server({}, answer_ok);
  const std::string half(512 * 1024, 'x');
  const std::size_t before = resident_kib();
  std::size_t most = 0;
  std::vector<Wire> crowd;
  for (int i = 0; i < 300; ++i) {
    crowd.emplace_back(server.port()).send("POST /p HTTP/1.1\r\nContent-Length: 1048576\r\n\r\n" + half);
    most = std::max(most, resident_kib());
  }
  EXPECT_EQ(Wire(server.port()).ask(post("hello")).status, 200);
  const std::size_t grown = most - std::min(before, most);
  if (!kSanitized) {
    EXPECT_LT(grown, 32u * 1024);
  }  // a sanitizer keeps freed memory on purpose
  EXPECT_EQ(crowd.back().ask(half).status, 200);
}

TEST(Crowd, AThousandHalfSentHeadsStayInBounds) {
  const RoomForThousands room;
  if (!room.enough()) GTEST_SKIP() << "the hard limit of descriptors is under 6,000";
  Options options;
  options.max_buffered = 4 << 20;
  Server server(options, answer_ok);
  const std::string head = "GET / HTTP/1.1\r\nX: " + std::string(16'000, 'a');
  std::vector<Wire> crowd;
  for (int i = 0; i < 1'000; ++i) crowd.emplace_back(server.port()).send(head);
  EXPECT_EQ(Wire(server.port()).ask(post("hello")).status, 200);
  EXPECT_TRUE(crowd[0].ends(500));
  EXPECT_EQ(crowd.back().ask("\r\n\r\n").status, 200);
}

TEST(Crowd, UnreadAnswersStayInBounds) {
  Options options;  // a page is more than the kernel takes for a peer, and two fit within the bound
  options.max_buffered = 32 << 20;
  const std::string page(12 << 20, 'p');
  Server server(options, [&](const auto& exchange) {
    exchange->answer({200, "", exchange->request().path == "/page" ? page : "ok", {}});
  });
  std::vector<Wire> crowd;
  for (int i = 0; i < 10; ++i) crowd.emplace_back(server.port()).send(get("/page"));
  EXPECT_EQ(Wire(server.port()).ask(get("/")).body, "ok");
  EXPECT_EQ(crowd[0].answer(500).status, 0);
}

}  // namespace
}  // namespace careline::web
