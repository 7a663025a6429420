// The one thread that writes and checkpoints. Whatever waits together is committed together.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "store/db.h"
#include "store/guard.h"
#include "store/seal.h"

namespace careline::store {

class Writer {
 public:
  using Work = std::function<void(Db&)>;
  // Called on the writer's thread after the commit (nullptr) or with what went wrong. Must not throw or
  // block.
  using Done = std::function<void(std::exception_ptr)>;
  enum class Urgency { first, normal };  // webhooks come first: LINE waits two seconds

  // Opens (or makes) the database and brings it to the newest schema; throws if it cannot be used or was
  // changed from outside. The keys must outlive it.
  Writer(const std::filesystem::path& file, const Keyring& keys);
  ~Writer();  // finishes what waits

  // Every piece of work has its own savepoint: one that throws undoes itself alone.
  void submit(Work work, Done done, Urgency urgency = Urgency::normal);
  // The same, waiting; throws what went wrong. Never call it from the writer's own thread.
  void run(const Work& work);
  // Rows were deleted whose bytes must leave the WAL too: TRUNCATE within about a second, tried again every
  // second while somebody reads.
  void erase_soon() { erase_ = true; }

 private:
  struct Job {
    Work work;
    Done done;
    std::exception_ptr failure;
  };
  void loop();
  std::vector<Job> wait_for_jobs(bool& stopping);
  void carry_out(std::vector<Job>& jobs);
  void checkpoint();
  bool truncate();

  Db db_;
  std::optional<Guard> guard_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> first_, normal_;
  bool stop_ = false;
  std::atomic<bool> erase_{true};  // a process that was killed may have left erased rows in the WAL
  int wal_frames_ = 0;
  std::chrono::steady_clock::time_point last_truncate_{};
  std::thread thread_;
};

}  // namespace careline::store
