// The commands backup-key, backup and restore.
#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "config/settings.h"
#include "store/backup_key.h"

namespace CLI {
class App;
}

namespace careline {

// The recipient in the settings; nullopt without one. Throws ConfigError that points to a typing error.
std::optional<store::BackupRecipient> backup_recipient(const config::Settings& settings);

// The private half out of its file. Throws std::runtime_error that names the file.
store::BackupKey key_from(const std::filesystem::path& file);

// Makes a key pair: the private half into a file that was not there, the public half onto standard output.
int run_backup_key(const std::filesystem::path& out);
// Into `to`, or the directory of the settings if it is empty. Works beside a running service.
int run_backup(const std::filesystem::path& config, const std::filesystem::path& to);
struct BackupToRestore {
  std::filesystem::path key, content, keys;
};
int run_restore(const std::filesystem::path& config, const BackupToRestore& backup);

// The three on the command line. Lives as long as the parser.
class BackupCommands {
 public:
  explicit BackupCommands(CLI::App& app);
  BackupCommands(const BackupCommands&) = delete;
  BackupCommands& operator=(const BackupCommands&) = delete;
  // The exit code, if one of them was asked for.
  std::optional<int> run() const;

 private:
  std::string config_, out_, to_, key_, content_, keys_;
  CLI::App *make_key_, *backup_, *restore_;
};

}  // namespace careline
