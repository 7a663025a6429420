// One encrypted file of a backup.
//
// A sealed stream (store/sealed_stream.h, "CLBACKUP") of a page of header lines and the database in pieces of
// 64 KiB. The header lines hold a digest of the database and a mark under root.key: only this service makes a
// file that it takes back.
#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "store/backup_key.h"
#include "store/model/ids.h"
#include "store/seal.h"

namespace careline::store {

using SnapshotId = Id<struct SnapshotTag>;

struct BackupHeader {
  enum class Kind : unsigned char { content = 1, keys = 2 };
  Kind kind = Kind::content;
  SnapshotId snapshot;  // the same in both files of a backup
  int schema = 0;
  std::int64_t made_at = 0;                  // UTC epoch milliseconds
  std::map<std::string, std::int64_t> rows;  // by table
};

// Told how far a long work is, in bytes; what it throws ends the work.
using Progress = std::function<void(std::string_view what, std::uintmax_t done, std::uintmax_t of)>;

// Encrypts a database into a new file, synced. Throws std::exception and leaves no file then.
void write_backup_file(const std::filesystem::path& database, const BackupHeader& header,
                       const BackupRecipient& recipient, const Keyring& keys,
                       const std::filesystem::path& file, const Progress& progress);

// Decrypts a file into a new database file. Throws std::runtime_error that names the file and says what is
// wrong: not a backup, of the other kind, another key, cut short, damaged, another root.key.
BackupHeader read_backup_file(const std::filesystem::path& file, BackupHeader::Kind kind,
                              const BackupKey& key, const Keyring& keys,
                              const std::filesystem::path& database, const Progress& progress);

}  // namespace careline::store
