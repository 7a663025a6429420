// Forms that take effect once, and the gate that lets two password checks run and eight wait.
#include "bot/console/once.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "bot/console/password_gate.h"

namespace careline::console {
namespace {

TEST(Once, TheFirstActsAndTheOthersLearnHowItStands) {
  Once once;
  EXPECT_EQ(once.begin("a"), Once::Turn::first);
  EXPECT_EQ(once.begin("a"), Once::Turn::running);
  once.finish("a");
  EXPECT_EQ(once.begin("a"), Once::Turn::done);
  EXPECT_EQ(once.begin("b"), Once::Turn::first);
  once.give_up("b");
  EXPECT_EQ(once.begin("b"), Once::Turn::first) << "what failed may be tried again";
}

TEST(Once, ForgetsTheOldestOfMany) {
  Once once;
  once.begin("oldest");
  for (int i = 0; i < 5'000; ++i) once.begin(std::to_string(i));
  EXPECT_EQ(once.begin("4999"), Once::Turn::running);
  EXPECT_EQ(once.begin("oldest"), Once::Turn::first);
}

using Who = PasswordGate::Who;

TEST(PasswordGate, TwoRunEightWaitTheNextIsTurnedAway) {
  std::promise<void> go;
  const std::shared_future<void> ready = go.get_future().share();
  std::atomic<int> running{0}, most{0}, done{0};
  PasswordGate gate;
  const auto check = [&, ready] {
    const int now = ++running;
    int seen = most;
    while (seen < now && !most.compare_exchange_weak(seen, now)) continue;
    ready.wait();
    --running;
    ++done;
  };
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(gate.offer(Who::stranger, check));
  while (running < 2) std::this_thread::yield();
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(gate.offer(Who::stranger, check));
  EXPECT_FALSE(gate.offer(Who::stranger, check));
  go.set_value();
  while (done < 10) std::this_thread::yield();
  EXPECT_EQ(most, 2);
}

TEST(PasswordGate, AFloodOfStrangersKeepsNoSignedInOperatorOut) {
  std::promise<void> one_may_go, both_may_go, all_done;
  std::atomic<int> running{0}, strangers{0}, strangers_before{-1};
  PasswordGate gate;
  for (auto* until : {&one_may_go, &both_may_go})
    EXPECT_TRUE(gate.offer(Who::stranger, [&running, until] {
      ++running;
      until->get_future().wait();
    }));
  while (running < 2) std::this_thread::yield();
  for (int i = 0; i < 8; ++i)
    EXPECT_TRUE(gate.offer(Who::stranger, [&] {
      if (++strangers == 8) all_done.set_value();
    }));
  EXPECT_FALSE(gate.offer(Who::stranger, [] {}));
  EXPECT_TRUE(gate.offer(Who::signed_in, [&] { strangers_before = strangers.load(); }));
  one_may_go.set_value();
  all_done.get_future().wait();
  EXPECT_EQ(strangers_before, 0);
  both_may_go.set_value();
}

}  // namespace
}  // namespace careline::console
