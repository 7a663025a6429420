// Encrypted backups of a database that may be in use.
#include "store/backup.h"

#include <algorithm>
#include <iterator>
#include <regex>
#include <stdexcept>

#include "store/disk.h"
#include "store/migrate.h"
#include "store/utc.h"

namespace careline::store {
namespace {
namespace fs = std::filesystem;

// What opens content: goes into the keys file. Every table that holds keys or grants belongs here.
constexpr const char* kKeyTables[] = {"operators",   "grants",        "second_factors",
                                      "former_keys", "recovery_keys", "recovery_grants"};
// Working data, erased once used, and the sums over all rows, which a part of them does not give: goes into
// no backup.
constexpr const char* kLeftOut[] = {"inbox",        "outbox",      "seen",  "unsent",          "sessions",
                                    "reply_drafts", "activations", "guard", "disclosure_files"};

constexpr int kAnswersWait = 4;  // the schema that brought them

constexpr std::int64_t kKeysLive_ms = std::int64_t{30} * 24 * 3600 * 1000;

bool has_table(Db& db, const std::string& schema, const std::string& name) {
  SQLite::Statement q(db.raw(),
                      "SELECT 1 FROM " + schema + ".sqlite_schema WHERE type = 'table' AND name = :name");
  q.bind(":name", name);
  return q.executeStep();
}

void vacuum_into(Db& db, const fs::path& file) {
  NewFile private_from_its_first_byte(file);
  private_from_its_first_byte.keep();
  SQLite::Statement q(db.raw(), "VACUUM INTO :file");
  q.bind(":file", file.string());
  q.exec();
}

void take_snapshot(const fs::path& database, const fs::path& snapshot) {
  Db live(database, Db::Access::read);
  if (schema_of(live) > newest_schema())
    throw std::runtime_error("the database is newer than this program: install the newer program again");
  live.exec("PRAGMA query_only=OFF");  // VACUUM INTO asks for it; the file stays open for reading only
  vacuum_into(live, snapshot);
}

// A table is made from its own words and keeps the order of its columns, so that whole rows can be copied.
void copy_key_tables(const fs::path& snapshot, const fs::path& keys_file) {
  NewFile(keys_file).keep();
  Db keys(keys_file, Db::Access::scratch);
  SQLite::Statement attach(keys.raw(), "ATTACH :file AS snapshot");
  attach.bind(":file", snapshot.string());
  attach.exec();
  for (const std::string table : kKeyTables) {
    if (!has_table(keys, "snapshot", table)) continue;
    SQLite::Statement words(keys.raw(),
                            "SELECT sql FROM snapshot.sqlite_schema WHERE type = 'table' AND name = :name");
    words.bind(":name", table);
    words.executeStep();
    keys.raw().exec(words.getColumn(0).getString());
    keys.raw().exec("INSERT INTO main." + table + " SELECT * FROM snapshot." + table);
  }
  keys.raw().exec("PRAGMA user_version = " +
                  keys.raw().execAndGet("PRAGMA snapshot.user_version").getString());
}

// Rows that were deleted would still stand in the file: it is written anew without them.
void strip(const fs::path& snapshot, const fs::path& content_file) {
  Db content(snapshot, Db::Access::scratch);
  const auto empty = [&](const std::string& table) {
    if (has_table(content, "main", table)) content.raw().exec("DELETE FROM " + table);
  };
  std::for_each(std::begin(kKeyTables), std::end(kKeyTables), empty);
  std::for_each(std::begin(kLeftOut), std::end(kLeftOut), empty);
  content.exec("UPDATE people SET sealed_state = NULL, state_day = 0");
  // An answer that waits to be fetched in a case opens with root.key alone, whatever becomes of the thread's
  // key.
  if (schema_of(content) >= kAnswersWait)
    content.exec(R"sql(
      UPDATE messages SET sealed_answer = NULL
      WHERE thread IN (SELECT id FROM threads WHERE receipt_box IS NULL))sql");
  vacuum_into(content, content_file);
}

BackupHeader describe(const fs::path& file, BackupHeader::Kind kind) {
  Db db(file, Db::Access::scratch);
  require_whole(db, "PRAGMA quick_check", "the database");
  return {.kind = kind, .schema = schema_of(db), .rows = rows_by_table(db)};
}

// UTC, so that names sort by time.
std::string stamp(std::int64_t ms) { return utc_text(ms, "careline-%Y%m%d-%H%M%S"); }

std::vector<fs::path> files_like(const fs::path& directory, const char* pattern) {
  const std::regex wanted(pattern);
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(directory))
    if (std::regex_match(entry.path().filename().string(), wanted)) found.push_back(entry.path());
  return found;
}

// Done after a new keys file is in place: the newest is never deleted, whatever the clock says.
std::vector<fs::path> delete_old_keys(const BackupOrder& order) {
  const std::string oldest = stamp(order.now_ms - kKeysLive_ms);
  auto old = files_like(order.directory, R"(careline-\d{8}-\d{6}\.keys\.clb)");
  std::erase_if(
      old, [&](const fs::path& file) { return file.filename().string().substr(0, oldest.size()) >= oldest; });
  for (const auto& file : old) fs::remove(file);
  sync_path(order.directory);
  return old;
}

void require_places(const BackupOrder& order) {
  if (!fs::is_directory(order.directory))
    throw std::runtime_error("the backup directory " + order.directory.string() +
                             " is not there: make it, or mount its disk");
  const auto size = fs::file_size(order.database);
  require_space(order.database.parent_path(), 3 * size);  // two copies, and the WAL's share
  require_space(order.directory, size);
}

// An encrypted file takes its name only once it is whole.
class Part {
 public:
  explicit Part(fs::path place) : place_(std::move(place)), part_(place_.string() + ".part") {}
  ~Part() {
    std::error_code ignored;
    fs::remove(part_, ignored);
  }
  Part(const Part&) = delete;
  Part& operator=(const Part&) = delete;

  const fs::path& file() const { return part_; }
  void finish() const { put_in_place(part_, place_); }

 private:
  fs::path place_, part_;
};

}  // namespace

std::map<std::string, std::int64_t> rows_by_table(Db& db) {
  std::vector<std::string> tables;
  SQLite::Statement q(
      db.raw(),
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'");
  while (q.executeStep()) tables.push_back(q.getColumn(0).getString());
  std::map<std::string, std::int64_t> rows;
  for (const auto& table : tables)
    rows[table] = db.raw().execAndGet("SELECT count(*) FROM " + table).getInt64();
  return rows;
}

void require_whole(Db& db, const char* pragma, const std::string& what) {
  if (db.raw().execAndGet(pragma).getString() != "ok") throw std::runtime_error(what + " is damaged");
}

BackupMade make_backup(const BackupOrder& order, const Keyring& keys, const Progress& progress) {
  const auto work = WorkFolder::take(order.database.parent_path());
  if (!work) throw std::runtime_error("another backup is being made");
  require_places(order);
  for (const auto& left : files_like(order.directory, R"(careline-.*\.clb\.part)")) fs::remove(left);

  const fs::path snapshot = work->path() / "snapshot.db", content_db = work->path() / "content.db",
                 keys_db = work->path() / "keys.db";
  progress("snapshot", 0, 1);
  take_snapshot(order.database, snapshot);
  copy_key_tables(snapshot, keys_db);
  strip(snapshot, content_db);
  fs::remove(snapshot);
  progress("snapshot", 1, 1);

  BackupHeader content = describe(content_db, BackupHeader::Kind::content);
  BackupHeader of_keys = describe(keys_db, BackupHeader::Kind::keys);
  content.snapshot = of_keys.snapshot = random_id<SnapshotId>();
  content.made_at = of_keys.made_at = order.now_ms;

  const fs::path name = order.directory / stamp(order.now_ms);
  BackupMade made{name.string() + ".content.clb", name.string() + ".keys.clb"};
  const Part content_part(made.content), keys_part(made.keys);
  write_backup_file(keys_db, of_keys, order.recipient, keys, keys_part.file(), progress);
  write_backup_file(content_db, content, order.recipient, keys, content_part.file(), progress);
  keys_part.finish();  // first: without its content it is still a keys file for older content
  content_part.finish();
  made.deleted = delete_old_keys(order);
  for (const auto* header : {&content, &of_keys})
    for (const auto& [table, rows] : header->rows) made.rows += rows;
  return made;
}

}  // namespace careline::store
