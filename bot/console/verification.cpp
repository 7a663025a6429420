// One verification of the audit trail and the tables at a time.
#include "bot/console/verification.h"

namespace careline::console {

Verification::~Verification() {
  if (thread_.joinable()) thread_.join();
}

bool Verification::start(Order order) {
  const std::lock_guard lock(mutex_);
  if (state_.running) return false;
  if (thread_.joinable()) thread_.join();  // it has ended
  state_ = {.running = true};
  thread_ = std::thread([this, order = std::move(order)] { run(order); });
  return true;
}

Verification::State Verification::now() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

void Verification::run(const Order& order) {
  State state;
  try {
    store::Db db(order.database, store::Db::Access::read);
    state.result = store::verify(db, keys_, order.anchors, [this](std::int64_t done, std::int64_t all) {
      settle({.running = true, .done = done, .all = all});
    });
    order.ended(*state.result);
  } catch (const std::exception&) {
    state.failed = true;  // the page says so; a damaged file is doctor's to explain
    state.result.reset();
  }
  state.ended_at = order.now_ms();
  settle(state);
}

void Verification::settle(const State& state) {
  const std::lock_guard lock(mutex_);
  state_ = state;
}

}  // namespace careline::console
