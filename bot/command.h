// What all commands of the program share: exit codes, how troubles are said, a private process.
#pragma once
#include <cstdint>
#include <exception>
#include <filesystem>
#include <string>

#include "config/config_error.h"

namespace careline {

inline constexpr int kOk = 0, kFailed = 1, kUsage = 2;

// Says it on standard error and returns the code.
int say_error(int code, const std::string& text);
// kUsage, with the advice to run init.
int not_initialised(const std::filesystem::path& config, const std::string& what);
// One line of standard input, for an operator's account. Throws config::ConfigError if it may not be a
// password.
std::string typed_password(const std::string& name);
// UTC in ms, to the second.
std::int64_t wall_clock_ms();
// No core file, and new files are ours alone.
void keep_memory_private();

// Every command speaks of its troubles in the same two ways.
template <class Command>
int guarded(const Command& command) {
  try {
    return command();
  } catch (const config::ConfigError& error) {
    return say_error(kUsage, error.what());
  } catch (const std::exception& error) {
    return say_error(kFailed, error.what());
  }
}

}  // namespace careline
