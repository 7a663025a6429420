// Keeps bytes that belong to no row out of the database file.
#include "store/scrub.h"

#include <sqlite3.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace careline::store {
namespace {

constexpr std::size_t kFileHeader = 100, kSmallestPage = 512, kLargestPage = 65'536;

// The numbers of the file format (sqlite.org/fileformat2.html, 1.6): big end first.
std::size_t number(const unsigned char* at) { return std::size_t{at[0]} << 8 | at[1]; }

bool interior(unsigned char kind) { return kind == 2 || kind == 5; }
bool leaf(unsigned char kind) { return kind == 10 || kind == 13; }

decltype(sqlite3_io_methods::xWrite) write_through = nullptr;

// An overflow or freelist page begins with the number of the next one, whose first byte is no b-tree page's
// kind below 128 GB. A piece that is no page (none is written in WAL mode) goes through as it is.
int write_scrubbed(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
  const auto* first = static_cast<const unsigned char*>(bytes);
  const auto length = static_cast<std::size_t>(size);
  if (length < kSmallestPage || at % size != 0) return write_through(file, bytes, size, at);
  static thread_local std::vector<unsigned char> page;
  page.assign(first, first + length);
  if (!scrub(page.data(), length, at == 0 ? kFileHeader : 0)) return write_through(file, bytes, size, at);
  return write_through(file, page.data(), size, at);
}

}  // namespace

bool scrub(unsigned char* page, std::size_t size, std::size_t head) {
  const unsigned char kind = page[head];
  if (!interior(kind) && !leaf(kind)) return false;
  const std::size_t cells = number(page + head + 3), start = number(page + head + 5);
  const std::size_t from = head + (leaf(kind) ? 8 : 12) + 2 * cells;
  const std::size_t to = start == 0 ? kLargestPage : start;
  if (from >= to || to > size) return false;
  const bool dirty = std::any_of(page + from, page + to, [](unsigned char byte) { return byte != 0; });
  std::fill(page + from, page + to, static_cast<unsigned char>(0));
  return dirty;
}

void scrub_pages_of(Db& db) {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(db.raw().getHandle(), "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&file));
  if (file == nullptr || file->pMethods == nullptr)
    throw std::runtime_error("SQLite shows no file to write to");
  static const sqlite3_io_methods* original = nullptr;
  static sqlite3_io_methods scrubbing{};
  if (original == nullptr) {
    original = file->pMethods;
    scrubbing = *original;
    write_through = original->xWrite;
    scrubbing.xWrite = write_scrubbed;
  }
  if (file->pMethods != original) throw std::logic_error("a file of another kind is scrubbed already");
  file->pMethods = &scrubbing;
}

}  // namespace careline::store
