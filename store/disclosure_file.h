// What is handed to somebody outside: one text, sealed to their key.
#pragma once
#include <istream>
#include <string>

#include "store/backup_key.h"

namespace careline::store {

std::string seal_disclosure(std::string_view text, const BackupRecipient& recipient);
// Throws std::runtime_error that names the file and says what is wrong.
std::string open_disclosure(std::istream& in, const BackupKey& key, const std::string& file);

}  // namespace careline::store
