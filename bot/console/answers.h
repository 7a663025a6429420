// What every answer of the console carries, and the few shapes that answers have.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "bot/web/server.h"

namespace careline::console {

using Json = nlohmann::json;

/// The headers of security: nothing foreign, nothing inline, nothing kept, nothing framed.
void guard(const web::Request& request, web::Response& response);

web::Response page(int status, std::string html);
web::Response json(int status, const Json& value);
web::Response redirect(const std::string& path);

}  // namespace careline::console
