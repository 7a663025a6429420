// What the watch makes of LINE's answers, of silence, of the clock and of time that passes.
#include "bot/watch.h"

#include <gtest/gtest.h>

#include <chrono>
#include <set>

namespace careline {
namespace {

using flow::Alarm;
constexpr std::int64_t kMinute = 60'000, kHour = 60 * kMinute, kDay = 24 * kHour;
constexpr const char* kAddress = "https://care.example/line/webhook";

class WatchTest : public ::testing::Test {
 protected:
  WatchTest() {
    changes.listen([this](const std::string& what) { news += what + " "; });
  }
  Outside outside() {
    Outside asked;
    asked.chat_mode = [this] { return ++chats, mode; };
    asked.endpoint = [this] { return ++endpoints, endpoint; };
    asked.quota = [this] { return ++quotas, quota; };
    asked.certificate_end = [this] { return ++certificates, certificate_end; };
    asked.now_ms = [this] { return wall; };
    asked.steady_ms = [this] { return steady; };
    asked.note = [this](Alarm alarm, bool started) {
      noted += std::string(flow::code_of(alarm)) + (started ? " started " : " ended ");
    };
    return asked;
  }
  void pass(std::int64_t ms) {
    wall += ms;
    steady += ms;
    watch.look();
  }
  std::set<Alarm> present() const {
    std::set<Alarm> all;
    for (const auto& [alarm, since] : alarms.present()) all.insert(alarm);
    return all;
  }

  std::optional<std::string> mode = "bot";
  std::optional<line::Endpoint> endpoint = line::Endpoint{kAddress, true};
  std::optional<line::Quota> quota = line::Quota{1000, 800};
  std::int64_t wall = 1'795'485'600'000, steady = 5'000;
  std::optional<std::int64_t> certificate_end = wall + 22 * kDay;
  int chats = 0, endpoints = 0, quotas = 0;
  std::atomic<int> certificates = 0;
  std::string news, noted;
  flow::Changes changes;
  flow::Alarms alarms;
  Watch watch{outside(), kAddress, alarms, changes};
};

TEST_F(WatchTest, IsQuietWhileAllIsWellAndAsksEachAtItsPace) {
  for (int second = 0; second < 3600; ++second) pass(1'000);
  EXPECT_TRUE(present().empty());
  EXPECT_EQ(news, "");
  EXPECT_EQ(chats, 6);
  EXPECT_EQ(endpoints, 12);
  EXPECT_EQ(quotas, 1);
  EXPECT_EQ(certificates, 1);
}

TEST_F(WatchTest, NamesEachThingThatIsWrong) {
  mode = "chat";
  endpoint = line::Endpoint{"https://elsewhere.example/line/webhook", false};
  quota = line::Quota{1000, 801};
  certificate_end = wall + 20 * kDay;
  watch.look();
  EXPECT_EQ(present(), (std::set<Alarm>{Alarm::chat_mode, Alarm::webhook_off, Alarm::webhook_address,
                                        Alarm::quota, Alarm::certificate}));
  EXPECT_EQ(alarms.present().at(Alarm::chat_mode), wall);
}

TEST_F(WatchTest, TellsTheStartAndTheEndOnceAndLooksSoonerMeanwhile) {
  mode = "chat";
  watch.look();
  pass(kMinute);
  EXPECT_EQ(chats, 2);
  EXPECT_EQ(news, "alarms ");
  mode = "bot";
  pass(kMinute);
  EXPECT_TRUE(present().empty());
  EXPECT_EQ(news, "alarms alarms ");
  EXPECT_EQ(noted, "chat_mode started chat_mode ended ");
}

TEST_F(WatchTest, WhatIsUnknownRaisesNothingAndEndsNothing) {
  mode = endpoint->address = "";
  watch.look();
  ASSERT_EQ(present(), (std::set<Alarm>{Alarm::chat_mode, Alarm::webhook_address}));
  mode.reset();
  endpoint.reset();
  quota.reset();
  certificate_end.reset();
  for (int i = 0; i < 100; ++i) pass(kHour);
  EXPECT_EQ(present(), (std::set<Alarm>{Alarm::chat_mode, Alarm::webhook_address}));
}

TEST_F(WatchTest, AnUnlimitedQuotaIsNeverShort) {
  quota = line::Quota{std::nullopt, 1'000'000};
  watch.look();
  EXPECT_TRUE(present().empty());
  EXPECT_TRUE(nearly_used({0, 1}));
}

TEST_F(WatchTest, AJumpOfTheClockIsShownForAnHourWhicheverWayItWent) {
  pass(1'000);
  wall += 2'000;  // as far as it may
  pass(1'000);
  EXPECT_TRUE(present().empty());
  for (const std::int64_t jump : {2'001, -2'001}) {
    wall += jump;
    pass(1'000);
    EXPECT_EQ(present(), std::set{Alarm::clock}) << jump;
    pass(kHour - 2'000);
    EXPECT_EQ(present(), std::set{Alarm::clock});
    pass(2'000);
    EXPECT_TRUE(present().empty());
  }
}

TEST_F(WatchTest, ASlowClockIsNoJump) {
  for (int i = 0; i < 1'000; ++i) {
    wall += 5;
    pass(1'000);
  }
  EXPECT_TRUE(present().empty());
}

TEST_F(WatchTest, EndsAtOnce) {
  watch.start();
  while (certificates == 0) std::this_thread::yield();
  const auto before = std::chrono::steady_clock::now();
  watch.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(200));
}

TEST(WebhookAddress, IsComparedAsLineWouldDeliver) {
  EXPECT_TRUE(delivers_to({kAddress, true}, kAddress));
  EXPECT_TRUE(delivers_to({"https://CARE.example/line/webhook", true}, kAddress));
  EXPECT_TRUE(delivers_to({"https://anything", true}, ""));
  for (const char* other :
       {"", "https://care.example/line/webhook/", "http://care.example/line/webhook",
        "https://care.example/line/webhook?x=1", "https://care.example.evil/line/webhook"})
    EXPECT_FALSE(delivers_to({other, true}, kAddress)) << other;
}

TEST(Certificate, IsLookedAtOnlyWhereTheInternetComesIn) {
  config::Settings settings;
  EXPECT_FALSE(has_certificate(settings));
  EXPECT_EQ(webhook_address(settings), "");
  settings.webhook.public_url = "https://care.example";
  EXPECT_TRUE(has_certificate(settings));
  EXPECT_EQ(webhook_address(settings), kAddress);
  for (const char* near : {"http://127.0.0.1:1", "https://localhost", "https://[::1]:8443"}) {
    settings.webhook.public_url = near;
    EXPECT_FALSE(has_certificate(settings)) << near;
  }
}

}  // namespace
}  // namespace careline
