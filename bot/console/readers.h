// Read-only connections to the database, made when they are needed and handed round between workers.
#pragma once
#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include "store/db.h"

namespace careline::console {

class Readers {
 public:
  explicit Readers(std::filesystem::path file) : file_(std::move(file)) {}

  /// Gives `read` a connection of its own for as long as it runs; what it throws passes through, and the
  /// connection is then thrown away.
  template <class Read>
  auto with(Read read) {
    auto db = take();
    auto result = read(*db);
    give_back(std::move(db));
    return result;
  }

 private:
  static constexpr std::size_t kMostIdle = 4;

  std::unique_ptr<store::Db> take() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        auto db = std::move(idle_.back());
        idle_.pop_back();
        return db;
      }
    }
    return std::make_unique<store::Db>(file_, store::Db::Access::read);
  }
  void give_back(std::unique_ptr<store::Db> db) {
    const std::lock_guard lock(mutex_);
    if (idle_.size() < kMostIdle) idle_.push_back(std::move(db));
  }

  const std::filesystem::path file_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<store::Db>> idle_;
};

}  // namespace careline::console
