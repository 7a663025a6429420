// Owns every thread of a running Careline.
#pragma once
#include <memory>

#include "config/programme.h"
#include "config/settings.h"

namespace careline {

enum class Scope { everything, intake_only };  // intake only: webhooks are stored, no turns are taken

// Serves until SIGTERM or SIGINT; the signals must be blocked in every thread before. Returns 0. Throws
// std::exception when the store or a listener cannot be opened.
int serve(const config::Settings& settings, const config::Secrets& secrets,
          const config::Programme& programme, Scope scope);

}  // namespace careline
