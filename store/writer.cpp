// The one thread that writes and checkpoints.
#include "store/writer.h"

#include <sqlite3.h>

#include <future>

#include "store/migrate.h"
#include "store/scrub.h"

namespace careline::store {
namespace {
constexpr std::size_t kBatch = 64;  // pieces of work in one commit: bounds how long a webhook can wait
constexpr int kPassiveFrames = 1000;
constexpr std::chrono::milliseconds kTruncateEvery{1000};
constexpr int kTruncateWait_ms = 50;
}  // namespace

Writer::Writer(const std::filesystem::path& file, const Keyring& keys) : db_(file, Db::Access::write) {
  scrub_pages_of(db_);
  migrate(db_, keys);
  guard_.emplace(db_, keys);
  sqlite3_wal_hook(
      db_.raw().getHandle(),
      [](void* frames, sqlite3*, const char*, int n) {
        *static_cast<int*>(frames) = n;
        return SQLITE_OK;
      },
      &wal_frames_);
  thread_ = std::thread([this] { loop(); });
}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Writer::submit(Work work, Done done, Urgency urgency) {
  {
    const std::lock_guard lock(mutex_);
    (urgency == Urgency::first ? first_ : normal_).push_back({std::move(work), std::move(done), nullptr});
  }
  wake_.notify_one();
}

void Writer::run(const Work& work) {
  std::promise<void> finished;
  submit(work, [&](std::exception_ptr failure) {
    if (failure)
      finished.set_exception(failure);
    else
      finished.set_value();
  });
  finished.get_future().get();
}

std::vector<Writer::Job> Writer::wait_for_jobs(bool& stopping) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, kTruncateEvery, [&] { return stop_ || !first_.empty() || !normal_.empty(); });
  std::vector<Job> jobs;
  for (auto* queue : {&first_, &normal_})
    while (!queue->empty() && jobs.size() < kBatch) {
      jobs.push_back(std::move(queue->front()));
      queue->pop_front();
    }
  stopping = stop_ && first_.empty() && normal_.empty();
  return jobs;
}

void Writer::loop() {
  for (bool stopping = false; !stopping;) {
    auto jobs = wait_for_jobs(stopping);
    if (!jobs.empty()) carry_out(jobs);
    checkpoint();
  }
  truncate();
}

void Writer::carry_out(std::vector<Job>& jobs) {
  try {
    db_.exec("BEGIN IMMEDIATE");
    for (Job& job : jobs) {
      db_.query("SAVEPOINT job").run();
      try {
        job.work(db_);
      } catch (...) {
        job.failure = std::current_exception();
        // A full disk can end the whole transaction; then this throws too and all of it is undone.
        db_.query("ROLLBACK TO job").run();
      }
      db_.query("RELEASE job").run();
    }
    guard_->seal();
    db_.exec("COMMIT");
  } catch (...) {
    const auto failure = std::current_exception();
    if (!sqlite3_get_autocommit(db_.raw().getHandle())) db_.raw().tryExec("ROLLBACK");
    for (Job& job : jobs)
      if (!job.failure) job.failure = failure;
  }
  for (Job& job : jobs)
    if (job.done) job.done(job.failure);
}

void Writer::checkpoint() {
  const auto now = std::chrono::steady_clock::now();
  if (erase_ && now - last_truncate_ >= kTruncateEvery) {
    last_truncate_ = now;
    erase_ = false;
    if (!truncate()) erase_ = true;
    return;
  }
  if (wal_frames_ < kPassiveFrames) return;
  sqlite3_wal_checkpoint_v2(db_.raw().getHandle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  wal_frames_ = 0;
}

// Waits for readers at most a moment, so that no reader can hold up the webhook.
bool Writer::truncate() {
  sqlite3* handle = db_.raw().getHandle();
  sqlite3_busy_timeout(handle, kTruncateWait_ms);
  const int result = sqlite3_wal_checkpoint_v2(handle, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  sqlite3_busy_timeout(handle, 5000);
  if (result == SQLITE_OK) wal_frames_ = 0;
  return result == SQLITE_OK;
}

}  // namespace careline::store
