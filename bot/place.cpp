// The store on disk.
#include "bot/place.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace careline {

std::filesystem::path database_file(const config::Settings& s) { return s.store_directory / "careline.db"; }
std::filesystem::path passing_key_file(const config::Settings& s) {
  return s.store_directory / "passing.key";
}
store::Keyring open_keys(const config::Settings& s) {
  store::make_key_file(passing_key_file(s));
  return read_keys(s);
}
store::Keyring read_keys(const config::Settings& s) {
  return store::Keyring::load(s.key_file, passing_key_file(s));
}
std::filesystem::path socket_file(const config::Settings& s) { return s.store_directory / "control.sock"; }

std::optional<std::string> missing(const config::Settings& s) {
  std::error_code ignored;
  if (!std::filesystem::exists(s.key_file, ignored)) return "the key file is missing";
  if (!std::filesystem::exists(database_file(s), ignored)) return "the database is missing";
  return std::nullopt;
}

std::optional<StoreLock> StoreLock::take(const config::Settings& s) {
  const auto file = s.store_directory / "lock";
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    throw std::system_error(errno, std::generic_category(), "the store directory cannot be written");
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return StoreLock(fd);
  ::close(fd);
  return std::nullopt;
}

StoreLock::~StoreLock() {
  if (fd_ >= 0) ::close(fd_);
}
StoreLock::StoreLock(StoreLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

}  // namespace careline
