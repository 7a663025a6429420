// Where passwords are checked: each check takes 128 MiB, so at most two run and eight wait.
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
  PasswordGate();
  ~PasswordGate();  // finishes the checks that run, drops those that wait
  PasswordGate(const PasswordGate&) = delete;
  PasswordGate& operator=(const PasswordGate&) = delete;

  /// False when too many wait.
  bool offer(Check check);

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Check> waiting_;
  bool stop_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace careline::console
