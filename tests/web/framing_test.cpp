// What the front lets pass and what it refuses, over real sockets.
#include <gtest/gtest.h>

#include <map>

#include "bot/web/server.h"
#include "tests/web/wire.h"

namespace careline::web {
namespace {

class Framing : public ::testing::Test {
 protected:
  Answer ask(std::string_view bytes) { return Wire(server_.port()).ask(bytes); }
  int status(std::string_view bytes) { return ask(bytes).status; }

  std::atomic<int> handled_{0};
  Server server_{{}, [this](const std::shared_ptr<Exchange>& exchange) {
                   ++handled_;
                   exchange->answer({200, "text/plain", describe(exchange->request()), {}});
                 }};
};

TEST_F(Framing, AnswersAGetWithItsDecodedPathQueryAndFields) {
  const Answer answer =
      ask(get("/a%20b/%E4%BD%A0?x=1%2B1&y=a+b&x=2", "X-Thing: v\r\nCookie: a=1\r\nCookie: b=2\r\n"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body,
            "GET /a b/你\nquery x=1+1\nquery y=a b\nfield cookie=a=1; b=2\nfield host=a\nfield "
            "x-thing=v\nbody 0 0\n");
}

TEST_F(Framing, PassesABodyUnchanged) {
  Request expected;
  expected.method = "POST";
  expected.path = "/p";
  expected.headers["host"] = "a";
  for (int i = 0; i < 256; ++i) expected.body += static_cast<char>(i);
  EXPECT_EQ(ask(post(expected.body)).body, describe(expected));
}

TEST_F(Framing, DecodesChunksSplitAnywhere) {
  const std::string bytes =
      "POST /p HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n00B\r\n0123456789\n\r\n0\r\n\r\n";
  Request expected;
  expected.method = "POST";
  expected.path = "/p";
  expected.body = "hello0123456789\n";
  for (std::size_t cut = 1; cut < bytes.size(); cut += 3) {
    Wire wire(server_.port());
    wire.send(bytes.substr(0, cut));
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    EXPECT_EQ(wire.ask(bytes.substr(cut)).body, describe(expected)) << cut;
  }
}

TEST_F(Framing, TakesAMebibyteInBothFramingsAndNoByteMore) {
  const std::string body(1 << 20, 'x');
  EXPECT_EQ(status(post(body)), 200);
  const std::string chunked = "POST /p HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(status(chunked + "100000\r\n" + body + "\r\n0\r\n\r\n"), 200);
  EXPECT_EQ(handled_, 2);
  EXPECT_EQ(status(post(body + 'x')), 413);
  EXPECT_EQ(status(chunked + "100000\r\n" + body + "\r\n1\r\nx\r\n0\r\n\r\n"), 413);
  EXPECT_EQ(status(chunked + "100001\r\n"), 413);
  EXPECT_EQ(status("POST /p HTTP/1.1\r\nContent-Length: 1048577\r\n\r\n"), 413);
  EXPECT_EQ(status("POST /p HTTP/1.1\r\nContent-Length: 99999999999999999999999999\r\n\r\n"), 413);
  EXPECT_EQ(handled_, 2);
}

TEST_F(Framing, RefusesDoubtfulLengths) {
  const auto with = [&](std::string_view fields) {
    return status("POST /p HTTP/1.1\r\n" + std::string(fields) + "\r\nhello");
  };
  EXPECT_EQ(with("Content-Length: 5\r\n"), 200);
  for (const char* value : {"0x5", "5, 5", "+5", "-5", "5 5", "5.0", "", "five", "5;", "\xEF\xBC\x95"})
    EXPECT_EQ(with("Content-Length: " + std::string(value) + "\r\n"), 400) << value;
  EXPECT_EQ(with("Content-Length: 5\r\nContent-Length: 5\r\n"), 400);
  EXPECT_EQ(with("Content-Length: 5\r\nContent-Length: 6\r\n"), 400);
  EXPECT_EQ(with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400);
  EXPECT_EQ(with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400);
  EXPECT_EQ(with("Transfer-Encoding: identity, chunked\r\n"), 400);
  EXPECT_EQ(with("Transfer-Encoding: gzip\r\n"), 400);
  EXPECT_EQ(with("Transfer-Encoding : chunked\r\n"), 400);
  EXPECT_EQ(with(""), 400);
  EXPECT_EQ(status("POST /p HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400);
  EXPECT_EQ(handled_, 1);
}

TEST_F(Framing, RefusesABodyWhereNoneBelongs) {
  EXPECT_EQ(status("GET / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello"), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400);
  EXPECT_EQ(status("HEAD / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello"), 400);
  EXPECT_EQ(handled_, 0);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nContent-Length: 0\r\n\r\n"), 200);
}

TEST_F(Framing, RefusesBrokenChunks) {
  for (const char* chunks :
       {"-2\r\nhello", " 5\r\nhello\r\n", "5;a=b\r\nhello\r\n", "0x5\r\nhello", "5\nhello", "\r\n",
        "5\r\nhelloX", "5\r\nhello\rX", "0\r\nTrailer: x\r\n\r\n", "ffffffffffffffff1\r\n", "g\r\n"})
    EXPECT_EQ(status("POST /p HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(chunks)),
              std::string_view(chunks).substr(0, 3) == "fff" ? 413 : 400)
        << chunks;
  EXPECT_EQ(handled_, 0);
}

TEST_F(Framing, RefusesEncodingsMultipartAndExpect) {
  EXPECT_EQ(status(post("hello", "Content-Encoding: gzip\r\n")), 415);
  EXPECT_EQ(status(post("hello", "Content-Type: multipart/form-data; boundary=B\r\n")), 415);
  EXPECT_EQ(status(post("hello", "Content-Type: MULTIPART/mixed\r\n")), 415);
  EXPECT_EQ(status(post("hello", "Expect: 100-continue\r\n")), 417);
  EXPECT_EQ(status(post("hello", "Content-Type: a/b\r\nContent-Type: multipart/x\r\n")), 400);
  EXPECT_EQ(handled_, 0);
  EXPECT_EQ(status(post("a=%31", "Content-Type: application/x-www-form-urlencoded\r\n")), 200);
}

TEST_F(Framing, BoundsTheHead) {
  const std::string start = "GET / HTTP/1.1\r\nX: ";
  EXPECT_EQ(status(start + std::string(16 * 1024 - start.size() - 4, 'a') + "\r\n\r\n"), 200);
  EXPECT_EQ(status(start + std::string(16 * 1024 - start.size() - 3, 'a') + "\r\n\r\n"), 431);
  EXPECT_EQ(status("GET /" + std::string(16 * 1024, 'a')), 431);
  std::string fields;
  for (int i = 0; i < 99; ++i) fields.append("X").append(std::to_string(i)).append(": 1\r\n");
  EXPECT_EQ(status(get("/", fields)), 200);
  EXPECT_EQ(status(get("/", fields + "One: 1\r\n")), 431);
  EXPECT_EQ(status(get("/" + std::string(2'047, 'a'))), 200);
  EXPECT_EQ(status(get("/" + std::string(2'048, 'a'))), 414);
}

TEST_F(Framing, KeepsALongFieldWhole) {
  const std::string value = std::string(9'000, '%') + "41";
  EXPECT_NE(ask(get("/", "X-Long: " + value + "\r\n")).body.find("x-long=" + value), std::string::npos);
}

TEST_F(Framing, RefusesMalformedHeads) {
  for (const std::string head :
       {"GET / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1\r\nA: b\rc\r\n\r\n",
        "GET / HTTP/1.1\r\nA: b\x01\r\n\r\n", "GET / HTTP/1.1\r\nA: b\x7f\r\n\r\n",
        "GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n", "\r\nGET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nA : b\r\n\r\n", "GET / HTTP/1.1\r\n: b\r\n\r\n", "GET / HTTP/1.1\r\nA\r\n\r\n",
        "GET / HTTP/1.1\r\nA(b): c\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET /\r\n\r\n",
        "GET  / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1 \r\n\r\n", "GET / http/1.1\r\n\r\n", " / HTTP/1.1\r\n\r\n",
        "G(T / HTTP/1.1\r\n\r\n", "\x16\x03\x01\x02", "GET / HTTP/1.1\r\n\rX"})
    EXPECT_EQ(status(head), 400) << head;
  EXPECT_EQ(status(std::string("GET / HTTP/1.1\r\nA: b\0c\r\n\r\n", 26)), 400);
  EXPECT_EQ(handled_, 0);
}

TEST_F(Framing, RefusesTargetsThatCouldMeanTwoThings) {
  for (const char* target :
       {"http://a/", "*",         "a",         "//a",           "/a//b",    "/../a",   "/a/..",
        "/a/./b",    "/%2e%2e/a", "/a%2F%2Fb", "/a%00",         "/a%0d%0a", "/a%",     "/a%2",
        "/a%zz",     "/a#b",      "/a\\b",     "/\xE4\xBD\xA0", "/?a=%00",  "/?a=%g1", "/%u0041"})
    EXPECT_EQ(status(get(target)), 400) << target;
  EXPECT_EQ(handled_, 0);
  EXPECT_EQ(status(get("/a..b/.well?q=//../")), 200);
}

TEST_F(Framing, KnowsThreeMethodsAndTwoVersions) {
  for (const char* method : {"PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"})
    EXPECT_EQ(status(std::string(method) + " / HTTP/1.1\r\n\r\n"), 405) << method;
  EXPECT_EQ(status("BREW / HTTP/1.1\r\n\r\n"), 501);
  EXPECT_EQ(status("get / HTTP/1.1\r\n\r\n"), 501);
  EXPECT_EQ(status("GET / HTTP/2.0\r\n\r\n"), 505);
  EXPECT_EQ(handled_, 0);
  Wire wire(server_.port());
  EXPECT_EQ(wire.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").status, 200);
  EXPECT_TRUE(wire.ends());
}

TEST_F(Framing, AnswersHeadWithoutABody) {
  Wire wire(server_.port());
  wire.send("HEAD /h HTTP/1.1\r\nConnection: close\r\n\r\n");
  ASSERT_TRUE(wire.await("\r\n\r\n"));
  wire.await("HEAD /h", 50);
  EXPECT_FALSE(wire.await("HEAD /h", 50));
}

TEST_F(Framing, GivesTheClientNoSayOverItsAddressAndIgnoresRanges) {
  const Answer answer =
      ask(get("/", "REMOTE_ADDR: 192.0.2.1\r\nRemote_Port: 1\r\nRange: bytes=0-,0-,0-\r\n"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "GET /\nfield host=a\nbody 0 0\n");
}

TEST_F(Framing, LeavesPercentSignsInFieldsAlone) {
  const Answer answer = ask(get("/", "X: a%0d%0aSet-Cookie:b%00%41+%u0041%\r\nLocation: %41\r\n"));
  EXPECT_NE(answer.body.find("field x=a%0d%0aSet-Cookie:b%00%41+%u0041%\n"), std::string::npos);
  EXPECT_NE(answer.body.find("field location=%41\n"), std::string::npos);
}

TEST_F(Framing, AnswersPipelinedRequestsInOrderAndKeepsTheConnection) {
  Wire wire(server_.port());
  std::string bytes;
  for (int i = 0; i < 50; ++i)
    bytes += i % 2 ? get(std::string("/").append(std::to_string(i))) : post(std::string(100, 'x'));
  wire.send(bytes);
  for (int i = 0; i < 50; ++i) {
    const std::string path = i % 2 ? std::string("GET /").append(std::to_string(i)) : "POST /p";
    EXPECT_EQ(wire.answer().body.substr(0, path.size()), path) << i;
  }
  EXPECT_EQ(wire.ask(get("/again")).status, 200);
}

TEST_F(Framing, NeverTakesARefusedBodyForARequest) {
  Wire wire(server_.port());
  const Answer refused = wire.ask(post(get("/smuggled"), "Content-Encoding: gzip\r\n"));
  EXPECT_EQ(refused.status, 415);
  EXPECT_NE(refused.head.find("Connection: close\r\n"), std::string::npos);
  wire.send(get("/smuggled"));
  EXPECT_TRUE(wire.ends());
  EXPECT_EQ(handled_, 0);
}

TEST_F(Framing, LetsAPeerThatStillSendsReadItsRefusal) {
  Wire wire(server_.port());
  wire.send("POST /p HTTP/1.1\r\nContent-Length: 4000000\r\n\r\n");
  wire.send(std::string(4'000'000, 'x'));
  EXPECT_EQ(wire.answer().status, 413);
}

TEST_F(Framing, AnswersAPeerThatHasFinishedSending) {
  Wire wire(server_.port());
  wire.send(get("/"));
  wire.finish_sending();
  EXPECT_EQ(wire.answer().status, 200);
  EXPECT_TRUE(wire.ends());
}

}  // namespace
}  // namespace careline::web
