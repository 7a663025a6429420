// What all commands of the program share.
#include "bot/command.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <iostream>

namespace careline {

int say_error(int code, const std::string& text) {
  std::cerr << "careline: " << text << "\n";
  return code;
}

int not_initialised(const std::filesystem::path& config, const std::string& what) {
  return say_error(kUsage, what + ": run `careline init --config " + config.string() + "` first");
}

void keep_memory_private() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  ::umask(0077);
}

}  // namespace careline
