// Who may read which thread.
#include "store/grants.h"

#include <algorithm>

#include "store/marks.h"
#include "store/team_key.h"

namespace careline::store {
namespace {

constexpr std::size_t kKey = Key32{}.size();

// A sealed box does not know its place, so the place stands inside it, behind the key.
std::string inner(const GrantPlace& place, const Secret& key) {
  return std::string(key.view()) + fields({place.thread.view(), std::to_string(place.epoch), place.holder});
}

std::optional<Secret> key_inside(const std::string& opened, const GrantPlace& place) {
  if (opened.size() < kKey) return std::nullopt;
  const Secret key(key32(std::string_view(opened).substr(0, kKey)));
  if (opened != inner(place, key)) return std::nullopt;
  return key;
}

std::string mark(const Keyring& keys, const ThreadId& thread, std::int64_t epoch, const std::string& name,
                 const std::string& sealed) {
  return mark_of(keys, "grants", {thread.view(), std::to_string(epoch), name, sealed});
}

std::string kept_out_mark(const Keyring& keys, const ThreadId& thread, const std::string& name) {
  return mark_of(keys, "kept_out", {thread.view(), name});
}

}  // namespace

std::string seal_grant(const Key32& public_key, const GrantPlace& place, const Secret& key) {
  return seal_to_operator(public_key, inner(place, key));
}

std::optional<Secret> open_grant(const Secret& seed, const GrantPlace& place, std::string_view sealed) {
  const auto opened = open_as_operator(seed, sealed);
  return opened ? key_inside(*opened, place) : std::nullopt;
}

// Sorted, so that their order tells nothing about the names.
std::string kept_out_marks(const Keyring& keys, const ThreadId& thread, const std::set<std::string>& names) {
  std::set<std::string> marks;
  for (const std::string& name : names) marks.insert(kept_out_mark(keys, thread, name));
  std::string all;
  for (const std::string& one : marks) all += one;
  return all;
}

bool Grants::keeps_out(const ThreadId& thread, const std::string& name) {
  auto q = db_.query("SELECT kept_out FROM threads WHERE id = :id");
  q.bind(":id", thread);
  if (!q.step()) return false;
  const std::string marks = q.text(0), theirs = kept_out_mark(keys_, thread, name);
  for (std::size_t at = 0; at < marks.size(); at += theirs.size())
    if (marks.compare(at, theirs.size(), theirs) == 0) return true;
  return false;
}

std::set<std::string> Grants::kept_out(const ThreadId& thread) {
  std::set<std::string> names;
  for (const Operator& op : Operators(db_, keys_).all())
    if (keeps_out(thread, op.name)) names.insert(op.name);
  return names;
}

void Grants::put(const ThreadId& thread, std::int64_t epoch, const std::string& name,
                 const std::string& sealed) {
  db_.query(R"sql(
    INSERT OR REPLACE INTO grants (thread, operator, epoch, sealed_key, mark)
    VALUES (:thread, :operator, :epoch, :key, :mark))sql")
      .bind(":thread", thread)
      .bind(":operator", name)
      .bind(":epoch", epoch)
      .bind_blob(":key", sealed)
      .bind_blob(":mark", mark(keys_, thread, epoch, name, sealed))
      .run();
}

bool Grants::give(const ThreadId& thread, std::int64_t epoch, const Secret& key, const Operator& to) {
  if (keeps_out(thread, to.name)) return false;
  put(thread, epoch, to.name, seal_grant(to.public_key, {thread, epoch, to.name}, key));
  return true;
}

void Grants::give_to_readers(const ThreadId& thread, std::int64_t epoch, const Secret& key,
                             const std::set<std::string>& except) {
  bool anybody = false;
  for (const Operator& op : Operators(db_, keys_).readers())
    if (!except.contains(op.name) && give(thread, epoch, key, op)) anybody = true;
  if (!anybody) let_wait(thread, epoch, key);
  TeamKeys(db_, keys_).give(thread, epoch, key);
}

void Grants::take_in(const GrantPlace& place, const std::string& sealed) {
  if (keeps_out(place.thread, place.holder)) return;
  auto q =
      db_.query("SELECT 1 FROM grants WHERE thread = :thread AND operator = :operator AND epoch = :epoch");
  q.bind(":thread", place.thread).bind(":operator", place.holder).bind(":epoch", place.epoch);
  if (!q.step()) put(place.thread, place.epoch, place.holder, sealed);
}

void Grants::let_wait(const ThreadId& thread, std::int64_t epoch, const Secret& key) {
  put(thread, epoch, "", keys_.seal(Purpose::content, inner({thread, epoch, ""}, key), "waits"));
}

bool Grants::give_what_waited(const Operator& to) {
  std::vector<ThreadId> given;
  {
    auto q = db_.query("SELECT thread, epoch, sealed_key FROM grants WHERE operator = ''");
    while (q.step()) {
      const auto thread = q.id<ThreadId>(0);
      const auto opened = keys_.open(Purpose::content, q.text(2), "waits");
      const auto key = opened ? key_inside(*opened, {thread, q.integer(1), ""}) : std::nullopt;
      if (key && give(thread, q.integer(1), *key, to)) given.push_back(thread);
    }
  }
  for (const ThreadId& thread : given)
    db_.query("DELETE FROM grants WHERE thread = :thread AND operator = ''").bind(":thread", thread).run();
  return !given.empty();
}

bool Grants::has(const ThreadId& thread, const std::string& name) {
  auto q = db_.query("SELECT 1 FROM grants WHERE thread = :thread AND operator = :operator LIMIT 1");
  q.bind(":thread", thread).bind(":operator", name);
  return q.step();
}

std::vector<ThreadId> Grants::threads_of(const std::string& name) {
  auto q = db_.query("SELECT DISTINCT thread FROM grants WHERE operator = :operator");
  q.bind(":operator", name);
  std::vector<ThreadId> threads;
  while (q.step()) threads.push_back(q.id<ThreadId>(0));
  return threads;
}

void Grants::take_all(const std::string& name) {
  db_.query("DELETE FROM grants WHERE operator = :operator").bind(":operator", name).run();
}

void Grants::reseal_all(const Operator& op, const Secret& old_seed) {
  std::map<ThreadId, ThreadKeys> open_before;
  for (const ThreadId& thread : threads_of(op.name)) open_before[thread] = open(thread, {op.name, old_seed});
  take_all(op.name);
  for (const auto& [thread, keys] : open_before)
    for (const auto& [epoch, key] : keys) give(thread, epoch, key, op);
}

std::set<std::string> Grants::holders(const ThreadId& thread) {
  auto q = db_.query("SELECT DISTINCT operator FROM grants WHERE thread = :thread AND operator <> ''");
  q.bind(":thread", thread);
  std::set<std::string> names;
  while (q.step()) names.insert(q.text(0));
  return names;
}

ThreadKeys Grants::open(const ThreadId& thread, const Reader& reader) {
  auto q =
      db_.query("SELECT epoch, sealed_key, mark FROM grants WHERE thread = :thread AND operator = :operator");
  q.bind(":thread", thread).bind(":operator", reader.name);
  ThreadKeys keys;
  while (q.step()) {
    const std::int64_t epoch = q.integer(0);
    if (q.text(2) != mark(keys_, thread, epoch, reader.name, q.text(1))) continue;
    const auto key = open_grant(reader.seed, {thread, epoch, reader.name}, q.text(1));
    if (key) keys.emplace(epoch, *key);
  }
  return keys;
}

bool Grants::share(const ThreadId& thread, const Reader& from, const std::string& to) {
  Operators operators(db_, keys_);
  const auto op = operators.find(to);
  const ThreadKeys keys = open(thread, from);
  if (!op || !operators.reads(*op) || keys.empty()) return false;
  return std::ranges::all_of(keys, [&](const auto& k) { return give(thread, k.first, k.second, *op); });
}

}  // namespace careline::store
