// What a thief finds of rows that were erased: bytes noted beforehand, looked for in every file of a folder.
#pragma once
#include <chrono>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <unordered_set>

#include "store/db.h"

namespace careline::tests {

class Remains {
 public:
  // Every column of what this SELECT gives; blobs shorter than 16 bytes say too little and are left out.
  void note(const std::filesystem::path& database, const std::string& select) {
    store::Db db(database, store::Db::Access::read);
    SQLite::Statement rows(db.raw(), select);
    while (rows.executeStep())
      for (int column = 0; column < rows.getColumnCount(); ++column) note(rows.getColumn(column).getString());
  }
  void note(const std::string& bytes) {
    if (bytes.size() < 2 * kPiece) return;
    for (std::size_t at = 0; at + kPiece <= bytes.size(); at += kPiece)
      pieces_.insert(piece(bytes.data() + at));
  }
  std::size_t noted() const { return pieces_.size(); }

  // How many of the noted pieces stand in the files, at any place.
  std::size_t in(const std::filesystem::path& folder) const {
    std::unordered_set<std::uint64_t> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(file), {}};
      for (std::size_t at = 0; at + kPiece <= bytes.size(); ++at)
        if (const auto it = pieces_.find(piece(bytes.data() + at)); it != pieces_.end()) found.insert(*it);
    }
    return found.size();
  }
  // The same, looked at again until nothing is found or the seconds are over.
  std::size_t after(const std::filesystem::path& folder, int seconds) const {
    for (int tenths = 10 * seconds; tenths > 0 && in(folder) > 0; --tenths)
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    return in(folder);
  }

 private:
  static constexpr std::size_t kPiece = sizeof(std::uint64_t);  // sealed bytes are random: eight are enough
  static std::uint64_t piece(const char* at) {
    std::uint64_t out = 0;
    std::memcpy(&out, at, kPiece);
    return out;
  }
  std::unordered_set<std::uint64_t> pieces_;
};

}  // namespace careline::tests
