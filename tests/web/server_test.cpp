// Answers from other threads, workers, streams and the server's own life.
#include "bot/web/server.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <condition_variable>
#include <future>
#include <mutex>
#include <system_error>

#include "tests/web/wire.h"

namespace careline::web {
namespace {

using std::chrono::milliseconds;

// Keeps exchanges until the test answers them, as the database's thread does.
class Held {
 public:
  Handler handler() {
    return [this](std::shared_ptr<Exchange> exchange) {
      const std::lock_guard lock(mutex_);
      held_.push_back(std::move(exchange));
      arrived_.notify_all();
    };
  }
  std::vector<std::shared_ptr<Exchange>> await(std::size_t count) {
    std::unique_lock lock(mutex_);
    arrived_.wait_for(lock, milliseconds(3'000), [&] { return held_.size() >= count; });
    return std::exchange(held_, {});
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<std::shared_ptr<Exchange>> held_;
};

TEST(Server, AnswersLaterFromAnotherThread) {
  Held held;
  Server server({}, held.handler());
  std::vector<Wire> wires;
  for (int i = 0; i < 20; ++i) {
    wires.emplace_back(server.port());
    wires.back().send(post(std::to_string(i)));
  }
  std::thread committer([&] {
    const AnswerBatch batch;
    for (const auto& exchange : held.await(20)) exchange->answer({200, "", exchange->request().body, {}});
  });
  for (int i = 0; i < 20; ++i) {
    const Answer answer = wires[static_cast<std::size_t>(i)].answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, std::to_string(i));
    EXPECT_EQ(answer.head.find("Connection: close"), std::string::npos);
  }
  committer.join();
}

TEST(Server, AnswersOnceAndNeverLeavesARequestUnanswered) {
  Server server({}, [](const std::shared_ptr<Exchange>& exchange) {
    if (exchange->request().path != "/twice") return;
    exchange->answer({200, "", "first", {}});
    exchange->answer({200, "", "second", {}});
    EXPECT_EQ(exchange->stream({}), nullptr);
  });
  Wire wire(server.port());
  EXPECT_EQ(wire.ask(get("/twice")).body, "first");
  EXPECT_EQ(wire.ask(get("/never")).status, 500);
  EXPECT_TRUE(wire.ends());
}

TEST(Server, TellsNothingAboutAnException) {
  for (const int workers : {0, 1}) {
    Options options;
    options.workers = workers;
    Server server(options, [](const auto&) { throw std::runtime_error("near \"secret_table\""); });
    Wire wire(server.port());
    const Answer answer = wire.ask(get("/"));
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ((answer.head + answer.body).find("secret"), std::string::npos);
  }
}

TEST(Server, WritesOurHeadersAndRefusesControlCharactersInThem) {
  Server server({}, [](const std::shared_ptr<Exchange>& exchange) {
    const bool bad = exchange->request().path == "/bad";
    exchange->answer({303, "", "", {{"Location", bad ? "/a\r\nSet-Cookie: x=1" : "/a"}}});
  });
  const Answer good = Wire(server.port()).ask(get("/"));
  EXPECT_EQ(good.status, 303);
  EXPECT_NE(good.head.find("\r\nLocation: /a\r\n"), std::string::npos);
  const Answer bad = Wire(server.port()).ask(get("/bad"));
  EXPECT_EQ(bad.status, 500);
  EXPECT_EQ(bad.head.find("Set-Cookie"), std::string::npos);
}

TEST(Server, ClosesAfterEveryErrorAnswer) {
  Server server({}, [](const auto& exchange) { exchange->answer({401, "", "", {}}); });
  Wire wire(server.port());
  wire.send(post("a") + get("/second"));
  EXPECT_EQ(wire.answer().status, 401);
  EXPECT_TRUE(wire.ends());
}

TEST(Server, SendsALargeAnswerToASlowReader) {
  const std::string page(7 << 20, 'p');
  Server server({}, [&](const auto& exchange) { exchange->answer({200, "text/html", page, {}}); });
  Wire wire(server.port());
  wire.send(get("/"));
  std::this_thread::sleep_for(milliseconds(50));
  EXPECT_EQ(wire.answer().body.size(), page.size());
}

TEST(Server, RefusesWhatItsWorkersCannotTake) {
  Options options;
  options.workers = 1;
  options.max_queue = 2;
  std::promise<void> gate;
  std::shared_future<void> open = gate.get_future();
  std::atomic<int> running{0};
  Server server(options, [&](const auto& exchange) {
    ++running;
    open.wait();
    exchange->answer({200, "", "", {}});
  });
  std::vector<Wire> wires;
  for (int i = 0; i < 3; ++i) {
    wires.emplace_back(server.port()).send(get("/"));
    EXPECT_TRUE(becomes_true([&] { return running == 1; }));
  }
  std::this_thread::sleep_for(milliseconds(50));
  const Answer refused = Wire(server.port()).ask(get("/"));
  EXPECT_EQ(refused.status, 503);
  EXPECT_NE(refused.head.find("Retry-After: 1"), std::string::npos);
  gate.set_value();
  for (Wire& wire : wires) EXPECT_EQ(wire.answer().status, 200);
}

TEST(Server, OutlivesPeersThatGoAwayBeforeTheirAnswer) {
  Held held;
  Server server({}, held.handler());
  {
    Wire(server.port()).send(get("/"));
  }
  for (const auto& exchange : held.await(1)) exchange->answer({200, "", std::string(100'000, 'x'), {}});
  Wire wire(server.port());
  wire.send(get("/"));
  for (const auto& exchange : held.await(1)) exchange->answer({200, "", "well", {}});
  EXPECT_EQ(wire.answer().body, "well");
}

TEST(Server, RefusesATakenPortAndAWrongHost) {
  Server server({}, [](const auto&) {});
  Options taken;
  taken.port = server.port();
  EXPECT_THROW(Server(taken, [](const auto&) {}), std::system_error);
  Options wrong;
  wrong.host = "256.0.0.1";
  EXPECT_THROW(Server(wrong, [](const auto&) {}), std::system_error);
}

TEST(Server, StopsAtOnceBesideIdleAndSlowPeers) {
  Server server({}, [](const auto& exchange) { exchange->answer({200, "", "", {}}); });
  Wire idle(server.port()), slow(server.port()), kept(server.port());
  EXPECT_EQ(kept.ask(get("/")).status, 200);
  slow.send("POST / HTTP/1.1\r\nContent-Le");
  const auto start = std::chrono::steady_clock::now();
  server.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(500));
  EXPECT_THROW(Wire(server.port()), std::runtime_error);
}

TEST(Server, FinishesWhatRunsWhenItStops) {
  Held held;
  Server server({}, held.handler());
  Wire wire(server.port());
  wire.send(get("/"));
  const auto running = held.await(1);
  std::thread stopper([&] { server.stop(); });
  std::this_thread::sleep_for(milliseconds(50));
  running.at(0)->answer({200, "", "done", {}});
  EXPECT_EQ(wire.answer().body, "done");
  EXPECT_TRUE(wire.ends());
  wire.close();
  stopper.join();
}

TEST(Server, GivesUpOnAHandlerThatNeverAnswersWhenItStops) {
  Held held;
  Options options;
  options.stop_deadline = milliseconds(100);
  Server server(options, held.handler());
  Wire wire(server.port());
  wire.send(get("/"));
  const auto running = held.await(1);
  const auto start = std::chrono::steady_clock::now();
  server.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(1'000));
  running.at(0)->answer({200, "", "too late", {}});
  EXPECT_EQ(wire.answer().status, 0);
}

class Streams : public ::testing::Test {
 protected:
  std::shared_ptr<Stream> start(Wire& wire) {
    wire.send(get("/events"));
    const auto exchanges = held_.await(1);
    return exchanges.empty() ? nullptr : exchanges[0]->stream({200, "text/event-stream", "", {}});
  }
  Held held_;
  Server server_{{}, held_.handler()};
};

TEST_F(Streams, CarriesBytesFromAnyThreadUntilClosed) {
  Wire wire(server_.port());
  auto stream = start(wire);
  ASSERT_TRUE(stream);
  ASSERT_TRUE(wire.await("Content-Type: text/event-stream\r\n"));
  std::thread writer([&] { EXPECT_TRUE(stream->write("data: one\n\n")); });
  EXPECT_TRUE(wire.await("data: one\n\n"));
  writer.join();
  EXPECT_TRUE(stream->open());
  stream->write("data: last\n\n");
  stream->close();
  EXPECT_FALSE(stream->write("after"));
  EXPECT_FALSE(stream->open());
  EXPECT_TRUE(wire.await("data: last\n\n"));
  EXPECT_FALSE(wire.await("after", 100));
}

TEST_F(Streams, LearnsThatItsReaderLeft) {
  Wire wire(server_.port());
  auto stream = start(wire);
  ASSERT_TRUE(wire.await("\r\n\r\n"));
  wire.close();
  EXPECT_TRUE(becomes_true([&] { return !stream->open(); }));
  EXPECT_FALSE(stream->write("x"));
}

TEST_F(Streams, CutsAReaderThatDoesNotRead) {
  Wire wire(server_.port());
  auto stream = start(wire);
  const std::string block(64 * 1024, 'x');
  EXPECT_TRUE(becomes_true([&] { return !stream->write(block); }));
  EXPECT_FALSE(stream->open());
  EXPECT_EQ(Wire(server_.port()).ask("GET / HTTP/9.9\r\n\r\n").status, 505);
}

TEST_F(Streams, EndWithTheServer) {
  Wire wire(server_.port());
  auto stream = start(wire);
  ASSERT_TRUE(wire.await("\r\n\r\n"));
  server_.stop();
  EXPECT_FALSE(stream->open());
  EXPECT_FALSE(stream->write("x"));
}

TEST(DescriptorLimit, RisesToTheHardLimit) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit low{std::min<rlim_t>(512, before.rlim_max), before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  raise_descriptor_limit();
  rlimit after{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &after), 0);
  EXPECT_EQ(after.rlim_cur, before.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &before);
}

}  // namespace
}  // namespace careline::web
