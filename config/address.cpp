// Network addresses in the settings: where a listener binds, and where LINE's API is called.
#include "config/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstdint>

namespace careline::config {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lowered(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  if (text.empty() || text.size() > 5 || !std::all_of(text.begin(), text.end(), is_digit))
    return std::nullopt;
  const int port = std::stoi(std::string(text));
  if (port > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(port);
}

bool is_ipv4(const std::string& host) {
  in_addr address{};
  return inet_pton(AF_INET, host.c_str(), &address) == 1;
}

bool is_ipv6(const std::string& host) {
  in6_addr address{};
  return inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

bool is_name(std::string_view host) {
  const auto allowed = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '.'; };
  return !host.empty() && host.size() <= 253 && host.front() != '.' && host.front() != '-' &&
         host.find("..") == std::string_view::npos && std::all_of(host.begin(), host.end(), allowed);
}

bool is_wildcard(const std::string& host) { return host == "0.0.0.0" || host == "::"; }

/// A host, and a port in digits if one was written. Brackets are taken off.
struct Authority {
  std::string host;
  std::optional<std::string> port;
  bool bracketed = false;
};

std::optional<Authority> split_authority(std::string_view text) {
  Authority found;
  std::string_view rest;
  if (!text.empty() && text.front() == '[') {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    found.host = lowered(text.substr(1, end - 1));
    found.bracketed = true;
    rest = text.substr(end + 1);
  } else {
    const auto colon = text.find(':');
    found.host = lowered(text.substr(0, colon));
    rest = colon == std::string_view::npos ? std::string_view{} : text.substr(colon);
  }
  if (rest.empty()) return found;
  if (rest.front() != ':') return std::nullopt;
  found.port = std::string(rest.substr(1));
  return found;
}

bool is_path(std::string_view path) {
  const auto allowed = [](char c) {
    return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || c == '-' || c == '.' || c == '_' ||
           c == '~' || c == '/';
  };
  return std::all_of(path.begin(), path.end(), allowed);
}

bool is_host(const Authority& authority) {
  if (authority.bracketed) return is_ipv6(authority.host);
  return is_ipv4(authority.host) || is_name(authority.host);
}

}  // namespace

bool is_loopback(std::string_view host) {
  const std::string name = lowered(host);
  if (name == "localhost") return true;
  in_addr four{};
  if (inet_pton(AF_INET, name.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
  in6_addr six{};
  if (inet_pton(AF_INET6, name.c_str(), &six) != 1) return false;
  return IN6_IS_ADDR_LOOPBACK(&six) || (IN6_IS_ADDR_V4MAPPED(&six) && six.s6_addr[12] == 127);
}

Checked<ListenAddress> parse_listen_address(std::string_view text) {
  const auto authority = split_authority(text);
  if (!authority || !authority->port) {
    return {std::nullopt, "must be \"address:port\", such as \"127.0.0.1:8080\" or \"[::1]:8080\""};
  }
  const bool good_host = authority->bracketed ? is_ipv6(authority->host)
                                              : is_ipv4(authority->host) || authority->host == "localhost";
  if (!good_host) return {std::nullopt, "must begin with an IP address or localhost (IPv6 in brackets)"};
  const auto port = parse_port(*authority->port);
  if (!port) return {std::nullopt, "must end with a port between 0 and 65535"};
  return {ListenAddress{authority->host, *port}, ""};
}

bool same_endpoint(const ListenAddress& a, const ListenAddress& b) {
  if (a.port != b.port || a.port == 0) return false;
  if (a.host == b.host || is_wildcard(a.host) || is_wildcard(b.host)) return true;
  const bool a_is_name = a.host == "localhost", b_is_name = b.host == "localhost";
  return (a_is_name && is_loopback(b.host)) || (b_is_name && is_loopback(a.host));
}

Checked<std::string> parse_base_url(std::string_view text) {
  const auto scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) return {std::nullopt, "must begin with https://"};
  const std::string scheme = lowered(text.substr(0, scheme_end));
  const std::string_view rest = text.substr(scheme_end + 3);
  if (rest.find('@') != std::string_view::npos)
    return {std::nullopt, "must not hold a user name or password"};
  if (rest.find_first_of("?#") != std::string_view::npos) return {std::nullopt, "must not hold a query"};
  const auto slash = rest.find('/');
  const auto authority = split_authority(rest.substr(0, slash));
  std::string path(slash == std::string_view::npos ? std::string_view{} : rest.substr(slash));
  while (!path.empty() && path.back() == '/') path.pop_back();
  if (!authority || !is_host(*authority) || !is_path(path)) return {std::nullopt, "is not a usable address"};
  const auto port = authority->port ? parse_port(*authority->port) : std::optional<std::uint16_t>(443);
  if (!port || *port == 0) return {std::nullopt, "must have a port between 1 and 65535"};
  const bool plain = scheme == "http" && is_loopback(authority->host);
  if (scheme != "https" && !plain) {
    return {std::nullopt, "must begin with https:// (plain http is allowed for loopback only)"};
  }
  const std::string host = authority->bracketed ? "[" + authority->host + "]" : authority->host;
  return {scheme + "://" + host + (authority->port ? ":" + std::to_string(*port) : "") + path, ""};
}

std::string host_of_url(std::string_view url) {
  const std::string_view rest = url.substr(url.find("://") + 3);
  const auto authority = split_authority(rest.substr(0, rest.find('/')));
  return authority ? authority->host : "";
}

}  // namespace careline::config
