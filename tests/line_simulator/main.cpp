// line-simulator: LINE's platform and some employees' phones, for tests and for trying things out.
#include <httplib.h>
#include <pthread.h>
#include <sys/socket.h>
#include <csignal>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <sstream>

#include "simulator/embedded.h"
#include "tests/line_simulator/control.h"
#include "tests/line_simulator/ids.h"

namespace careline::simulator {
namespace {

constexpr std::size_t kThreads = 160;  // a connection keeps its thread, and a stream keeps one for good
constexpr std::size_t kMostBytes = 4 * 1024 * 1024;

struct Options {
  std::string host = "127.0.0.1";
  int port = 8090;
  std::string webhook, secret_file, token_file;
  std::optional<std::int64_t> quota;
};

[[noreturn]] void give_up(const std::string& why) {
  std::cerr << "line-simulator: " << why << " (see --help)\n";
  std::exit(2);
}

std::int64_t number(const std::string& text, std::int64_t most) {
  const bool digits =
      !text.empty() && text.size() < 10 && text.find_first_not_of("0123456789") == std::string::npos;
  if (!digits || std::stoll(text) > most) give_up("not a number that fits: " + text);
  return std::stoll(text);
}

void read_listen(const std::string& text, Options& options) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) give_up("--listen needs HOST:PORT");
  options.host = text.substr(0, colon);
  options.port = static_cast<int>(number(text.substr(colon + 1), 65535));
}

Options read_options(int count, char** words) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string flag = words[i];
    if (flag == "--help" || flag == "-h") {
      std::cout << help_text();
      std::exit(0);
    }
    if (i + 1 >= count) give_up("unknown or incomplete flag " + flag);
    const std::string value = words[++i];
    if (flag == "--listen")
      read_listen(value, options);
    else if (flag == "--webhook")
      options.webhook = value;
    else if (flag == "--channel-secret-file")
      options.secret_file = value;
    else if (flag == "--channel-access-token-file")
      options.token_file = value;
    else if (flag == "--quota")
      options.quota = number(value, 999999999);
    else
      give_up("unknown flag " + flag);
  }
  return options;
}

std::string read_secret(const std::string& file, const char* flag) {
  if (file.empty()) give_up(std::string(flag) + " is needed");
  std::ifstream in(file);
  std::string line;
  if (!in || !std::getline(in, line) || line.empty()) give_up(std::string(flag) + ": cannot read " + file);
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
  return line;
}

void send_page(const httplib::Request& request, httplib::Response& response) {
  static const std::map<std::string, std::string> kTypes = {{"html", "text/html; charset=utf-8"},
                                                            {"css", "text/css; charset=utf-8"},
                                                            {"js", "text/javascript; charset=utf-8"},
                                                            {"svg", "image/svg+xml"}};
  const auto name = "tests/line_simulator/page" + (request.path == "/" ? "/index.html" : request.path);
  response.set_header("Content-Security-Policy",
                      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                      "connect-src 'self'; base-uri 'none'; form-action 'none'");
  response.set_header("Cache-Control", "no-store");
  for (const auto& [path, bytes] : embedded())
    if (path == name) {
      const auto type = kTypes.find(name.substr(name.rfind('.') + 1));
      return response.set_content(bytes.data(), bytes.size(),
                                  type == kTypes.end() ? "text/plain" : type->second);
    }
  response.status = 404;
}

void set_up(httplib::Server& server, Api& api, Control& control) {
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  server.set_tcp_nodelay(true);
  server.set_keep_alive_max_count(1000000000);
  server.set_keep_alive_timeout(60);
  server.set_payload_max_length(kMostBytes);
  // The library would also share the port with another process, which hides a second simulator.
  server.set_socket_options([](int socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  const auto handle = [&](const httplib::Request& request, httplib::Response& response) {
    if (request.path.rfind("/_simulator/", 0) == 0) return control.handle(request, response);
    const bool line = request.path.rfind("/v2/", 0) == 0 || request.path.rfind("/oauth2/", 0) == 0;
    if (line || (request.method != "GET" && request.method != "HEAD")) return api.handle(request, response);
    send_page(request, response);
  };
  const char* const everything = "/[^]*";
  server.Get(everything, handle).Post(everything, handle).Put(everything, handle);
  server.Patch(everything, handle).Delete(everything, handle);
  server.set_error_handler([](const httplib::Request&, httplib::Response& response) {
    if (!response.body.empty()) return;
    response.set_header("x-line-request-id", new_uuid());
    response.set_content(
        Json{{"message", response.status == 413 ? "The request body is too large" : "Not found"}}.dump(),
        "application/json");
  });
}

/// Ends the process on SIGTERM or SIGINT; everything is in memory, so there is nothing to save.
void end_on_signals(const sigset_t& signals) {
  std::thread([signals] {
    int signal = 0;
    sigwait(&signals, &signal);
    std::_Exit(0);
  }).detach();
}

int run(const Options& options) {
  World world;
  world.channel_secret = read_secret(options.secret_file, "--channel-secret-file");
  world.channel_access_token = read_secret(options.token_file, "--channel-access-token-file");
  world.bot_id = new_line_id('U');
  world.settings.webhook = options.webhook;
  world.settings.quota = options.quota;
  Webhooks webhooks(world);
  Api api(world, webhooks);
  Control control(world, webhooks, api, world.settings);
  httplib::Server server;
  set_up(server, api, control);
  const int port = options.port == 0 ? server.bind_to_any_port(options.host)
                                     : (server.bind_to_port(options.host, options.port) ? options.port : -1);
  if (port < 0) {
    std::cerr << "line-simulator: cannot listen on " << options.host << ":" << options.port << "\n";
    return 1;
  }
  std::cout << "line-simulator ready on http://" << options.host << ":" << port << "/" << std::endl;
  return server.listen_after_bind() ? 0 : 1;
}

}  // namespace
}  // namespace careline::simulator

int main(int count, char** words) {
  const auto options = careline::simulator::read_options(count, words);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  careline::simulator::end_on_signals(signals);
  return careline::simulator::run(options);
}
