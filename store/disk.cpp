// Files written with care.
#include "store/disk.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace careline::store {
namespace {
namespace fs = std::filesystem;

constexpr std::uintmax_t kReserve = std::uintmax_t{64} << 20;

[[noreturn]] void throw_errno(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

std::string in_mebibytes(std::uintmax_t bytes) { return std::to_string((bytes >> 20) + 1) + " MiB"; }

}  // namespace

NewFile::NewFile(fs::path file)
    : file_(std::move(file)), fd_(::open(file_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) {
  if (fd_ < 0) fail("cannot be made");
}

NewFile::~NewFile() {
  if (fd_ < 0) return;
  ::close(fd_);
  ::unlink(file_.c_str());
}

void NewFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail("cannot be written");
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

void NewFile::keep() {
  if (::fsync(fd_) != 0) fail("cannot be written");
  ::close(std::exchange(fd_, -1));
}

void NewFile::fail(const char* what) const { throw_errno(file_.string() + " " + what); }

void sync_path(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) throw_errno(path.string() + " cannot be opened");
  const bool synced = ::fsync(fd) == 0;
  const int error = errno;
  ::close(fd);
  errno = error;
  if (!synced) throw_errno(path.string() + " cannot be written");
}

void put_in_place(const fs::path& file, const fs::path& place) {
  if (::renameat2(AT_FDCWD, file.c_str(), AT_FDCWD, place.c_str(), RENAME_NOREPLACE) != 0)
    throw_errno(place.string() + " cannot be put in place");
  sync_path(place.parent_path());
}

void require_space(const fs::path& folder, std::uintmax_t bytes) {
  const auto available = fs::space(folder).available;
  if (available >= bytes + kReserve) return;
  throw std::runtime_error("there is too little space in " + folder.string() + ": " +
                           in_mebibytes(bytes + kReserve) + " are needed, " + in_mebibytes(available) +
                           " are free");
}

std::optional<WorkFolder> WorkFolder::take(const fs::path& store_directory) {
  const auto lock_file = store_directory / "work.lock";
  const int lock = ::open(lock_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) throw_errno("the store directory cannot be written");
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    ::close(lock);
    return std::nullopt;
  }
  WorkFolder work(store_directory / "work", lock);
  fs::remove_all(work.path_);
  fs::create_directory(work.path_);
  fs::permissions(work.path_, fs::perms::owner_all);
  return work;
}

WorkFolder::WorkFolder(WorkFolder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

WorkFolder::~WorkFolder() {
  if (lock_ < 0) return;
  std::error_code ignored;
  fs::remove_all(path_, ignored);
  ::close(lock_);
}

}  // namespace careline::store
