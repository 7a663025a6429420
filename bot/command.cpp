// What all commands of the program share.
#include "bot/command.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <ctime>
#include <iostream>

#include "config/passwords.h"

namespace careline {

int say_error(int code, const std::string& text) {
  std::cerr << "careline: " << text << "\n";
  return code;
}

int not_initialised(const std::filesystem::path& config, const std::string& what) {
  return say_error(kUsage, what + ": run `careline init --config " + config.string() + "` first");
}

std::string typed_password(const std::string& name) {
  std::string password;
  std::getline(std::cin, password);
  if (!password.empty() && password.back() == '\r') password.pop_back();
  const auto fault = config::password_fault(password, name);
  if (fault == config::PasswordFault::length)
    throw config::ConfigError("the password on standard input must be one line of 12 to 128 characters");
  if (fault)
    throw config::ConfigError("that password is one of those that everybody tries first; choose another");
  return password;
}

std::int64_t wall_clock_ms() { return static_cast<std::int64_t>(std::time(nullptr)) * 1000; }

void keep_memory_private() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  ::umask(0077);
}

}  // namespace careline
