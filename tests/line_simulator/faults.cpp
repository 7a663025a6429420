// Faults on demand. A cut connection is found by its peer among this process's sockets.
#include "tests/line_simulator/faults.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace careline::simulator {
namespace {

constexpr std::int64_t kLongMs = 30000;

const std::vector<std::string>& kinds() {
  static const std::vector<std::string> all = {"down", "slow",      "rate",           "quota",        "error",
                                               "html", "truncated", "timeout_before", "timeout_after"};
  return all;
}

bool contains(const std::vector<std::string>& list, const std::string& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

int port_of(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
  if (address.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  return -1;
}

bool is_connection(int descriptor, const httplib::Request& request) {
  sockaddr_storage peer{}, own{};
  socklen_t peer_size = sizeof peer, own_size = sizeof own;
  return getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &peer_size) == 0 &&
         getsockname(descriptor, reinterpret_cast<sockaddr*>(&own), &own_size) == 0 &&
         port_of(peer) == request.remote_port && port_of(own) == request.local_port;
}

}  // namespace

Fault read_fault(const Json& body, const std::vector<std::string>& endpoints) {
  Fault fault;
  fault.endpoint = body.value("endpoint", "*");
  fault.kind = body.value("kind", "");
  fault.remaining = body.value("times", std::int64_t{-1});
  fault.status = body.value("status", 500);
  fault.accept = body.value("accept", false);
  if (!contains(kinds(), fault.kind)) throw std::invalid_argument("unknown kind of fault");
  if (fault.endpoint != "*" && !contains(endpoints, fault.endpoint))
    throw std::invalid_argument("unknown endpoint");
  const bool waits = fault.kind == "timeout_before" || fault.kind == "timeout_after";
  fault.ms = body.value("ms", waits ? kLongMs : fault.kind == "slow" ? 1000 : 0);
  return fault;
}

Json fault_json(const Fault& fault) {
  return {{"id", fault.id}, {"endpoint", fault.endpoint}, {"kind", fault.kind},    {"times", fault.remaining},
          {"ms", fault.ms}, {"status", fault.status},     {"accept", fault.accept}};
}

std::optional<Fault> take_fault(World& world, const std::string& endpoint) {
  for (auto each = world.faults.begin(); each != world.faults.end(); ++each) {
    if (each->endpoint != "*" && each->endpoint != endpoint) continue;
    Fault fault = *each;
    if (each->remaining == 1)
      world.faults.erase(each);
    else if (each->remaining > 1)
      --each->remaining;
    return fault;
  }
  return std::nullopt;
}

bool runs_anyway(const Fault& fault) {
  return fault.kind == "slow" || fault.kind == "timeout_after" || fault.accept;
}

bool closes(const Fault& fault) {
  return fault.kind == "down" || fault.kind == "timeout_before" || fault.kind == "timeout_after";
}

void spoil(const Fault& fault, ApiAnswer& answer) {
  if (fault.kind == "rate") answer = api_error(429, "The API rate limit has been exceeded. Try again later.");
  if (fault.kind == "quota") answer = api_error(429, "You have reached your monthly limit.");
  if (fault.kind == "error") answer = api_error(fault.status, "Internal Server Error");
  if (fault.kind == "html") {
    answer = {};
    answer.bytes = "<!DOCTYPE html><html><body><h1>Service notice</h1></body></html>";
    answer.content_type = "text/html; charset=utf-8";
  }
  if (fault.kind == "truncated") {
    answer = {};
    answer.bytes = "{\"sentMessages\":[{\"id\":\"5100";
    answer.content_type = "application/json";
  }
}

void hold(World& world, std::int64_t ms) {
  std::unique_lock lock(world.mutex);
  const auto generation = world.fault_generation;
  world.changed.wait_for(lock, std::chrono::milliseconds(ms),
                         [&] { return world.fault_generation != generation; });
}

void cut(const httplib::Request& request) {
  DIR* directory = opendir("/proc/self/fd");
  if (!directory) return;
  while (const dirent* entry = readdir(directory)) {
    const int descriptor = static_cast<int>(std::strtol(entry->d_name, nullptr, 10));
    if (descriptor > 2 && is_connection(descriptor, request)) shutdown(descriptor, SHUT_RDWR);
  }
  closedir(directory);
}

}  // namespace careline::simulator
