// Files written with care: made anew and private, synced, and gone when the work fails.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace careline::store {

// A file (0600) that was not there before. Removed when it goes out of scope, unless it was kept. Throws
// std::system_error that names the file.
class NewFile {
 public:
  explicit NewFile(std::filesystem::path file);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void write(std::string_view bytes);
  // On the disk for good, under this name.
  void keep();

 private:
  [[noreturn]] void fail(const char* what) const;
  std::filesystem::path file_;
  int fd_;
};

// Waits until a file that was written, or the names in a folder, are on the disk. Throws std::system_error.
void sync_path(const std::filesystem::path& path);

// Moves a file to a place where nothing is yet, in one step, and syncs the folder. Throws std::system_error.
void put_in_place(const std::filesystem::path& file, const std::filesystem::path& place);

// Throws std::runtime_error unless so many bytes can be written into the folder and a reserve is left, with
// which a service on the same disk goes on.
void require_space(const std::filesystem::path& folder, std::uintmax_t bytes);

// A folder (0700) inside the store for what must never outlive the work. One process at a time has it.
class WorkFolder {
 public:
  // nullopt if another process has it. What a killed process left in it is removed first.
  static std::optional<WorkFolder> take(const std::filesystem::path& store_directory);
  ~WorkFolder();
  WorkFolder(WorkFolder&& other) noexcept;
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  WorkFolder& operator=(WorkFolder&&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  WorkFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::filesystem::path path_;
  int lock_;
};

}  // namespace careline::store
