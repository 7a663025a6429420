// bench-floor: the least that a webhook must do, on the plain library: verify, parse, store in groups,
// answer.
#include <httplib.h>
#include <openssl/crypto.h>
#include <sys/socket.h>

#include <SQLiteCpp/SQLiteCpp.h>

#include <condition_variable>
#include <exception>
#include <future>
#include <iostream>
#include <limits>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "tests/bench/signed_events.h"
#include "tests/bench/wire.h"

namespace careline::bench {
namespace {

constexpr const char* kUsage = "bench-floor --port N --secret-file F --database F\n";
constexpr std::size_t kThreads = 64;
constexpr int kBacklog = 1024;

struct Row {
  std::string event_id;
  std::string user;
  std::int64_t timestamp = 0;
  std::string payload;
};

/// One thread writes; whatever waits when it is free goes into one transaction.
class GroupWriter {
 public:
  explicit GroupWriter(const std::string& path)
      : database_(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE), thread_([this] { work(); }) {}
  GroupWriter(const GroupWriter&) = delete;
  GroupWriter& operator=(const GroupWriter&) = delete;
  ~GroupWriter() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  /// Returns when the rows are on the disk; throws when they are not.
  void store(std::vector<Row> rows) {
    Waiting waiting{std::move(rows), {}};
    std::future<void> stored = waiting.stored.get_future();
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back(std::move(waiting));
    }
    wake_.notify_one();
    stored.get();
  }

 private:
  struct Waiting {
    std::vector<Row> rows;
    std::promise<void> stored;
  };

  void work() {
    database_.exec("PRAGMA journal_mode=WAL");
    database_.exec("PRAGMA synchronous=FULL");
    database_.exec(
        "CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY, event_id TEXT NOT NULL UNIQUE,"
        " user TEXT NOT NULL, timestamp INTEGER NOT NULL, payload TEXT NOT NULL) STRICT");
    SQLite::Statement insert(
        database_, "INSERT OR IGNORE INTO events (event_id, user, timestamp, payload) VALUES (?, ?, ?, ?)");
    for (;;) {
      std::vector<Waiting> group = next_group();
      if (group.empty()) return;
      commit(group, insert);
    }
  }

  std::vector<Waiting> next_group() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    return std::exchange(queue_, {});
  }

  void commit(std::vector<Waiting>& group, SQLite::Statement& insert) {
    try {
      SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
      for (const Waiting& waiting : group)
        for (const Row& row : waiting.rows) insert_row(insert, row);
      transaction.commit();
      for (Waiting& waiting : group) waiting.stored.set_value();
    } catch (...) {
      for (Waiting& waiting : group) waiting.stored.set_exception(std::current_exception());
    }
  }

  static void insert_row(SQLite::Statement& insert, const Row& row) {
    insert.bindNoCopy(1, row.event_id);
    insert.bindNoCopy(2, row.user);
    insert.bind(3, row.timestamp);
    insert.bindNoCopy(4, row.payload);
    insert.exec();
    insert.reset();
  }

  SQLite::Database database_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Waiting> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

bool signature_fits(const httplib::Request& request, const std::string& secret) {
  const std::string given = request.get_header_value("x-line-signature");
  const std::string right = signature_of(request.body, secret);
  return given.size() == right.size() && ::CRYPTO_memcmp(given.data(), right.data(), right.size()) == 0;
}

std::vector<Row> rows_of(const nlohmann::json& webhook) {
  std::vector<Row> rows;
  for (const nlohmann::json& event : webhook.at("events"))
    rows.push_back(
        {event.at("webhookEventId"), event.at("source").at("userId"), event.at("timestamp"), event.dump()});
  return rows;
}

void answer(const httplib::Request& request, httplib::Response& response, const std::string& secret,
            GroupWriter& writer) {
  if (!signature_fits(request, secret)) {
    response.status = 401;
    return;
  }
  const nlohmann::json webhook = nlohmann::json::parse(request.body, nullptr, false);
  if (webhook.is_discarded()) {
    response.status = 400;
    return;
  }
  writer.store(rows_of(webhook));
}

int serve(int port, const std::string& secret, const std::string& database) {
  GroupWriter writer(database);
  httplib::Server server;
  int listener = -1;
  server.set_socket_options([&listener](socket_t socket) {
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    listener = socket;
  });
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  server.set_tcp_nodelay(true);
  server.set_keep_alive_max_count(std::numeric_limits<std::size_t>::max());
  server.set_keep_alive_timeout(60);
  server.Get("/readyz", [](const httplib::Request&, httplib::Response&) {});
  server.Post("/line/webhook", [&](const httplib::Request& request, httplib::Response& response) {
    answer(request, response, secret, writer);
  });
  // The library listens with a backlog of 5; asking again on the same socket makes it longer.
  if (!server.bind_to_port("127.0.0.1", port) || ::listen(listener, kBacklog) != 0) {
    std::cerr << "cannot listen on port " << port << '\n';
    return 1;
  }
  return server.listen_after_bind() ? 0 : 1;
}

}  // namespace
}  // namespace careline::bench

int main(int argc, char** argv) {
  using namespace careline::bench;
  try {
    const Flags flags(argc, argv);
    return serve(static_cast<int>(flags.number("port")), read_secret(flags.text("secret-file")),
                 flags.text("database"));
  } catch (const std::exception& problem) {
    std::cerr << problem.what() << '\n' << kUsage;
    return 2;
  }
}
