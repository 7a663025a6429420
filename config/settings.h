// The settings of one installation (the TOML file that every command is given) and the two secrets of its
// channel.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/config_error.h"

namespace careline::config {

/// Where a listener binds. The host is an IP address without brackets, or "localhost"; port 0 is ephemeral.
struct ListenAddress {
  std::string host;
  std::uint16_t port = 0;
};

struct WebhookSettings {
  ListenAddress listen;
  bool allow_public = false;
  std::string public_url;  // as the internet reaches it, without /line/webhook; empty when not given
};

struct ConsoleSettings {
  ListenAddress listen;
  bool allow_public = false;
};

struct OpsSettings {
  ListenAddress listen;
};

/// Backups of the store. Both are optional; without a recipient none is made.
struct BackupSettings {
  std::string recipient;            // the public half of the backup key as text; empty without one
  std::string recipient_place;      // where it stands, as "file:line:column"
  std::filesystem::path directory;  // empty without one
};

/// Where a key stood in the file, as "file:line:column", for errors that are found only later.
struct SecretSource {
  std::filesystem::path file;  // empty when the environment stands in
  std::string place;
};

/// Everything the program is told at its start. Paths are absolute; base addresses end without a slash.
struct Settings {
  std::filesystem::path settings_file;
  std::filesystem::path programme_file;
  std::filesystem::path store_directory;
  std::filesystem::path key_file;
  SecretSource channel_secret;
  SecretSource channel_access_token;
  std::string api_base;
  std::string data_api_base;
  std::optional<int> max_requests_per_second;  // 0: no limit of our own; absent: the pace that LINE publishes
  WebhookSettings webhook;
  ConsoleSettings console;
  OpsSettings ops;
  BackupSettings backup;
};

/// What must never be shown, logged or put into an error.
struct Secrets {
  std::string channel_secret;
  std::string channel_access_token;
  std::vector<std::string> warnings;  // sentences for the operator, such as a file that others can read
};

inline constexpr const char* kChannelSecretVariable = "CARELINE_LINE_CHANNEL_SECRET";
inline constexpr const char* kChannelAccessTokenVariable = "CARELINE_LINE_CHANNEL_ACCESS_TOKEN";

/// Reads and checks a settings file; throws ConfigError. Opens no other file.
Settings load_settings(const std::filesystem::path& file);

/// Reads both secrets, from the environment first, white space around them removed; throws ConfigError.
Secrets load_secrets(const Settings& settings);

/// Whether messages would go to real people: the host of api_base is LINE's own.
bool is_real_line(const Settings& settings);

}  // namespace careline::config
