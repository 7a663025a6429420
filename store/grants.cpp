// Who may read which thread.
#include "store/grants.h"

#include <algorithm>

#include "store/marks.h"

namespace careline::store {
namespace {

constexpr std::size_t kKey = Key32{}.size();

// A sealed box does not know its place, so the place stands inside it, behind the key.
std::string inner(const ThreadId& thread, std::int64_t epoch, const std::string& name, const Secret& key) {
  return std::string(key.view()) + fields({thread.view(), std::to_string(epoch), name});
}

std::optional<Secret> key_inside(const std::string& opened, const ThreadId& thread, std::int64_t epoch,
                                 const std::string& name) {
  if (opened.size() < kKey) return std::nullopt;
  const Secret key(key32(std::string_view(opened).substr(0, kKey)));
  if (opened != inner(thread, epoch, name, key)) return std::nullopt;
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
  put(thread, epoch, to.name, seal_to_operator(to.public_key, inner(thread, epoch, to.name, key)));
  return true;
}

void Grants::give_to_readers(const ThreadId& thread, std::int64_t epoch, const Secret& key,
                             const std::set<std::string>& except) {
  bool anybody = false;
  for (const Operator& op : Operators(db_, keys_).readers())
    if (!except.contains(op.name) && give(thread, epoch, key, op)) anybody = true;
  if (!anybody) put(thread, epoch, "", keys_.seal(Purpose::content, inner(thread, epoch, "", key), "waits"));
}

bool Grants::give_what_waited(const Operator& to) {
  std::vector<ThreadId> given;
  {
    auto q = db_.query("SELECT thread, epoch, sealed_key FROM grants WHERE operator = ''");
    while (q.step()) {
      const auto thread = q.id<ThreadId>(0);
      const auto opened = keys_.open(Purpose::content, q.text(2), "waits");
      const auto key = opened ? key_inside(*opened, thread, q.integer(1), "") : std::nullopt;
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
    const auto opened = open_as_operator(reader.seed, q.text(1));
    const auto key = opened ? key_inside(*opened, thread, epoch, reader.name) : std::nullopt;
    if (key) keys.emplace(epoch, *key);
  }
  return keys;
}

bool Grants::share(const ThreadId& thread, const Reader& from, const std::string& to) {
  const auto op = Operators(db_, keys_).find(to);
  const ThreadKeys keys = open(thread, from);
  if (!op || !op->may_read() || keys.empty()) return false;
  return std::ranges::all_of(keys, [&](const auto& k) { return give(thread, k.first, k.second, *op); });
}

}  // namespace careline::store
