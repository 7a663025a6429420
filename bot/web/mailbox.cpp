// A vector behind a mutex and an eventfd: the first post after a take wakes, the others ride along.
#include "bot/web/mailbox.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace careline::web {
namespace {

// The loops that this thread still owes a wake-up, while it holds an AnswerBatch.
thread_local int batch_depth = 0;
thread_local std::vector<std::shared_ptr<Mailbox>> batched;

}  // namespace

Mailbox::Mailbox() : event_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (event_.get() < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

void Mailbox::post(Post post) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    posts_.push_back(std::move(post));
  }
  if (owner_.load() == std::this_thread::get_id()) return;  // the loop looks before it sleeps
  if (batch_depth > 0) {
    if (std::none_of(batched.begin(), batched.end(), [&](const auto& known) { return known.get() == this; }))
      batched.push_back(shared_from_this());
    return;
  }
  wake();
}

std::vector<Post> Mailbox::take() {
  const std::lock_guard lock(mutex_);
  wake_pending_ = false;
  return std::exchange(posts_, {});
}

bool Mailbox::has_posts() {
  const std::lock_guard lock(mutex_);
  return !posts_.empty();
}

void Mailbox::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  posts_.clear();
}

void Mailbox::ask_to_stop() {
  stop_ = true;
  ring();  // even when a wake-up is under way: the loop may have looked at stop_ already
}

void Mailbox::wake() {
  if (!wake_pending_.exchange(true)) ring();
}

void Mailbox::ring() {
  const std::uint64_t one = 1;
  // The counter cannot overflow in practice, and a full one is a wake-up already.
  [[maybe_unused]] const ssize_t written = ::write(event_.get(), &one, sizeof one);
}

void Mailbox::rest() {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = ::read(event_.get(), &count, sizeof count);
}

AnswerBatch::AnswerBatch() { ++batch_depth; }

AnswerBatch::~AnswerBatch() {
  if (--batch_depth > 0) return;
  for (const auto& mailbox : batched) mailbox->wake();
  batched.clear();
}

}  // namespace careline::web
