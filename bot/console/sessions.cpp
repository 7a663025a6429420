// Who is signed in, until they leave or 8 hours are over; locked while they rest for 15 minutes or more.
#include "bot/console/sessions.h"

#include <sodium.h>

#include <array>

#include "store/seal.h"

namespace careline::console {
namespace {

constexpr std::size_t kMostPerOperator = 8;
constexpr std::int64_t kKeepEvery_ms = 30'000;  // activity reaches the database at most this late
constexpr std::array<std::pair<const char*, Standing>, 4> kStandings = {
    {{"enrolling", Standing::enrolling},
     {"full", Standing::full},
     {"resting", Standing::resting},
     {"taken_over", Standing::taken_over}}};

std::string key_of(const std::string& secret) {
  std::string key(crypto_generichash_BYTES, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(key.data()), key.size(),
                     reinterpret_cast<const unsigned char*>(secret.data()), secret.size(), nullptr, 0);
  return key;
}

// With the secret itself as the key: from key_of, which is kept beside what is wrapped, it must not follow.
store::Secret wrapping_key(const std::string& secret) {
  constexpr std::string_view kUse = "session seed";
  store::Secret key;
  crypto_generichash(key.bytes.data(), key.bytes.size(), reinterpret_cast<const unsigned char*>(kUse.data()),
                     kUse.size(), reinterpret_cast<const unsigned char*>(secret.data()), secret.size());
  return key;
}

std::string text_of(Standing standing) {
  for (const auto& [text, one] : kStandings)
    if (one == standing) return text;
  return "";
}

std::optional<Standing> standing_of(const std::string& text) {
  for (const auto& [one, standing] : kStandings)
    if (one == text) return standing;
  return std::nullopt;
}

bool over(const Session& session, std::int64_t now_ms) {
  const bool rested = now_ms - session.seen_at >= kIdle_ms;
  return now_ms - session.created_at >= kAbsolute_ms || (session.standing == Standing::enrolling && rested);
}

bool is_on_duty(const Session& session, std::int64_t now_ms) {
  return session.standing == Standing::full && !over(session, now_ms) && now_ms - session.seen_at < kIdle_ms;
}

}  // namespace

Sessions::Sessions(store::Writer& writer, const store::Keyring& keys) : writer_(writer), keys_(keys) {
  writer.run([this](store::Db& db) { load(db); });
}

void Sessions::load(store::Db& db) {
  for (const store::SessionRow& row : store::SessionRows(db, keys_).all()) {
    const auto op = store::Operators(db, keys_).find(row.name);
    const auto standing = standing_of(row.standing);
    if (!op || !op->intact || op->left_at != 0 || !standing) continue;
    by_key_[row.key] = {.key = row.key,
                        .name = row.name,
                        .roles = op->roles,
                        .standing = *standing,
                        .token = row.token,
                        .created_at = row.created_at,
                        .seen_at = row.seen_at,
                        .stepped_up_at = row.stepped_up_at,
                        .wrapped_seed = row.wrapped_seed,
                        .seed = std::nullopt};
  }
}

void Sessions::keep(const Session& session) {
  kept_at_[session.key] = session.seen_at;
  const store::SessionRow row{.key = session.key,
                              .name = session.name,
                              .standing = text_of(session.standing),
                              .token = session.token,
                              .created_at = session.created_at,
                              .seen_at = session.seen_at,
                              .stepped_up_at = session.stepped_up_at,
                              .wrapped_seed = session.wrapped_seed};
  writer_.submit([row, &keys = keys_](store::Db& db) { store::SessionRows(db, keys).put(row); }, nullptr);
}

Sessions::Place Sessions::forget(Place it) {
  kept_at_.erase(it->first);
  writer_.submit(
      [key = it->first, &keys = keys_, &writer = writer_](store::Db& db) {
        store::SessionRows(db, keys).remove(key);
        writer.erase_soon();
      },
      nullptr);
  return by_key_.erase(it);
}

void Sessions::lock(Session& session, Standing why) {
  session.standing = why;
  session.wrapped_seed.clear();
  keep(session);
  writer_.submit([&writer = writer_](store::Db&) { writer.erase_soon(); }, nullptr);
}

void Sessions::look_at(Place it, std::int64_t now_ms) {
  if (over(it->second, now_ms))
    forget(it);
  else if (it->second.standing == Standing::full && now_ms - it->second.seen_at >= kIdle_ms)
    lock(it->second, Standing::resting);
}

void Sessions::make_room(const std::string& name, std::int64_t now_ms) {
  std::size_t theirs = 0;
  auto oldest = by_key_.end();
  for (auto it = by_key_.begin(); it != by_key_.end();) {
    if (over(it->second, now_ms)) {
      it = forget(it);
      continue;
    }
    if (it->second.name == name) {
      ++theirs;
      if (oldest == by_key_.end() || it->second.seen_at < oldest->second.seen_at) oldest = it;
    }
    ++it;
  }
  if (theirs >= kMostPerOperator) forget(oldest);
}

std::string Sessions::start(const Session& like, std::int64_t now_ms) {
  const std::string secret = store::random_token();
  Session fresh = like;
  fresh.key = key_of(secret);
  fresh.token = store::random_token();
  fresh.seen_at = now_ms;
  if (fresh.created_at == 0) fresh.created_at = now_ms;
  fresh.wrapped_seed = like.seed ? store::wrap(wrapping_key(secret), like.seed->view(), fresh.key) : "";
  fresh.seed.reset();
  const std::lock_guard guard(mutex_);
  make_room(like.name, now_ms);
  for (auto& [key, other] : by_key_)
    if (fresh.standing == Standing::full && other.name == like.name && other.standing == Standing::full)
      lock(other, Standing::taken_over);
  by_key_[fresh.key] = fresh;
  keep(fresh);
  return secret;
}

std::optional<Session> Sessions::find(const std::string& secret, std::int64_t now_ms, Touch touch) {
  if (secret.empty()) return std::nullopt;
  const std::string key = key_of(secret);
  const std::lock_guard guard(mutex_);
  if (const auto it = by_key_.find(key); it != by_key_.end()) look_at(it, now_ms);
  const auto it = by_key_.find(key);
  if (it == by_key_.end()) return std::nullopt;
  if (touch == Touch::counts_as_activity && !it->second.locked()) {
    it->second.seen_at = now_ms;
    if (now_ms - kept_at_[key] >= kKeepEvery_ms) keep(it->second);
  }
  Session session = it->second;
  if (const auto seed = store::unwrap(wrapping_key(secret), session.wrapped_seed, session.key))
    session.seed = store::Secret(store::key32(*seed));
  return session;
}

void Sessions::end(const std::string& secret) {
  const std::lock_guard guard(mutex_);
  if (const auto it = by_key_.find(key_of(secret)); it != by_key_.end()) forget(it);
}

void Sessions::end_all(const std::string& name) {
  const std::lock_guard guard(mutex_);
  for (auto it = by_key_.begin(); it != by_key_.end();)
    it = it->second.name == name ? forget(it) : std::next(it);
}

void Sessions::alarm_known(const std::string& key, std::int64_t now_ms) {
  const std::lock_guard guard(mutex_);
  if (const auto it = by_key_.find(key); it != by_key_.end()) it->second.alarm_known_at = now_ms;
}

std::optional<Standing> Sessions::standing(const std::string& key, std::int64_t now_ms) {
  const std::lock_guard guard(mutex_);
  if (const auto it = by_key_.find(key); it != by_key_.end()) look_at(it, now_ms);
  const auto it = by_key_.find(key);
  return it == by_key_.end() ? std::nullopt : std::optional(it->second.standing);
}

void Sessions::sweep(std::int64_t now_ms) {
  const std::lock_guard guard(mutex_);
  for (auto it = by_key_.begin(); it != by_key_.end();) look_at(it++, now_ms);
}

std::size_t Sessions::count(const std::string& name, std::int64_t now_ms) const {
  const std::lock_guard guard(mutex_);
  std::size_t theirs = 0;
  for (const auto& [key, session] : by_key_) theirs += session.name == name && !over(session, now_ms) ? 1 : 0;
  return theirs;
}

std::set<std::string> Sessions::on_duty(Roles roles, std::int64_t now_ms) const {
  const std::lock_guard guard(mutex_);
  std::set<std::string> names;
  for (const auto& [key, session] : by_key_)
    if (session.roles.any_of(roles) && is_on_duty(session, now_ms)) names.insert(session.name);
  return names;
}

}  // namespace careline::console
