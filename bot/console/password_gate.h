// Where passwords are checked: each check takes 256 MiB, so at most two run and eight wait; eight more of
// those who are signed in already, who come first: a flood at the door keeps nobody from unlocking.
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace careline::console {

class PasswordGate {
 public:
  using Check = std::function<void()>;  // must not throw
  enum class Who { stranger, signed_in };
  PasswordGate();
  ~PasswordGate();  // finishes the checks that run, drops those that wait
  PasswordGate(const PasswordGate&) = delete;
  PasswordGate& operator=(const PasswordGate&) = delete;

  /// False when too many of the same kind wait.
  bool offer(Who who, Check check);

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Check> strangers_, signed_in_;
  bool stop_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace careline::console
