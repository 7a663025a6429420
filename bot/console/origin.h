// Where a request comes from: by which protocol, from whose page, with which cookie.
#pragma once
#include <string>
#include <string_view>

#include "bot/web/server.h"

namespace careline::console {

/// Whether the peer is this machine: the proxy in front, or somebody at the demo.
bool from_loopback(const web::Request& request);
/// Whether the browser speaks https with our proxy. Only a proxy on this machine is believed.
bool by_https(const web::Request& request);
/// Whether one of our own pages sent it, by what browsers say and scripts cannot change.
bool from_our_pages(const web::Request& request);

/// `wanted` if it is a plain path of our own pages, to be shown after signing in; else "/".
std::string safe_place(const std::string& wanted);

/// The secret of the session, or "".
std::string session_secret(const web::Request& request);
/// The value of Set-Cookie; an empty secret takes the cookie away.
std::string session_cookie(const web::Request& request, const std::string& secret);

/// Compares in constant time; false if either is empty.
bool same_token(std::string_view a, std::string_view b);

}  // namespace careline::console
