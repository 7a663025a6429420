// The scripts, styles and pictures that the binary carries, under names that change with their content.
#pragma once
#include <string>
#include <string_view>

#include "bot/console/answers.h"

namespace careline::console {

/// {"console_css": "/assets/console.css?v=…", …}: addresses by file name, dots and dashes as underscores.
const Json& asset_addresses();
/// The file of that name, to be kept for a year; 404 without a body if there is none.
web::Response asset(std::string_view name);

}  // namespace careline::console
