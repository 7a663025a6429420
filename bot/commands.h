// What each command of the program does; exit codes 0 ok, 1 failed, 2 usage or configuration.
#pragma once
#include <filesystem>
#include <string>

namespace careline {

// A demo is a demo from its first day on: an existing database does not become one.
int run_init(const std::filesystem::path& config, bool demo);
int run_serve(const std::filesystem::path& config, bool intake_only);
int run_check_config(const std::filesystem::path& config);
int run_doctor(const std::filesystem::path& config);
// Reads the password, one line of 12 to 128 characters, from standard input.
int run_operator_add(const std::filesystem::path& config, const std::string& name, const std::string& role);

// Prints six digits that sign in now, waiting for fresh ones at most half a minute. Only in a demo.
int run_operator_code(const std::filesystem::path& config, const std::string& name);

}  // namespace careline
