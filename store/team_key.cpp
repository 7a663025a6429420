// The recovery key of the whole team.
#include "store/team_key.h"

#include <algorithm>

#include "store/marks.h"

namespace careline::store {
namespace {

std::string what_is_vouched_for(const Key32& public_key) {
  return fields({"careline team key 1", view(public_key)});
}

std::string grant_mark(const Keyring& keys, const ThreadId& thread, std::int64_t epoch, const Key32& team,
                       const std::string& sealed) {
  return mark_of(keys, "recovery_grants", {thread.view(), std::to_string(epoch), view(team), sealed});
}

}  // namespace

std::string TeamKeys::mark(const TeamKey& key) const {
  return mark_of(keys_, "recovery_keys",
                 {view(key.public_key), std::to_string(key.made_at), key.vouched_by, key.voucher});
}

void TeamKeys::add(const Key32& public_key, std::int64_t now_ms) {
  const auto before = newest_first();  // whatever the clock says, this one is newer
  const std::int64_t at = before.empty() ? now_ms : std::max(now_ms, before.front().made_at + 1);
  const TeamKey key{public_key, at, "", ""};
  db_.query(R"sql(
    INSERT INTO recovery_keys (public_key, made_at, vouched_by, voucher, mark)
    VALUES (:key, :at, '', x'', :mark))sql")
      .bind_blob(":key", view(public_key))
      .bind(":at", at)
      .bind_blob(":mark", mark(key))
      .run();
}

std::vector<TeamKey> TeamKeys::newest_first() {
  auto q = db_.query(R"sql(
    SELECT public_key, made_at, vouched_by, voucher, mark FROM recovery_keys
    ORDER BY made_at DESC, public_key)sql");
  std::vector<TeamKey> found;
  while (q.step()) {
    if (q.text(0).size() != Key32{}.size()) continue;
    const TeamKey key{key32(q.text(0)), q.integer(1), q.text(2), q.text(3)};
    if (q.text(4) == mark(key)) found.push_back(key);
  }
  return found;
}

std::optional<TeamKey> TeamKeys::waiting() {
  const auto found = newest_first();
  return found.empty() || !found.front().vouched_by.empty() ? std::nullopt : std::optional(found.front());
}

std::optional<TeamKey> TeamKeys::in_force() {
  for (const TeamKey& key : newest_first())
    if (!key.vouched_by.empty() &&
        Operators(db_, keys_)
            .signed_by_reader(key.vouched_by, what_is_vouched_for(key.public_key), key.voucher))
      return key;
  return std::nullopt;
}

bool TeamKeys::vouch(const Reader& by, const Key32& public_key) {
  Operators operators(db_, keys_);
  const auto lead = operators.find(by.name);
  auto key = waiting();
  if (!key || key->public_key != public_key || !lead || !lead->roles.any_of(Role::lead) ||
      !operators.reads(*lead) || lead->public_key != public_key_of(by.seed))
    return false;
  key->vouched_by = by.name;
  key->voucher = sign(by.seed, what_is_vouched_for(public_key));
  db_.query(
         "UPDATE recovery_keys SET vouched_by = :by, voucher = :voucher, mark = :mark WHERE public_key = "
         ":key")
      .bind(":by", key->vouched_by)
      .bind_blob(":voucher", key->voucher)
      .bind_blob(":mark", mark(*key))
      .bind_blob(":key", view(public_key))
      .run();
  return true;
}

void TeamKeys::give(const ThreadId& thread, std::int64_t epoch, const Secret& key) {
  const auto team = in_force();
  if (!team) return;
  const std::string sealed = seal_grant(team->public_key, {thread, epoch, kTeam}, key);
  db_.query(R"sql(
    INSERT OR REPLACE INTO recovery_grants (thread, epoch, public_key, sealed_key, mark)
    VALUES (:thread, :epoch, :team, :key, :mark))sql")
      .bind(":thread", thread)
      .bind(":epoch", epoch)
      .bind_blob(":team", view(team->public_key))
      .bind_blob(":key", sealed)
      .bind_blob(":mark", grant_mark(keys_, thread, epoch, team->public_key, sealed))
      .run();
}

bool TeamKeys::share(const ThreadId& thread, const Reader& from) {
  const auto before = grants(thread);
  bool news = false;
  for (const auto& [epoch, key] : Grants(db_, keys_).open(thread, from)) {
    if (before.contains(epoch)) continue;
    give(thread, epoch, key);
    news = true;
  }
  return news;
}

std::map<std::int64_t, std::string> TeamKeys::grants(const ThreadId& thread) {
  std::map<std::int64_t, std::string> found;
  const auto team = in_force();
  if (!team) return found;
  auto q = db_.query(
      "SELECT epoch, sealed_key, mark FROM recovery_grants WHERE thread = :thread AND public_key = :team");
  q.bind(":thread", thread).bind_blob(":team", view(team->public_key));
  while (q.step())
    if (q.text(2) == grant_mark(keys_, thread, q.integer(0), team->public_key, q.text(1)))
      found.emplace(q.integer(0), q.text(1));
  return found;
}

bool TeamKeys::opens(const Thread& thread) {
  return static_cast<std::int64_t>(grants(thread.id).size()) == thread.epoch;
}

}  // namespace careline::store
