// Opening a lawful disclosure where it arrived.
#include "bot/disclosure_commands.h"

#include <fstream>
#include <stdexcept>

#include "bot/backup_commands.h"
#include "bot/command.h"
#include "store/disclosure_file.h"
#include "store/disk.h"

namespace careline {

int run_disclosure_open(const std::filesystem::path& file, const std::filesystem::path& key,
                        const std::filesystem::path& out) {
  return guarded([&] {
    keep_memory_private();
    std::ifstream in(file, std::ios::binary);
    if (!in) throw std::runtime_error(file.string() + " cannot be opened");
    const std::string text = store::open_disclosure(in, key_from(key), file.string());
    store::NewFile written(out);
    written.write(text);
    written.keep();
    return kOk;
  });
}

}  // namespace careline
