// A database out of the two files of a backup, in a place where none is.
#pragma once
#include <cstdint>
#include <filesystem>

#include "store/backup.h"

namespace careline::store {

struct RestoreOrder {
  std::filesystem::path content, keys;  // the two files
  std::filesystem::path database;       // where to; its folder is there, and temporary files lie in it
};
struct Restored {
  std::int64_t rows = 0;
  std::int64_t content_at = 0, keys_at = 0;  // when the two were made, UTC epoch milliseconds
};

// The keys file is of the same snapshot or newer: keys that were destroyed since then stay destroyed. The
// database appears only after everything was verified, at the newest schema. Throws std::exception that says
// what is wrong and leaves nothing behind then.
Restored restore_backup(const RestoreOrder& order, const BackupKey& key, const Keyring& keys,
                        const Progress& progress);

}  // namespace careline::store
