// Network addresses in the settings: where a listener binds, and where LINE's API is called.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/settings.h"

namespace careline::config {

/// What a text was read as, or why it cannot be used.
template <typename Value>
struct Checked {
  std::optional<Value> value;
  std::string problem;
};

/// Whether a host means this machine only: 127.0.0.0/8, ::1 or "localhost" (names that merely look so do
/// not).
bool is_loopback(std::string_view host);

/// Reads "127.0.0.1:8080", "[::1]:8080" or "localhost:0".
Checked<ListenAddress> parse_listen_address(std::string_view text);

/// Whether two listeners would fight for one port. Port 0 never does.
bool same_endpoint(const ListenAddress& a, const ListenAddress& b);

/// Reads the base address of an API: https, or http for loopback; the host in lower case, no slash at the
/// end.
Checked<std::string> parse_base_url(std::string_view text);

/// The host of an address that parse_base_url returned, without port and brackets.
std::string host_of_url(std::string_view url);

}  // namespace careline::config
