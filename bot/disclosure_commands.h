// Opening a lawful disclosure where it arrived: needs neither settings nor a store.
#pragma once
#include <filesystem>

namespace careline {

// Writes what `file` holds into `out`, a new file of its owner's. Returns the program's exit code.
int run_disclosure_open(const std::filesystem::path& file, const std::filesystem::path& key,
                        const std::filesystem::path& out);

}  // namespace careline
