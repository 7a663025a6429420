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
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(gate.offer(check));
  while (running < 2) std::this_thread::yield();
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(gate.offer(check));
  EXPECT_FALSE(gate.offer(check));
  go.set_value();
  while (done < 10) std::this_thread::yield();
  EXPECT_EQ(most, 2);
}

}  // namespace
}  // namespace careline::console
