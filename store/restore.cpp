// A database out of the two files of a backup.
#include "store/restore.h"

#include <stdexcept>

#include "store/disk.h"
#include "store/guard.h"
#include "store/migrate.h"
#include "store/people.h"

namespace careline::store {
namespace {
namespace fs = std::filesystem;

void require_places(const RestoreOrder& order) {
  for (const char* ending : {"", "-wal", "-shm", "-journal"})
    if (fs::exists(order.database.string() + ending))
      throw std::runtime_error(order.database.string() + ending +
                               " is already there: a backup is restored into an empty place only");
  for (const auto& file : {order.content, order.keys})
    if (!fs::is_regular_file(file)) throw std::runtime_error(file.string() + " is not there");
  require_space(order.database.parent_path(), 3 * (fs::file_size(order.content) + fs::file_size(order.keys)));
}

void require_pair(const BackupHeader& content, const BackupHeader& keys) {
  if (content.schema > newest_schema() || keys.schema > newest_schema())
    throw std::runtime_error("the backup is newer than this program: install the newer program first");
  if (keys.snapshot == content.snapshot) return;
  if (keys.made_at <= content.made_at || keys.schema < content.schema)
    throw std::runtime_error(
        "the keys file is older than the content file: take the one of the same name, or a newer one");
}

void require_rows(Db& db, const BackupHeader& header, const char* what) {
  require_whole(db, "PRAGMA integrity_check", what);
  if (schema_of(db) != header.schema || rows_by_table(db) != header.rows)
    throw std::runtime_error(std::string(what) + " is not what its header says");
}

// Rows that point to content which is not in this database, because the keys are newer.
void drop_orphans(Db& db, const std::string& table) {
  SQLite::Statement links(db.raw(),
                          R"sql(SELECT "from", "table", "to" FROM pragma_foreign_key_list(:table))sql");
  links.bind(":table", table);
  while (links.executeStep()) {
    const std::string from = links.getColumn(0).getString();
    db.raw().exec("DELETE FROM " + table + " WHERE " + from + " NOT IN (SELECT " +
                  links.getColumn(2).getString() + " FROM " + links.getColumn(1).getString() + ")");
  }
}

// The content is first brought to the schema of the keys, so that whole rows fit.
void bring_keys(Db& db, const Keyring& keyring, const fs::path& keys_file, const BackupHeader& header) {
  migrate(db, keyring, header.schema);
  SQLite::Statement attach(db.raw(), "ATTACH :file AS keys");
  attach.bind(":file", keys_file.string());
  attach.exec();
  for (const auto& [table, rows] : header.rows) {
    db.raw().exec("DELETE FROM main." + table);
    db.raw().exec("INSERT INTO main." + table + " SELECT * FROM keys." + table);
    drop_orphans(db, table);
  }
  db.exec("DETACH keys");
}

// The outbox stayed behind: nobody knows what became of what waited in it, and nothing will be sent. The same
// goes for answers in cases that were not fetched yet.
void settle_promises(Db& db) {
  db.exec(R"sql(
    UPDATE messages SET delivery = 'failed', failure = 'restored'
    WHERE delivery = 'waiting' OR (author = 'counsellor' AND fetched = 0 AND sealed_answer IS NULL))sql");
  db.exec("UPDATE posts SET refused = planned - accepted WHERE accepted + refused < planned");
}

void require_root_key(Db& db, const Keyring& keys) {
  auto q = db.query("SELECT person FROM people LIMIT 1");
  if (!q.step()) return;
  const auto person = People(db, keys).find(q.id<PersonId>(0));
  if (!person || person->line_id.empty())
    throw std::runtime_error("root.key does not open what is sealed in this backup");
}

// The one place where a restored database is verified as a whole before it appears, and made ready for its
// first writer: what else must hold over all tables, and what must be signed anew, belongs here.
void verify_restored(Db& db, const Keyring& keys) {
  migrate(db, keys);
  require_root_key(db, keys);
  settle_promises(db);
  require_whole(db, "PRAGMA integrity_check", "the restored database");
  if (db.query("PRAGMA foreign_key_check").step())
    throw std::runtime_error("the restored database has rows that point to nothing");
  start_guard(db, keys);  // what stayed behind on purpose must not look like somebody else's work
}

}  // namespace

Restored restore_backup(const RestoreOrder& order, const BackupKey& key, const Keyring& keys,
                        const Progress& progress) {
  require_places(order);
  const auto work = WorkFolder::take(order.database.parent_path());
  if (!work) throw std::runtime_error("another backup or restore is at work in this place");
  const fs::path database = work->path() / "restored.db", keys_db = work->path() / "keys.db";
  const auto content =
      read_backup_file(order.content, BackupHeader::Kind::content, key, keys, database, progress);
  const auto of_keys = read_backup_file(order.keys, BackupHeader::Kind::keys, key, keys, keys_db, progress);
  require_pair(content, of_keys);

  Restored restored{.content_at = content.made_at, .keys_at = of_keys.made_at};
  progress("verify", 0, 1);
  {
    Db from(keys_db, Db::Access::scratch);
    require_rows(from, of_keys, "the keys file");
  }
  {
    Db db(database, Db::Access::scratch);
    require_rows(db, content, "the content file");
    bring_keys(db, keys, keys_db, of_keys);
    for (const auto& [table, rows] : rows_by_table(db)) restored.rows += rows;
    verify_restored(db, keys);
  }
  sync_path(database);
  progress("verify", 1, 1);
  put_in_place(database, order.database);
  return restored;
}

}  // namespace careline::store
