// The one deliberate way round the outbox.
#include "bot/lifeline.h"

#include <algorithm>

#include "bot/flow/letter.h"
#include "handlers/crisis/cards.h"

namespace careline {
namespace {
constexpr std::size_t kRemembered = 1000;
}

Lifeline::Lifeline(flow::House& house, const line::Client& client)
    : house_(house), client_(client), thread_([this] { loop(); }) {}

Lifeline::~Lifeline() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Lifeline::answer(const std::vector<store::Arrival>& arrivals) {
  for (const auto& arrival : arrivals) {
    const auto in = house_.read(arrival.json);
    if (in.what != flow::Incoming::What::text || in.in_group || in.standby || in.reply_token.empty())
      continue;
    const auto finding = house_.lookout.look(in.text);
    if (finding.severity < crisis::Severity::high) continue;
    const auto messages = house_.write(flow::speak(house_.phrases, crisis::lifeline(finding), ""));
    store::Parcel parcel{.lane = store::Lane::crisis, .mode = store::Mode::reply};
    parcel.body = flow::write_letter({{"to", in.user}, {"token", in.reply_token}}, messages);
    const std::lock_guard lock(mutex_);
    if (std::find(answered_.begin(), answered_.end(), arrival.event) != answered_.end()) continue;
    answered_.push_back(arrival.event);
    if (answered_.size() > kRemembered) answered_.pop_front();
    waiting_.push_back(std::move(parcel));
  }
  wake_.notify_one();
}

void Lifeline::loop() {
  for (;;) {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [&] { return stop_ || !waiting_.empty(); });
    if (stop_) return;
    const store::Parcel parcel = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    client_.send(parcel);
  }
}

}  // namespace careline
