// What every answer of the console carries.
#include "bot/console/answers.h"

#include <algorithm>

#include "bot/console/origin.h"

namespace careline::console {

void guard(const web::Request& request, web::Response& response) {
  static constexpr std::pair<const char*, const char*> kHeaders[] = {
      {"Content-Security-Policy",
       "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
       "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
      {"X-Content-Type-Options", "nosniff"},
      {"X-Frame-Options", "DENY"},
      {"Referrer-Policy", "no-referrer"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Permissions-Policy",
       "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"},
      {"X-Robots-Tag", "noindex, nofollow"},
  };
  for (const auto& [name, value] : kHeaders) response.headers.emplace_back(name, value);
  if (by_https(request))
    response.headers.emplace_back("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
  const bool says_itself = std::any_of(response.headers.begin(), response.headers.end(),
                                       [](const auto& header) { return header.first == "Cache-Control"; });
  if (!says_itself) response.headers.emplace_back("Cache-Control", "no-store");
}

web::Response page(int status, std::string html) {
  return {status, "text/html; charset=utf-8", std::move(html), {}};
}

web::Response json(int status, const Json& value) {
  return {status, "application/json", value.dump(-1, ' ', false, Json::error_handler_t::replace), {}};
}

web::Response redirect(const std::string& path) { return {303, "", "", {{"Location", path}}}; }

}  // namespace careline::console
