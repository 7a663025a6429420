// Where a request comes from.
#include "bot/console/origin.h"

#include <sodium.h>

namespace careline::console {
namespace {

// A name that starts with __Host- is refused by browsers unless it is Secure, for this host and for Path=/.
const char* cookie_name(const web::Request& request) {
  return by_https(request) ? "__Host-careline" : "careline";
}

}  // namespace

bool from_loopback(const web::Request& request) {
  const std::string_view remote = request.remote;
  return remote.substr(0, 4) == "127." || remote == "::1" || remote.substr(0, 11) == "::ffff:127.";
}

bool by_https(const web::Request& request) {
  return from_loopback(request) && request.header("x-forwarded-proto") == "https";
}

bool from_our_pages(const web::Request& request) {
  const std::string_view site = request.header("sec-fetch-site");
  const std::string_view origin = request.header("origin");
  if (site.empty() && origin.empty()) return false;
  if (!site.empty() && site != "same-origin") return false;
  if (origin.empty()) return true;
  return origin ==
         std::string(by_https(request) ? "https://" : "http://") + std::string(request.header("host"));
}

std::string safe_place(const std::string& wanted) {
  constexpr const char* kPlain = "abcdefghijklmnopqrstuvwxyz0123456789/-";
  if (wanted.empty() || wanted.size() > 200 || wanted.find_first_not_of(kPlain) != std::string::npos)
    return "/";
  if (wanted[0] != '/' || wanted.substr(0, 2) == "//" || wanted.substr(0, 8) == "/sign-in") return "/";
  return wanted;
}

std::string session_secret(const web::Request& request) {
  const std::string wanted = std::string(cookie_name(request)) + "=";
  std::string_view cookies = request.header("cookie");
  while (!cookies.empty()) {
    const auto end = cookies.find(';');
    std::string_view one = cookies.substr(0, end);
    one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
    if (one.substr(0, wanted.size()) == wanted) return std::string(one.substr(wanted.size()));
    if (end == std::string_view::npos) break;
    cookies.remove_prefix(end + 1);
  }
  return "";
}

std::string session_cookie(const web::Request& request, const std::string& secret) {
  std::string cookie =
      std::string(cookie_name(request)) + "=" + secret + "; Path=/; HttpOnly; SameSite=Strict";
  if (by_https(request)) cookie += "; Secure";
  if (secret.empty()) cookie += "; Max-Age=0";
  return cookie;
}

bool same_token(std::string_view a, std::string_view b) {
  return !a.empty() && a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace careline::console
