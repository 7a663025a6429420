// Carries answers from any thread to the loop thread and wakes it as seldom as possible.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "bot/web/server.h"
#include "bot/web/socket.h"

namespace careline::web {

/// Shared by a stream's writers and the loop.
struct StreamState {
  std::atomic<std::size_t> unsent{0};
  std::atomic<bool> open{true};
};

struct Post {
  enum class Kind { kAnswer, kStreamHead, kStreamBytes, kStreamEnd, kStreamCut };
  Kind kind = Kind::kAnswer;
  std::uint64_t connection = 0;
  std::string bytes;
  After after = After::kClose;
  std::shared_ptr<StreamState> stream;
};

class Mailbox : public std::enable_shared_from_this<Mailbox> {
 public:
  Mailbox();
  /// Leaves a post for the loop; dropped when the loop has ended.
  void post(Post post);
  /// The posts so far, for the loop.
  std::vector<Post> take();
  bool has_posts();
  /// From here on posts are dropped.
  void close();
  void ask_to_stop();
  bool asked_to_stop() const { return stop_; }
  /// The calling thread is the loop and needs no waking.
  void adopt() { owner_ = std::this_thread::get_id(); }
  void wake();
  /// Clears the wake-up that epoll reported.
  void rest();
  int descriptor() const { return event_.get(); }

 private:
  void ring();

  std::mutex mutex_;
  std::vector<Post> posts_;
  bool closed_ = false;
  std::atomic<bool> stop_{false};
  std::atomic<bool> wake_pending_{false};
  std::atomic<std::thread::id> owner_{};
  Descriptor event_;
};

}  // namespace careline::web
