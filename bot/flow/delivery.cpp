// What follows from LINE's answer to one call.
#include "bot/flow/delivery.h"

#include <algorithm>

namespace careline::flow {
namespace {
using What = Verdict::What;
constexpr std::int64_t kFirstWait_ms = 1'000, kLongestWait_ms = 300'000;
constexpr std::int64_t kQuotaWait_ms = 15 * 60'000;
constexpr std::int64_t kKeyLives_ms = 23LL * 3'600'000;  // LINE forgets a key after 24 hours

std::int64_t back_off(std::int64_t tries, double jitter) {
  const auto steps = std::clamp<std::int64_t>(tries, 0, 9);
  const auto wait = std::min(kFirstWait_ms << steps, kLongestWait_ms);
  return static_cast<std::int64_t>(static_cast<double>(wait) * (0.5 + jitter));
}

bool accepted(const Answer& a) {
  return a.kind == Answer::Kind::status && (a.status / 100 == 2 || a.status == 409);
}
bool refused(const Answer& a) {
  return a.kind == Answer::Kind::status && a.status / 100 == 4 && a.status != 409 && a.status != 429 &&
         a.status != 408;
}
bool fixable(const Answer& a) { return a.status == 401 || a.status == 403; }  // a person renews the token

Verdict judge_reply(const store::Parcel& p, const Answer& a, std::int64_t now, double jitter) {
  if (a.kind == Answer::Kind::status && a.status / 100 == 2) return {What::sent};
  const bool repeat = p.tries > 0;  // an earlier call with this token may have been taken
  if (!repeat) {
    if (a.kind == Answer::Kind::not_sent || a.status == 429)
      return {What::push_instead, now + back_off(0, jitter)};
    if (refused(a)) return {What::push_instead, now};
    return {What::again, now + kFirstWait_ms / 2, 1};
  }
  if (fixable(a)) return {What::again, now + back_off(p.tries, jitter)};
  if (refused(a)) return {p.lane == store::Lane::crisis ? What::push_instead : What::sent, now};
  if (a.kind == Answer::Kind::not_sent || a.status == 429)
    return {What::again, now + back_off(p.tries, jitter)};
  // Twice without an outcome: LINE is ill, and an answer that comes twice is better than none.
  if (p.unknown > 0) return {What::push_instead, now + kFirstWait_ms};
  return {What::again, now + kFirstWait_ms / 2, 1};
}

}  // namespace

Verdict judge(const store::Parcel& p, const Answer& a, std::int64_t now, double jitter) {
  if (p.mode == store::Mode::reply) return judge_reply(p, a, now, jitter);
  if (accepted(a)) return {What::sent};
  Verdict later{What::again, now + back_off(p.tries, jitter)};
  const bool passes_quota = p.lane == store::Lane::crisis || p.counsellor != 0;
  if (a.kind == Answer::Kind::status && a.status == 429 && a.quota && !passes_quota)
    later.due_at = now + kQuotaWait_ms;
  if (refused(a) && !fixable(a)) return {What::dead, now, 0, "refused_" + std::to_string(a.status)};
  if (p.first_push_at != 0 && later.due_at - p.first_push_at >= kKeyLives_ms)
    return {What::dead, now, 0, "key_expired"};
  return later;
}

bool key_expired(const store::Parcel& p, std::int64_t now) {
  return p.mode != store::Mode::reply && p.first_push_at != 0 && now - p.first_push_at >= kKeyLives_ms;
}

}  // namespace careline::flow
