// Puts a listener, its loop thread and its workers together.
#include "bot/web/server.h"

#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <mutex>
#include <thread>

#include "bot/web/loop.h"
#include "bot/web/workers.h"

namespace careline::web {
namespace {

// A quarter of the descriptors for each listener leaves the rest for the database, LINE and the other
// listeners.
std::size_t cap_connections(std::size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return wanted;
  return std::min(wanted, std::max<std::size_t>(16, limit.rlim_cur / 4));
}

// glibc would raise this threshold after the first large body and then keep later ones in its heap for good.
void return_large_blocks() { ::mallopt(M_MMAP_THRESHOLD, static_cast<int>(kMappedBlock)); }

Options adjust(Options options) {
  return_large_blocks();
  options.max_connections = cap_connections(options.max_connections);
  return options;
}

}  // namespace

struct Server::Parts {
  Parts(Options given, Handler given_handler)
      : options(adjust(std::move(given))), handler(std::move(given_handler)) {
    Descriptor listener = listen_on(options.host, options.port);
    port = bound_port(listener);
    if (options.workers > 0) workers = std::make_unique<Workers>(options.workers, options.max_queue, handler);
    loop = std::make_unique<Loop>(
        options, std::move(listener), mailbox,
        [this](std::shared_ptr<Exchange> exchange) { hand_over(std::move(exchange)); });
    thread = std::thread([this] { loop->run(); });
  }

  void hand_over(std::shared_ptr<Exchange> exchange) {
    if (!workers) return run_handler(handler, std::move(exchange));
    if (!workers->offer(exchange)) exchange->answer({503, "", "", {{"Retry-After", "1"}}});
  }

  const Options options;
  const Handler handler;
  const std::shared_ptr<Mailbox> mailbox = std::make_shared<Mailbox>();
  std::uint16_t port = 0;
  std::unique_ptr<Workers> workers;
  std::unique_ptr<Loop> loop;
  std::thread thread;
  std::once_flag stopped;
};

Server::Server(Options options, Handler handler)
    : parts_(std::make_unique<Parts>(std::move(options), std::move(handler))) {}

Server::~Server() { stop(); }

std::uint16_t Server::port() const { return parts_->port; }

void Server::stop() {
  std::call_once(parts_->stopped, [this] {
    parts_->mailbox->ask_to_stop();
    parts_->thread.join();
    if (parts_->workers) parts_->workers->stop();
  });
}

void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);  // where it is refused the connection cap follows the old limit
}

}  // namespace careline::web
