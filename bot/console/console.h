// The operator console: where counsellors read and answer and admins post. A handler for its own listener.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

#include "bot/flow/alarms.h"
#include "bot/flow/changes.h"
#include "bot/flow/desk.h"
#include "bot/web/server.h"
#include "config/phrases.h"
#include "config/programme.h"
#include "store/seal.h"
#include "store/writer.h"

namespace careline::console {

/// What the console works with. Everything referred to must outlive it.
struct Setup {
  std::filesystem::path database;  // read through connections of its own
  const store::Keyring& keys;
  const config::Phrases& phrases;
  const config::Programme& programme;
  flow::Desk& desk;       // writes what concerns employees
  store::Writer& writer;  // writes what concerns operators' sign-ins
  flow::Changes& changes;
  const flow::Alarms& alarms;
  std::function<std::int64_t()> now_ms;
};

/// Thread-safe. Its server must have stopped before it is destroyed.
class Console {
 public:
  explicit Console(Setup setup);
  ~Console();
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  /// Answers every exchange, on the server's worker threads or later; needs a server with workers.
  web::Handler handler();
  /// The readers who are on duty: signed in with both factors, the content not locked, and active
  /// during the last 15 minutes. A strip that only watches for alarms counts for nobody.
  std::set<std::string> on_duty() const;
  /// Ends every session of an operator, as the command line asks.
  void sign_out(const std::string& name);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace careline::console
