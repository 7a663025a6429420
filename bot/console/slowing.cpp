// Delays that double from the fifth failure on, the same for names that exist and names that do not.
#include "bot/console/slowing.h"

#include <algorithm>

namespace careline::console {
namespace {

constexpr std::size_t kMostAccounts = 10'000;
constexpr std::int64_t kForgotten_ms = 24LL * 60 * 60 * 1000;

std::int64_t delay_after(int failures) {
  if (failures < kFreeFailures) return 0;
  const int doublings = std::min(failures - kFreeFailures, 20);
  return std::min(kFirstDelay_ms << doublings, kLongestDelay_ms);
}

}  // namespace

void Slowing::make_room(std::int64_t now_ms) {
  std::erase_if(by_account_,
                [&](const auto& entry) { return now_ms - entry.second.last_at > kForgotten_ms; });
  if (by_account_.size() < kMostAccounts) return;
  by_account_.erase(
      std::min_element(by_account_.begin(), by_account_.end(),
                       [](const auto& a, const auto& b) { return a.second.last_at < b.second.last_at; }));
}

std::int64_t Slowing::begin(const std::string& account, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  if (by_account_.size() >= kMostAccounts && !by_account_.contains(account)) make_room(now_ms);
  Failures& failures = by_account_[account];
  if (now_ms - failures.last_at > kForgotten_ms) failures = {};
  if (now_ms < failures.next_at) return failures.next_at - now_ms;
  ++failures.count;
  failures.last_at = now_ms;
  failures.next_at = now_ms + delay_after(failures.count);
  return 0;
}

void Slowing::succeeded(const std::string& account) {
  const std::lock_guard lock(mutex_);
  by_account_.erase(account);
}

}  // namespace careline::console
