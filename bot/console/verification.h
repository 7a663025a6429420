// One verification of the audit trail and the tables at a time, on a thread of its own.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "store/verify.h"

namespace careline::console {

class Verification {
 public:
  struct State {
    bool running = false, failed = false;  // failed: it could not be carried out
    std::int64_t done = 0, all = 1;        // steps of the one that runs
    std::optional<store::Verified> result;
    std::int64_t ended_at = 0;
  };
  struct Order {
    std::filesystem::path database;
    std::vector<std::string> anchors;  // lines that were carried off the machine
    std::function<std::int64_t()> now_ms;
    std::function<void(const store::Verified&)> ended;  // on the thread, before the result shows
  };

  explicit Verification(const store::Keyring& keys) : keys_(keys) {}
  ~Verification();  // waits for the one that runs
  Verification(const Verification&) = delete;
  Verification& operator=(const Verification&) = delete;

  /// False while one runs.
  bool start(Order order);
  State now() const;

 private:
  void run(const Order& order);
  void settle(const State& state);

  const store::Keyring& keys_;
  mutable std::mutex mutex_;
  State state_;
  std::thread thread_;
};

}  // namespace careline::console
