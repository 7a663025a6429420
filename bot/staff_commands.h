// What `careline operator reset|reset-factor` and `careline recovery` ask of the store, carried out by the
// service while it runs, else by the command itself.
#pragma once
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "bot/flow/staff_desk.h"
#include "config/settings.h"

namespace careline {

// {"staff": what is to be done, …} in, one line out: "ok", "refused", or what the command prints.
// `signed_out` hears who must be signed out everywhere.
std::string carry_out_staff(flow::StaffDesk& desk, const nlohmann::json& request,
                            const std::function<void(const std::string& name)>& signed_out);

// The answer to such a request, from whoever may write to this store; "failed" if the service did not answer.
std::string ask_for_staff(const config::Settings& settings, const nlohmann::json& request);

// Reads the new password, one line, from standard input.
int run_operator_reset(const std::filesystem::path& config, const std::string& name);
int run_operator_reset_factor(const std::filesystem::path& config, const std::string& name);

}  // namespace careline
