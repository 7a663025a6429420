// Two threads of its own, so that slow password checks take no worker from the pages.
#include "bot/console/password_gate.h"

namespace careline::console {
namespace {
constexpr int kAtOnce = 2;
constexpr std::size_t kMostWaiting = 8;
}  // namespace

PasswordGate::PasswordGate() {
  for (int i = 0; i < kAtOnce; ++i) threads_.emplace_back([this] { work(); });
}

PasswordGate::~PasswordGate() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  ready_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool PasswordGate::offer(Who who, Check check) {
  {
    const std::lock_guard lock(mutex_);
    auto& waiting = who == Who::signed_in ? signed_in_ : strangers_;
    if (waiting.size() >= kMostWaiting) return false;
    waiting.push_back(std::move(check));
  }
  ready_.notify_one();
  return true;
}

void PasswordGate::work() {
  for (;;) {
    Check check;
    {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [&] { return stop_ || !strangers_.empty() || !signed_in_.empty(); });
      if (stop_) return;
      auto& waiting = signed_in_.empty() ? strangers_ : signed_in_;
      check = std::move(waiting.front());
      waiting.pop_front();
    }
    check();
  }
}

}  // namespace careline::console
