// Who is signed in, until they leave, rest for 15 minutes, or 8 hours are over.
#include "bot/console/sessions.h"

#include <sodium.h>

#include "store/seal.h"

namespace careline::console {
namespace {

constexpr std::size_t kMostPerOperator = 8;

std::string key_of(const std::string& secret) {
  std::string key(crypto_generichash_BYTES, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(key.data()), key.size(),
                     reinterpret_cast<const unsigned char*>(secret.data()), secret.size(), nullptr, 0);
  return key;
}

store::Secret wrapping_key(const std::string& secret) {
  store::Secret key;
  crypto_generichash(key.bytes.data(), key.bytes.size(),
                     reinterpret_cast<const unsigned char*>(secret.data()), secret.size(), nullptr, 0);
  return store::derived(key, "session seed");
}

}  // namespace

bool Sessions::live(const Session& session, std::int64_t now_ms) {
  return now_ms - session.seen_at < kIdle_ms && now_ms - session.created_at < kAbsolute_ms;
}

void Sessions::make_room(const std::string& name, std::int64_t now_ms) {
  std::size_t theirs = 0;
  auto oldest = by_key_.end();
  for (auto it = by_key_.begin(); it != by_key_.end();) {
    if (!live(it->second, now_ms)) {
      it = by_key_.erase(it);
      continue;
    }
    if (it->second.name == name) {
      ++theirs;
      if (oldest == by_key_.end() || it->second.seen_at < oldest->second.seen_at) oldest = it;
    }
    ++it;
  }
  if (theirs >= kMostPerOperator) by_key_.erase(oldest);
}

std::string Sessions::start(const Session& whose, std::int64_t now_ms) {
  const std::string secret = store::random_token();
  const std::string key = key_of(secret);
  const std::lock_guard lock(mutex_);
  make_room(whose.name, now_ms);
  by_key_[key] = {
      .key = key,
      .name = whose.name,
      .roles = whose.roles,
      .standing = whose.standing,
      .token = store::random_token(),
      .created_at = now_ms,
      .seen_at = now_ms,
      .wrapped_seed = whose.seed ? store::wrap(wrapping_key(secret), whose.seed->view(), key) : "",
      .seed = std::nullopt};
  return secret;
}

std::optional<Session> Sessions::find(const std::string& secret, std::int64_t now_ms, Touch touch) {
  if (secret.empty()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const auto it = by_key_.find(key_of(secret));
  if (it == by_key_.end()) return std::nullopt;
  if (!live(it->second, now_ms)) {
    by_key_.erase(it);
    return std::nullopt;
  }
  if (touch == Touch::counts_as_activity) it->second.seen_at = now_ms;
  Session session = it->second;
  if (const auto seed = store::unwrap(wrapping_key(secret), session.wrapped_seed, session.key))
    session.seed = store::Secret(store::key32(*seed));
  return session;
}

void Sessions::end(const std::string& secret) {
  const std::lock_guard lock(mutex_);
  by_key_.erase(key_of(secret));
}

bool Sessions::alive(const std::string& key, std::int64_t now_ms) const {
  const std::lock_guard lock(mutex_);
  const auto it = by_key_.find(key);
  return it != by_key_.end() && live(it->second, now_ms);
}

bool Sessions::anybody(Roles roles, std::int64_t now_ms) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, session] : by_key_)
    if (session.standing == Standing::full && session.roles.any_of(roles) && live(session, now_ms))
      return true;
  return false;
}

}  // namespace careline::console
