// How every command speaks of its troubles, and with which exit codes.
#pragma once
#include <exception>
#include <filesystem>
#include <iostream>
#include <string>

#include "config/settings.h"

namespace careline {

inline constexpr int kOk = 0, kFailed = 1, kUsage = 2;

inline int say_error(int code, const std::string& text) {
  std::cerr << "careline: " << text << "\n";
  return code;
}

inline int not_initialised(const std::filesystem::path& config, const std::string& what) {
  return say_error(kUsage, what + ": run `careline init --config " + config.string() + "` first");
}

// Runs a command, which returns its exit code; what it throws is said in one line.
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
