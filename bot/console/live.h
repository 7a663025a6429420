// Tells open pages what changed (Server-Sent Events). Carries ids only; the page fetches what it may see.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "bot/console/sessions.h"
#include "bot/flow/changes.h"
#include "bot/web/server.h"
#include "store/model/ids.h"
#include "store/model/roles.h"

namespace careline::console {

class Live {
 public:
  enum class Seat { open, locked, over };
  /// How a session stands; asked every few seconds for each stream.
  using SeatOf = std::function<Seat(const std::string& session)>;
  /// Those to whom a thread was granted; must not throw.
  using Holders = std::function<std::set<std::string>(const ThreadId&)>;
  /// `on_beat` runs every few seconds, also without any stream.
  Live(flow::Changes& changes, SeatOf seat_of, Holders holders, std::function<void()> on_beat);
  ~Live();
  Live(const Live&) = delete;
  Live& operator=(const Live&) = delete;

  /// Where events stand now: a page that carries this misses none, however late its stream opens.
  std::string position() const;
  /// Whether one more stream of this session fits.
  bool has_room(const std::string& session);
  /// Sends what came after `position` (or "resync" if that is not known any more), then whatever comes.
  /// News of a thread goes to its holders alone.
  void add(std::shared_ptr<web::Stream> stream, const Session& session, const std::string& position);
  /// Ends the streams of a session.
  void drop(const std::string& session);
  /// Looks now, and not only with the next sign of life, which sessions were locked or ended.
  void look();

 private:
  struct Event {
    std::uint64_t number = 0;
    std::string name;
    std::optional<ThreadId> thread;
  };
  struct Reader {
    std::shared_ptr<web::Stream> stream;
    std::string session, name;
    Roles roles;
    bool told_locked = false;
  };
  bool still_there(Reader& reader);
  void happened(const std::string& what);
  std::string framed(const Event& event) const;
  std::string missed_since(const std::string& position, const Reader& reader) const;
  void beat();

  flow::Changes& changes_;
  const SeatOf seat_of_;
  const Holders holders_;
  const std::function<void()> on_beat_;
  const std::string boot_;  // a position of an earlier run must not be taken for one of this run
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false, look_ = false;
  std::uint64_t last_ = 0;
  std::deque<Event> events_;
  std::vector<Reader> readers_;
  int listener_ = 0;
  std::thread beat_;
};

}  // namespace careline::console
