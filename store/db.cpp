// One SQLite connection and its switches (the reasons stand in README's map: one writer, WAL, FULL).
#include "store/db.h"

#include <sqlite3.h>

namespace careline::store {

Query& Query::bind(const char* name, std::int64_t value) {
  statement_.bind(name, value);
  return *this;
}
Query& Query::bind(const char* name, const std::string& text) {
  statement_.bind(name, text);
  return *this;
}
Query& Query::bind_blob(const char* name, std::string_view bytes) {
  statement_.bind(name, bytes.data(), static_cast<int>(bytes.size()));
  return *this;
}
Query& Query::bind_null(const char* name) {
  statement_.bind(name);
  return *this;
}
int Query::run() {
  while (statement_.executeStep()) {
  }
  return statement_.getChanges();
}

Db::Db(const std::filesystem::path& file, Access access)
    : db_(file.string(),
          access == Access::read ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE,
          5000) {
  sqlite3_db_config(db_.getHandle(), SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(db_.getHandle(), SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  sqlite3_db_config(db_.getHandle(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  if (access == Access::write) {
    db_.exec("PRAGMA journal_mode=WAL");
    db_.exec("PRAGMA synchronous=FULL");
    db_.exec("PRAGMA secure_delete=ON");
    db_.exec("PRAGMA journal_size_limit=67108864");
  } else if (access == Access::read) {
    db_.exec("PRAGMA query_only=ON");
  } else {
    db_.exec("PRAGMA journal_mode=MEMORY");
    db_.exec("PRAGMA synchronous=OFF");
  }
  // Debian's SQLite 3.40.1 has the WAL-reset bug, which needs two checkpointers: only the writer checkpoints.
  db_.exec("PRAGMA wal_autocheckpoint=0");
  db_.exec(access == Access::scratch ? "PRAGMA foreign_keys=OFF" : "PRAGMA foreign_keys=ON");
  db_.exec("PRAGMA trusted_schema=OFF");
  db_.exec("PRAGMA temp_store=MEMORY");
  db_.exec("PRAGMA mmap_size=0");
  db_.exec("PRAGMA cell_size_check=ON");
  db_.exec("PRAGMA cache_size=-4096");
}

Query Db::query(const char* sql) {
  auto& statement = statements_[sql];
  if (!statement) statement = std::make_unique<SQLite::Statement>(db_, sql);
  return Query(*statement);
}

}  // namespace careline::store
