// The settings of one installation: what may stand in the file, and which combinations are refused.
#include "config/settings.h"

#include <array>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "config/address.h"
#include "config/toml_reader.h"

namespace careline::config {
namespace {

std::filesystem::path path_from(const TomlTable& table, std::string_view key,
                                const std::filesystem::path& base) {
  auto path = (base / std::filesystem::path(table.text(key))).lexically_normal();
  return path.has_filename() ? path : path.parent_path();  // "var/careline/" and "var/careline" are one
}

ListenAddress listen_from(const TomlTable& table) {
  const auto checked = parse_listen_address(table.text("listen"));
  if (!checked.value) table.refuse("listen", "`listen` " + checked.problem);
  return *checked.value;
}

std::string url_from(const TomlTable& table, std::string_view key) {
  const auto checked = parse_base_url(table.text(key));
  if (!checked.value) table.refuse(key, backquoted(key) + " " + checked.problem);
  return *checked.value;
}

SecretSource secret_from(const TomlTable& line, std::string_view key, const char* variable,
                         const std::filesystem::path& base) {
  SecretSource source;
  source.place = line.place(key);
  if (line.has(key) || std::getenv(variable) == nullptr) source.file = path_from(line, key, base);
  return source;
}

TomlTable listener_table(const TomlTable& root, std::string_view name) {
  if (name == "webhook") return root.table(name, {"listen", "allow_public", "public_url"});
  if (name == "console") return root.table(name, {"listen", "allow_public"});
  return root.table(name, {"listen"});
}

template <typename Listener>
Listener listener_from(const TomlTable& table, std::string_view name) {
  const Listener listener{listen_from(table), table.flag("allow_public")};
  if (!is_loopback(listener.listen.host) && !listener.allow_public) {
    table.refuse("listen",
                 "`listen` is not a loopback address; put a proxy with TLS in front, or set "
                 "`allow_public = true` in [" +
                     std::string(name) + "]");
  }
  return listener;
}

OpsSettings ops_from(const TomlTable& root) {
  const TomlTable table = listener_table(root, "ops");
  const OpsSettings ops{listen_from(table)};
  if (!is_loopback(ops.listen.host)) {
    table.refuse("listen", "`listen` in [ops] must be a loopback address: figures are never public");
  }
  return ops;
}

BackupSettings backup_from(const TomlTable& root, const std::filesystem::path& base) {
  BackupSettings backup;
  const auto table = root.optional_table("backup", {"recipient", "directory"});
  if (!table) return backup;
  backup.recipient = table->optional_text("recipient").value_or("");
  backup.recipient_place = table->place("recipient");
  if (table->has("directory")) backup.directory = path_from(*table, "directory", base);
  return backup;
}

void refuse_shared_ports(const TomlTable& root, const Settings& settings) {
  const std::array<std::pair<const char*, ListenAddress>, 3> all = {{{"webhook", settings.webhook.listen},
                                                                     {"console", settings.console.listen},
                                                                     {"ops", settings.ops.listen}}};
  for (std::size_t later = 1; later < all.size(); ++later) {
    for (std::size_t first = 0; first < later; ++first) {
      if (!same_endpoint(all[first].second, all[later].second)) continue;
      listener_table(root, all[later].first)
          .refuse("listen", "`listen` is already taken by [" + std::string(all[first].first) + "]");
    }
  }
}

// Links are followed as far as the path exists; where it cannot be looked at, the written path has to do.
std::filesystem::path resolved(const std::filesystem::path& path) {
  std::error_code failed;
  const auto found = std::filesystem::weakly_canonical(path, failed);
  return failed || found.empty() ? path : found;
}

// A stolen copy of the store must not bring its key along.
void refuse_key_in_store(const TomlTable& keys, const Settings& settings) {
  const auto relative = resolved(settings.key_file).lexically_relative(resolved(settings.store_directory));
  const bool outside = !relative.empty() && *relative.begin() == "..";
  if (!outside) keys.refuse("file", "the key must lie outside store.directory");
}

void read_line(const TomlTable& line, const std::filesystem::path& base, Settings& settings) {
  settings.channel_secret = secret_from(line, "channel_secret_file", kChannelSecretVariable, base);
  settings.channel_access_token =
      secret_from(line, "channel_access_token_file", kChannelAccessTokenVariable, base);
  settings.api_base = url_from(line, "api_base");
  settings.data_api_base = url_from(line, "data_api_base");
  settings.max_requests_per_second = line.optional_whole("max_requests_per_second", 0, 100'000);
}

}  // namespace

Settings load_settings(const std::filesystem::path& file) {
  const TomlDocument document = read_toml(file);
  const TomlTable root(document,
                       {"programme", "store", "keys", "line", "webhook", "console", "ops", "backup"});
  Settings settings;
  settings.settings_file = std::filesystem::absolute(file).lexically_normal();
  const auto base = settings.settings_file.parent_path();
  settings.programme_file = path_from(root.table("programme", {"file"}), "file", base);
  settings.store_directory = path_from(root.table("store", {"directory"}), "directory", base);
  const TomlTable keys = root.table("keys", {"file"});
  settings.key_file = path_from(keys, "file", base);
  refuse_key_in_store(keys, settings);
  read_line(root.table("line", {"channel_secret_file", "channel_access_token_file", "api_base",
                                "data_api_base", "max_requests_per_second"}),
            base, settings);
  const TomlTable webhook = listener_table(root, "webhook");
  settings.webhook = listener_from<WebhookSettings>(webhook, "webhook");
  if (webhook.has("public_url")) settings.webhook.public_url = url_from(webhook, "public_url");
  settings.console = listener_from<ConsoleSettings>(listener_table(root, "console"), "console");
  settings.ops = ops_from(root);
  settings.backup = backup_from(root, base);
  refuse_shared_ports(root, settings);
  return settings;
}

bool is_real_line(const Settings& settings) {
  std::string host = host_of_url(settings.api_base);
  if (!host.empty() && host.back() == '.') host.pop_back();
  return host == "api.line.me";
}

}  // namespace careline::config
