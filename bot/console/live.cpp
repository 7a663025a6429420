// Tells open pages what changed.
#include "bot/console/live.h"

#include <algorithm>
#include <chrono>

#include "store/seal.h"

namespace careline::console {
namespace {

constexpr std::size_t kMostEvents = 1000;
constexpr std::size_t kMostStreams = 256;
constexpr std::ptrdiff_t kMostStreamsPerSession = 32;
constexpr std::chrono::seconds kBeat{5};

// "thread:ab…" becomes the event thread-ab…; of a broadcast, the list and an alert the id is not needed.
std::string event_name(const std::string& what) {
  for (const char* plain : {"broadcast", "list", "alert"})
    if (what.starts_with(std::string(plain) + ":")) return plain;
  std::string name = what;
  std::replace(name.begin(), name.end(), ':', '-');
  return name;
}

std::optional<ThreadId> thread_in(const std::string& what) {
  const auto colon = what.find(':');
  if (colon == what.npos || what.starts_with("broadcast:")) return std::nullopt;
  return ThreadId::from_hex(std::string_view(what).substr(colon + 1));
}

bool concerns(Roles roles, const std::string& event) {
  if (event == "alarms") return true;
  return roles.any_of(event == "broadcast" ? kPosters : kReaders);
}

}  // namespace

Live::Live(flow::Changes& changes, SeatOf seat_of, Holders holders, std::function<void()> on_beat)
    : changes_(changes),
      seat_of_(std::move(seat_of)),
      holders_(std::move(holders)),
      on_beat_(std::move(on_beat)),
      boot_(store::random_token().substr(0, 12)) {
  listener_ = changes_.listen([this](const std::string& what) { happened(what); });
  beat_ = std::thread([this] { beat(); });
}

Live::~Live() {
  changes_.forget(listener_);
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  beat_.join();
  for (const Reader& reader : readers_) reader.stream->close();
}

std::string Live::position() const {
  const std::lock_guard lock(mutex_);
  return boot_ + "." + std::to_string(last_);
}

std::string Live::framed(const Event& event) const {
  return "id: " + boot_ + "." + std::to_string(event.number) + "\nevent: " + event.name + "\ndata: 1\n\n";
}

void Live::happened(const std::string& what) {
  const std::lock_guard lock(mutex_);
  const Event event{++last_, event_name(what), thread_in(what)};
  events_.push_back(event);
  if (events_.size() > kMostEvents) events_.pop_front();
  if (readers_.empty()) return;
  const std::set<std::string> holders = event.thread ? holders_(*event.thread) : std::set<std::string>{};
  const std::string bytes = framed(event);
  std::erase_if(readers_, [&](const Reader& reader) {
    const bool theirs =
        concerns(reader.roles, event.name) && (!event.thread || holders.contains(reader.name));
    return theirs && !reader.stream->write(bytes);
  });
}

std::string Live::missed_since(const std::string& position, const Reader& reader) const {
  const std::string ours = boot_ + ".";
  const std::string resync = framed({last_, "resync", std::nullopt});
  const std::string digits = position.substr(std::min(ours.size(), position.size()));
  const bool number =
      !digits.empty() && digits.size() < 16 && digits.find_first_not_of("0123456789") == digits.npos;
  if (position.substr(0, ours.size()) != ours || !number) return resync;
  const std::uint64_t seen = std::stoull(digits);
  if (seen > last_ || (!events_.empty() && seen + 1 < events_.front().number)) return resync;
  std::string missed;
  for (const Event& event : events_)
    if (event.number > seen && concerns(reader.roles, event.name) &&
        (!event.thread || holders_(*event.thread).contains(reader.name)))
      missed += framed(event);
  return missed;
}

bool Live::has_room(const std::string& session) {
  const std::lock_guard lock(mutex_);
  std::erase_if(readers_, [](const Reader& reader) { return !reader.stream->open(); });
  const auto theirs = std::count_if(readers_.begin(), readers_.end(),
                                    [&](const Reader& reader) { return reader.session == session; });
  return readers_.size() < kMostStreams && theirs < kMostStreamsPerSession;
}

void Live::add(std::shared_ptr<web::Stream> stream, const Session& session, const std::string& position) {
  const std::lock_guard lock(mutex_);
  Reader reader{std::move(stream), session.key, session.name, session.roles};
  if (reader.stream->write("retry: 1000\n: open\n\n" + missed_since(position, reader)))
    readers_.push_back(std::move(reader));
}

void Live::drop(const std::string& session) {
  const std::lock_guard lock(mutex_);
  std::erase_if(readers_, [&](const Reader& reader) {
    if (reader.session != session) return false;
    reader.stream->close();
    return true;
  });
}

void Live::look() {
  {
    const std::lock_guard lock(mutex_);
    look_ = true;
  }
  wake_.notify_all();
}

// A page whose content was locked is told once, and stays connected for its strip.
bool Live::still_there(Reader& reader) {
  const Seat seat = seat_of_(reader.session);
  if (seat == Seat::over) reader.stream->close();
  const bool tell = seat == Seat::locked && !reader.told_locked;
  reader.told_locked = seat == Seat::locked;
  return reader.stream->write(tell ? "event: locked\ndata: 1\n\n" : ": still here\n\n");
}

// A sign of life keeps proxies patient, and finds out who is gone, locked or not signed in any more.
void Live::beat() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    wake_.wait_for(lock, kBeat, [&] { return stop_ || look_; });
    look_ = false;
    if (stop_) return;
    on_beat_();
    std::erase_if(readers_, [&](Reader& reader) { return !still_there(reader); });
  }
}

}  // namespace careline::console
