// The two secrets of a channel, from the environment or from files; no error ever shows a part of them.
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <string_view>

#include "config/settings.h"

namespace careline::config {
namespace {

constexpr std::size_t kLongestSecretBytes = 4096;

std::string trimmed(std::string_view text) {
  // An editor on Windows may put a byte order mark first; it is as invisible as white space.
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) text.remove_prefix(kByteOrderMark.size());
  const auto begin = text.find_first_not_of(" \t\r\n\v\f");
  if (begin == std::string_view::npos) return "";
  return std::string(text.substr(begin, text.find_last_not_of(" \t\r\n\v\f") - begin + 1));
}

// A secret goes into an HTTP header, where anything but visible ASCII would be an injection or a mistake.
std::string checked(std::string_view raw, const std::string& origin) {
  std::string secret = trimmed(raw);
  if (secret.empty()) throw ConfigError(origin + " is empty");
  if (secret.size() > kLongestSecretBytes) throw ConfigError(origin + " is longer than 4096 bytes");
  for (const char c : secret) {
    if (c <= ' ' || c > '~') throw ConfigError(origin + " must be one word of visible ASCII characters");
  }
  return secret;
}

std::string read_secret_file(const SecretSource& source, std::vector<std::string>& warnings) {
  const std::string origin = source.place + ": the file `" + source.file.string() + "`";
  struct stat status{};
  if (::stat(source.file.c_str(), &status) != 0)
    throw ConfigError(origin + " does not exist or cannot be reached");
  if (S_ISDIR(status.st_mode)) throw ConfigError(origin + " is a directory");
  std::ifstream in(source.file, std::ios::binary);
  if (!in) throw ConfigError(origin + " cannot be opened");
  std::string raw(2 * kLongestSecretBytes, '\0');
  in.read(raw.data(), static_cast<std::streamsize>(raw.size()));
  if (in.bad()) throw ConfigError(origin + " cannot be read");
  raw.resize(static_cast<std::size_t>(in.gcount()));
  if ((status.st_mode & S_IROTH) != 0)
    warnings.push_back(origin + " can be read by others; set its mode to 0600");
  return checked(raw, origin);
}

std::string secret_of(const SecretSource& source, const char* variable, std::vector<std::string>& warnings) {
  const char* value = std::getenv(variable);
  if (value != nullptr) return checked(value, source.place + ": the variable " + std::string(variable));
  if (source.file.empty()) {
    throw ConfigError(source.place + ": neither a file nor the variable " + std::string(variable) +
                      " is given");
  }
  return read_secret_file(source, warnings);
}

}  // namespace

Secrets load_secrets(const Settings& settings) {
  Secrets secrets;
  secrets.channel_secret = secret_of(settings.channel_secret, kChannelSecretVariable, secrets.warnings);
  secrets.channel_access_token =
      secret_of(settings.channel_access_token, kChannelAccessTokenVariable, secrets.warnings);
  return secrets;
}

}  // namespace careline::config
