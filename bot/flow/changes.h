// Tells open pages that something changed. Carries ids only, never content.
#pragma once
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>

namespace careline::flow {

// What changed: "list:<hex id>" (this thread came or was answered), "thread:<hex id>" (its content),
// "alert:<hex id>", each for those only who hold the thread; "list" (something went, and no page can know
// what), "broadcast:<hex id>", "alarms" (something outside the program went wrong or right again).
class Changes {
 public:
  using Listener = std::function<void(const std::string& what)>;  // must be quick and not throw
  int listen(Listener listener) {
    const std::lock_guard lock(mutex_);
    listeners_[++last_] = std::move(listener);
    return last_;
  }
  void forget(int listener) {
    const std::lock_guard lock(mutex_);
    listeners_.erase(listener);
  }
  void tell(const std::string& what) {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, listener] : listeners_) listener(what);
  }
  // For news from within a transaction: a page that looked before the commit would find the old.
  void tell_later(const std::string& what) {
    const std::lock_guard lock(mutex_);
    later_.insert(what);
  }
  void release() {
    const std::lock_guard lock(mutex_);
    for (const std::string& what : later_)
      for (const auto& [id, listener] : listeners_) listener(what);
    later_.clear();
  }

 private:
  std::mutex mutex_;
  std::map<int, Listener> listeners_;
  std::set<std::string> later_;
  int last_ = 0;
};

}  // namespace careline::flow
