// Carries what the outbox promised to LINE.
#include "bot/flow/sender.h"

#include <nlohmann/json.hpp>
#include <random>

#include "bot/flow/letter.h"
#include "store/outbox.h"
#include "store/posts.h"
#include "store/threads.h"

namespace careline::flow {
namespace {
using nlohmann::json;
constexpr std::size_t kThreads = 16;
constexpr std::size_t kForCrisis = 4;  // threads that no ordinary message ever holds
constexpr std::size_t kAhead =
    16;  // taken beyond what the threads hold, so that they never wait for a commit
constexpr std::int64_t kLease_ms = 60'000;
constexpr std::chrono::milliseconds kLook{500};  // for what falls due by time

double jitter() {
  static thread_local std::mt19937 generator{std::random_device{}()};
  return std::uniform_real_distribution<>(0, 1)(generator);
}

// What the promise was about hears how it went: a counsellor's answers, a broadcast's counts.
void tell_about(House& house, store::Db& db, const json& about, const Verdict& verdict,
                std::int64_t recipients) {
  if (!about.is_object() || verdict.what == Verdict::What::again ||
      verdict.what == Verdict::What::push_instead)
    return;
  const bool sent = verdict.what == Verdict::What::sent;
  if (const auto id = ThreadId::from_hex(about.value("thread", "")))
    store::Threads(db, house.keys).set_delivery_of_thread(*id, sent ? "accepted" : "failed", verdict.reason);
  if (const auto id = BroadcastId::from_hex(about.value("post", "")))
    store::Posts(db, house.keys).settled(*id, sent ? recipients : 0, sent ? 0 : recipients);
}

void tell_pages(Changes& changes, const json& about) {
  if (!about.is_object()) return;
  if (about.contains("thread")) changes.tell("thread:" + about.value("thread", ""));
  if (about.contains("post")) changes.tell("broadcast:" + about.value("post", ""));
}

}  // namespace

Sender::Sender(House& house, Transport transport, std::optional<int> per_second)
    : house_(house), transport_(std::move(transport)), per_second_(per_second) {
  threads_.emplace_back([this] { plan(); });
  for (std::size_t i = 0; i < kThreads; ++i) threads_.emplace_back([this] { carry(); });
}

void Sender::wake() {
  {
    const std::lock_guard lock(mutex_);
    news_came_ = true;
  }
  news_.notify_one();
}

void Sender::stop() {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    stopping_ = true;
  }
  news_.notify_all();
  work_.notify_all();
  for (auto& thread : threads_) thread.join();
  give_back();
}

// What was taken and never tried must not look tried after the next start: a stale reply token would count as
// used.
void Sender::give_back() {
  try {
    house_.writer.run([&](store::Db& db) {
      store::Outbox outbox(db, house_.keys);
      for (const auto* queue : {&crisis_, &ordinary_})
        for (const store::Parcel& parcel : *queue) outbox.give_back(parcel);
    });
  } catch (const std::exception&) {
    // The store cannot be written: it stays as if a call had been begun, and is repeated with its own token
    // or key.
  }
}

void Sender::plan() {
  bool leases_ended = false;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      news_.wait_for(lock, kLook, [&] { return news_came_ || stopping_; });
      if (stopping_) return;
      news_came_ = false;
    }
    try {
      if (!leases_ended) {
        house_.writer.run(
            [&](store::Db& db) { store::Outbox(db, house_.keys).end_leases(house_.now_ms(), kLease_ms); });
        leases_ended = true;
      }
      while (take_due()) {
      }
      unwritten_ = false;
    } catch (const std::exception&) {
      // The store cannot be written now (a full disk): what was promised waits, and is looked for again.
      unwritten_ = true;
    }
  }
}

// True if as much came as was asked for, so that more may wait.
bool Sender::take_due() {
  std::size_t ordinary = 0, crisis = 0;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return false;
    const std::size_t room = kThreads - kForCrisis + kAhead, held = ordinary_.size() + ordinary_under_way_;
    ordinary = held < room ? room - held : 0;
    const std::size_t crisis_held = crisis_.size() + crisis_under_way_;
    crisis = crisis_held < kThreads ? kThreads - crisis_held : 0;
  }
  std::vector<store::Parcel> taken;
  const std::int64_t now = house_.now_ms();
  house_.writer.run([&](store::Db& db) {
    taken = store::Outbox(db, house_.keys).take(now, now + kLease_ms, {crisis, ordinary});
  });
  std::size_t ordinary_taken = 0;
  {
    const std::lock_guard lock(mutex_);
    for (auto& parcel : taken) {
      const bool urgent = parcel.lane == store::Lane::crisis;
      if (!urgent) ++ordinary_taken;
      (urgent ? crisis_ : ordinary_).push_back(std::move(parcel));
    }
  }
  if (!taken.empty()) work_.notify_all();
  return ordinary > 0 && ordinary_taken == ordinary;
}

void Sender::carry() {
  for (;;) {
    store::Parcel parcel;
    {
      std::unique_lock lock(mutex_);
      const auto may_take_ordinary = [&] {
        return !ordinary_.empty() && ordinary_under_way_ < kThreads - kForCrisis;
      };
      work_.wait(lock, [&] { return stopping_ || !crisis_.empty() || may_take_ordinary(); });
      if (stopping_) return;  // what was taken and not tried is given back
      auto& queue = crisis_.empty() ? ordinary_ : crisis_;
      parcel = std::move(queue.front());
      queue.pop_front();
      ++(parcel.lane == store::Lane::crisis ? crisis_under_way_ : ordinary_under_way_);
    }
    const bool urgent = parcel.lane == store::Lane::crisis;
    if (!urgent) keep_pace(parcel.mode);
    Answer answer;
    if (!read_letter(parcel.body))
      answer = {Answer::Kind::status, 400};  // does not open any more: nothing can be sent
    else if (!key_expired(parcel, house_.now_ms()))
      answer = transport_(parcel);
    settle(parcel, answer);
    bool few_left = false;
    {
      const std::lock_guard lock(mutex_);
      --(urgent ? crisis_under_way_ : ordinary_under_way_);
      few_left = ordinary_.size() < kAhead / 2;
      if (ordinary_.size() + crisis_.size() > 0) work_.notify_one();
    }
    if (few_left || urgent) wake();
  }
}

void Sender::settle(const store::Parcel& parcel, const Answer& answer) {
  const std::int64_t now = house_.now_ms();
  Verdict verdict = judge(parcel, answer, now, jitter());
  if (key_expired(parcel, now)) verdict = {Verdict::What::dead, now, 0, "key_expired"};
  const auto letter = read_letter(parcel.body);
  const json about = letter ? letter->head.value("about", json()) : json();
  const bool many = parcel.mode == store::Mode::multicast && letter;
  const auto recipients = many ? static_cast<std::int64_t>(letter->head.at("to").size()) : 1;
  const auto work = [this, id = parcel.id, verdict, about, recipients](store::Db& db) {
    store::Outbox outbox(db, house_.keys);
    switch (verdict.what) {
      case Verdict::What::sent: outbox.sent(id); break;
      case Verdict::What::again: outbox.again(id, verdict.due_at, verdict.unknown); break;
      case Verdict::What::push_instead: outbox.push_instead(id, verdict.due_at); break;
      case Verdict::What::dead: outbox.dead(id, verdict.reason); break;
    }
    tell_about(house_, db, about, verdict, recipients);
    house_.writer.erase_soon();
  };
  // Nobody waits for the commit: the next call may begin, and many outcomes share one. stop() gives back what
  // was not tried through the same queue, so everything here is written before the sender is gone.
  house_.writer.submit(work, [this, about](std::exception_ptr failure) {
    // Not written down: after the lease it is tried again, with the same token or the same key.
    if (failure)
      unwritten_ = true;
    else
      tell_pages(house_.changes, about);
  });
}

// LINE's rates (Messaging API reference, rate limits) unless the settings say otherwise.
void Sender::keep_pace(store::Mode mode) {
  const int rate = per_second_.value_or(mode == store::Mode::multicast ? 200 : 2'000);
  if (rate <= 0) return;
  using namespace std::chrono;
  std::int64_t wait_us = 0;
  {
    const std::lock_guard lock(mutex_);
    const auto now = duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count();
    auto& next = next_slot_us_[static_cast<std::size_t>(mode)];
    next = std::max<std::int64_t>(next, now);
    wait_us = next - now;
    next += 1'000'000 / rate;
  }
  if (wait_us > 0) std::this_thread::sleep_for(microseconds(wait_us));
}

}  // namespace careline::flow
