// The commands backup-key, backup and restore.
#include "bot/backup_commands.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>

#include "bot/command.h"
#include "bot/place.h"
#include "store/backup.h"
#include "store/disk.h"
#include "store/restore.h"
#include "store/utc.h"

namespace careline {
namespace {
namespace fs = std::filesystem;

volatile std::sig_atomic_t g_interrupted = 0;

// Ctrl-C ends the work at its next step, so that it cleans up behind itself.
void end_by_signal() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, [](int) { g_interrupted = 1; });
}

// On a terminal: "content 43 %".
void show_progress(std::string_view what, std::uintmax_t done, std::uintmax_t of) {
  if (g_interrupted != 0) throw std::runtime_error("interrupted: nothing was changed");
  if (::isatty(STDERR_FILENO) == 0) return;
  std::cerr << "\r\033[K";
  if (done < of) std::cerr << what << " " << 100 * done / of << " %" << std::flush;
}

std::string utc(std::int64_t ms) { return store::utc_text(ms, "%Y-%m-%d %H:%M:%S UTC"); }

int no_recipient(const config::Settings& settings) {
  return say_error(kUsage, settings.settings_file.string() +
                               ": no backup key is configured: run `careline backup-key --out FILE` on "
                               "another machine and put the `recipient` that it prints into [backup]");
}

void tell(const store::BackupMade& made) {
  std::cout << "made " << made.content.string() << "\nmade " << made.keys.string() << "\n"
            << made.rows << " rows; nothing that still waited to be answered or sent\n";
  if (!made.deleted.empty())
    std::cout << "deleted " << made.deleted.size()
              << " keys files over 30 days old; delete their copies too\n";
  std::cout << "root.key is not in it: keep a copy of root.key somewhere else\n";
}

void tell(const store::Restored& restored) {
  if (restored.keys_at != restored.content_at)
    std::cerr << "careline: warning: the keys are of " << utc(restored.keys_at)
              << ", newer than the content: what was destroyed in between stays destroyed\n";
  std::cout
      << "restored " << restored.rows << " rows as of " << utc(restored.content_at) << "\n"
      << "answers that waited to be sent are marked as failed; now take the private key off this machine "
         "and run `careline doctor`\n";
}

}  // namespace

store::BackupKey key_from(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error(file.string() + " cannot be opened");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto key = store::BackupKey::parse(text);
  if (!key) throw std::runtime_error(file.string() + " is not the private half of a backup key");
  return *key;
}

std::optional<store::BackupRecipient> backup_recipient(const config::Settings& settings) {
  if (settings.backup.recipient.empty()) return std::nullopt;
  auto recipient = store::BackupRecipient::parse(settings.backup.recipient);
  if (!recipient)
    throw config::ConfigError(settings.backup.recipient_place +
                              ": `recipient` is not a backup key, or a character of it is wrong: copy the "
                              "line that `careline backup-key` printed");
  return recipient;
}

int run_backup_key(const fs::path& out) {
  return guarded([&] {
    keep_memory_private();
    const auto key = store::BackupKey::make();
    store::NewFile file(out);
    file.write(key.text() + "\n");
    file.keep();
    std::cout << "[backup]\nrecipient = \"" << key.recipient().text() << "\"\n";
    std::cerr
        << "made " << out.string()
        << ": the private half. Keep two copies off the service's machine, apart from root.key; without "
           "it no backup can be opened.\nThe lines on standard output belong into the settings.\n";
    return kOk;
  });
}

int run_backup(const fs::path& config, const fs::path& to) {
  return guarded([&] {
    keep_memory_private();
    end_by_signal();
    const auto settings = config::load_settings(config);
    const auto recipient = backup_recipient(settings);
    if (!recipient) return no_recipient(settings);
    const fs::path directory = to.empty() ? settings.backup.directory : fs::absolute(to);
    if (directory.empty())
      return say_error(kUsage, "where to? Give --to DIRECTORY, or `directory` in [backup]");
    if (const auto lacking = missing(settings)) return not_initialised(config, *lacking);
    const auto keys = open_keys(settings);
    tell(store::make_backup({database_file(settings), directory, *recipient, wall_clock_ms()}, keys,
                            show_progress));
    return kOk;
  });
}

int run_restore(const fs::path& config, const BackupToRestore& backup) {
  return guarded([&] {
    keep_memory_private();
    end_by_signal();
    const auto settings = config::load_settings(config);
    if (!fs::exists(settings.key_file))
      return say_error(kUsage,
                       settings.key_file.string() +
                           " is missing: put the copy of root.key back first; it is not in the backup");
    const auto key = key_from(backup.key);
    if (fs::create_directories(settings.store_directory))
      fs::permissions(settings.store_directory, fs::perms::owner_all);
    const auto lock = StoreLock::take(settings);
    if (!lock) return say_error(kFailed, "another careline uses this store");
    tell(store::restore_backup({backup.content, backup.keys, database_file(settings)}, key,
                               open_keys(settings), show_progress));
    return kOk;
  });
}

BackupCommands::BackupCommands(CLI::App& app)
    : make_key_(app.add_subcommand("backup-key", "make the key pair of backups; on another machine")),
      backup_(app.add_subcommand("backup", "write an encrypted backup, also while the service runs")),
      restore_(app.add_subcommand("restore", "make the database out of a backup, where none is")) {
  make_key_->add_option("--out", out_, "the private half, a new file")->required();
  for (CLI::App* command : {backup_, restore_})
    command->add_option("--config", config_, "the settings (TOML)")->required();
  backup_->add_option("--to", to_, "a directory; without it [backup] directory");
  restore_->add_option("--key", key_, "the private half of the backup key")->required();
  restore_->add_option("--content", content_, "the .content.clb file")->required();
  restore_->add_option("--keys", keys_, "the .keys.clb file of the same backup, or a newer one")->required();
}

std::optional<int> BackupCommands::run() const {
  if (make_key_->parsed()) return run_backup_key(out_);
  if (backup_->parsed()) return run_backup(config_, to_);
  if (restore_->parsed()) return run_restore(config_, {key_, content_, keys_});
  return std::nullopt;
}

}  // namespace careline
