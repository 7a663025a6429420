// The store on disk: one process at a time, made by init, reached by a socket while it is served.
#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "config/settings.h"
#include "store/seal.h"

namespace careline {

// Where things stand in the store directory.
std::filesystem::path database_file(const config::Settings& settings);
// passing.key: see store/seal.h. In the store directory, and in no backup.
std::filesystem::path passing_key_file(const config::Settings& settings);
// The keys of this store; makes passing.key where a restored store has none. Throws std::runtime_error.
store::Keyring open_keys(const config::Settings& settings);
// The same for whoever only looks: makes nothing.
store::Keyring read_keys(const config::Settings& settings);
std::filesystem::path socket_file(const config::Settings& settings);

// What init still has to make: nullopt when everything is there, else a sentence that says what is missing.
std::optional<std::string> missing(const config::Settings& settings);

// Held as long as it lives. Only its holder writes the database.
class StoreLock {
 public:
  // nullopt if another process holds it.
  static std::optional<StoreLock> take(const config::Settings& settings);
  ~StoreLock();
  StoreLock(StoreLock&& other) noexcept;
  StoreLock(const StoreLock&) = delete;
  StoreLock& operator=(const StoreLock&) = delete;
  StoreLock& operator=(StoreLock&&) = delete;

 private:
  explicit StoreLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace careline
