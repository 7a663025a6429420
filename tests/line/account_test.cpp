// What is asked of LINE about the channel, from a LINE that answers as the reference says, oddly, or not at
// all; and when a certificate ends, from a host that has one.
#include <gtest/gtest.h>
#include <httplib.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <chrono>
#include <map>
#include <thread>

#include "bot/line/certificate.h"
#include "bot/line/client.h"

namespace careline::line {
namespace {

class Account : public ::testing::Test {
 protected:
  Account() {
    server.Get(".*", [this](const httplib::Request& request, httplib::Response& response) {
      const auto found = answers.find(request.path);
      response.status = found == answers.end() ? 404 : status;
      response.set_content(found == answers.end() ? "{}" : found->second, "application/json");
    });
    port = server.bind_to_any_port("127.0.0.1");
    thread = std::thread([this] { server.listen_after_bind(); });
    while (!server.is_running()) std::this_thread::yield();
  }
  ~Account() override {
    server.stop();
    thread.join();
  }

  httplib::Server server;
  int port = 0, status = 200;
  std::map<std::string, std::string> answers = {
      {"/v2/bot/info", R"({"userId":"U0","chatMode":"chat","markAsReadMode":"manual"})"},
      {"/v2/bot/channel/webhook/endpoint", R"({"endpoint":"https://a.example/x","active":false})"},
      {"/v2/bot/message/quota", R"({"type":"limited","value":1000})"},
      {"/v2/bot/message/quota/consumption", R"({"totalUsage":940})"}};
  std::thread thread;
};

TEST_F(Account, IsReadAsLineTellsIt) {
  const Client client("http://127.0.0.1:" + std::to_string(port), "token");
  EXPECT_EQ(client.chat_mode(), "chat");
  const auto endpoint = client.webhook_endpoint();
  ASSERT_TRUE(endpoint);
  EXPECT_EQ(endpoint->address, "https://a.example/x");
  EXPECT_FALSE(endpoint->active);
  EXPECT_EQ(client.quota()->limit, 1000);
  EXPECT_EQ(client.quota()->used, 940);
  EXPECT_EQ(client.quota_left(), 60);
  answers["/v2/bot/message/quota"] = R"({"type":"none"})";
  ASSERT_TRUE(client.quota());
  EXPECT_FALSE(client.quota()->limit);
  EXPECT_EQ(client.quota_left(), std::nullopt);
}

TEST_F(Account, IsUnknownWhenLineSaysSomethingElse) {
  const Client client("http://127.0.0.1:" + std::to_string(port), "token");
  const auto nothing_known = [&] {
    return !client.chat_mode() && !client.webhook_endpoint() && !client.quota() && !client.quota_left();
  };
  for (const char* odd : {"", "<html>", "[]", "null", R"({"chatMode":1,"endpoint":"x","type":"limited"})",
                          R"({"active":"yes","endpoint":"x","value":"9"})"}) {
    for (auto& [path, answer] : answers) answer = odd;
    EXPECT_TRUE(nothing_known()) << odd;
  }
  for (auto& [path, answer] : answers)
    answer = R"({"chatMode":"bot","endpoint":"x","active":true,"value":1})";
  EXPECT_TRUE(client.chat_mode());
  status = 500;
  EXPECT_TRUE(nothing_known());
  answers.clear();
  EXPECT_TRUE(nothing_known());
}

// A host on loopback with a certificate of its own making that ends in so many seconds.
class Host {
 public:
  explicit Host(long ends_in_seconds)
      : key_(EVP_EC_gen("P-256")), certificate_(X509_new()), server_(signed_until(ends_in_seconds), key_) {
    port = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~Host() {
    server_.stop();
    thread_.join();
    X509_free(certificate_);
    EVP_PKEY_free(key_);
  }
  int port = 0;

 private:
  X509* signed_until(long seconds) {
    X509_gmtime_adj(X509_getm_notBefore(certificate_), -1'000'000);
    X509_gmtime_adj(X509_getm_notAfter(certificate_), seconds);
    X509_set_pubkey(certificate_, key_);
    X509_sign(certificate_, key_, EVP_sha256());
    return certificate_;
  }
  EVP_PKEY* key_;
  X509* certificate_;
  httplib::SSLServer server_;
  std::thread thread_;
};

const auto kGoOn = [] { return false; };

TEST(CertificateEnd, IsReadEvenIfItIsOver) {
  using namespace std::chrono;
  for (const long seconds : {20L * 86'400, -86'400L}) {
    const Host host(seconds);
    const auto end = certificate_end_ms("https://127.0.0.1:" + std::to_string(host.port), kGoOn);
    ASSERT_TRUE(end) << seconds;
    const auto now = duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
    EXPECT_NEAR(static_cast<double>(*end), static_cast<double>(now + seconds * 1000), 60'000);
  }
}

TEST(CertificateEnd, IsUnknownWhereNobodyAnswersOrNoTlsIsSpoken) {
  EXPECT_EQ(certificate_end_ms("https://127.0.0.1:1", kGoOn), std::nullopt);
  httplib::Server plain;
  const int port = plain.bind_to_any_port("127.0.0.1");
  std::thread thread([&] { plain.listen_after_bind(); });
  while (!plain.is_running()) std::this_thread::yield();
  EXPECT_EQ(certificate_end_ms("https://127.0.0.1:" + std::to_string(port), kGoOn), std::nullopt);
  plain.stop();
  thread.join();
}

}  // namespace
}  // namespace careline::line
