// Encrypted backups of a database that may be in use.
//
// A backup is two files of one snapshot, careline-YYYYMMDD-HHMMSS.content.clb and ….keys.clb (UTC). The keys
// file holds the tables that open content, the content file all others except what is soon erased anyway
// (kLeftOut in backup.cpp). Content files may be kept as long as wanted; keys files over 30 days are deleted
// by every backup. A key that is destroyed today thus opens nothing in any backup after 30 days: an old
// content file is restored with a newer keys file only. Copies that were carried elsewhere follow the same
// rule by hand. root.key is in neither.
#pragma once
#include <cstdint>
#include <filesystem>
#include <vector>

#include "store/backup_file.h"
#include "store/db.h"

namespace careline::store {

struct BackupOrder {
  std::filesystem::path database;   // temporary files lie in its folder
  std::filesystem::path directory;  // is there, and belongs to this installation alone
  BackupRecipient recipient;
  std::int64_t now_ms = 0;
};
struct BackupMade {
  std::filesystem::path content, keys;
  std::int64_t rows = 0;
  std::vector<std::filesystem::path> deleted;  // old keys files
};

// Throws std::exception and leaves nothing behind then. A process killed meanwhile leaves at most a keys file
// that is whole, and temporary files that the next backup removes. While the snapshot is taken no erased row
// leaves the WAL; that takes about a second for each 100 MB.
BackupMade make_backup(const BackupOrder& order, const Keyring& keys, const Progress& progress);

// The tables of a database with their numbers of rows.
std::map<std::string, std::int64_t> rows_by_table(Db& db);

// Whether the database is whole. Throws std::runtime_error that names `what` if it is not.
void require_whole(Db& db, const char* pragma, const std::string& what);

}  // namespace careline::store
