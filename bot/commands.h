// What each command of the program does; exit codes 0 ok, 1 failed, 2 usage or configuration.
#pragma once
#include <filesystem>
#include <string>

namespace careline {

int run_init(const std::filesystem::path& config);
int run_serve(const std::filesystem::path& config, bool intake_only);
int run_check_config(const std::filesystem::path& config);
int run_doctor(const std::filesystem::path& config);
// Reads the password, one line of 12 to 128 characters, from standard input.
int run_operator_add(const std::filesystem::path& config, const std::string& name, const std::string& role);

}  // namespace careline
