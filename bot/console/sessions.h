// Who is signed in. In memory, and mirrored in the database so that a restart signs nobody out; of each
// secret only the hash, so that nobody can take a session from a copy.
#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "store/operators.h"
#include "store/sessions.h"
#include "store/writer.h"

namespace careline::console {

inline constexpr std::int64_t kIdle_ms = 15 * 60 * 1000;
inline constexpr std::int64_t kAbsolute_ms = 8 * 60 * 60 * 1000;
inline constexpr std::int64_t kStepUp_ms = 5 * 60 * 1000;

// enrolling: the password was right, but no first code confirmed the second factor yet. resting: 15 minutes
// without activity. taken_over: the operator signed in elsewhere. In the last two the content is locked: the
// seed is gone until the password is given again.
enum class Standing { enrolling, full, resting, taken_over };

struct Session {
  std::string key;  // hash of the secret that the cookie carries
  std::string name;
  Roles roles;
  Standing standing = Standing::full;
  std::string token;  // against forged requests; in every page, in no cookie
  std::int64_t created_at = 0, seen_at = 0;
  std::int64_t stepped_up_at = 0;     // when password and code were last given again
  std::int64_t alarm_known_at = 0;    // alerts up to then are no news on this operator's strip
  std::string wrapped_seed;           // under the cookie's secret: the table alone opens nothing
  std::optional<store::Secret> seed;  // of the operator, in what `find` gives out

  bool locked() const { return standing == Standing::resting || standing == Standing::taken_over; }
};

enum class Touch { counts_as_activity, passive };

class Sessions {
 public:
  /// Goes on with the sessions that the database holds, each with its operator's roles of now.
  Sessions(store::Writer& writer, const store::Keyring& keys);

  /// Starts a session like this one under a new secret (256 bits), which it returns; its 8 hours count from
  /// created_at unless that is 0. A full one locks the operator's others; the oldest of more than 8 ends.
  std::string start(const Session& like, std::int64_t now_ms);
  /// The session of a secret while it lives, locked once 15 minutes went by; passive looks (live updates) do
  /// not put that off.
  std::optional<Session> find(const std::string& secret, std::int64_t now_ms, Touch touch);
  void end(const std::string& secret);
  /// Signs an operator out everywhere.
  void end_all(const std::string& name);
  void alarm_known(const std::string& key, std::int64_t now_ms);
  /// How the session of a key stands; nullopt once it ended.
  std::optional<Standing> standing(const std::string& key, std::int64_t now_ms);
  /// Locks whose time has come, and forgets what ended.
  void sweep(std::int64_t now_ms);
  std::size_t count(const std::string& name, std::int64_t now_ms) const;
  /// Those with one of these roles who are on duty: fully signed in, not locked, and active within the idle
  /// limit.
  std::set<std::string> on_duty(Roles roles, std::int64_t now_ms) const;

 private:
  using Place = std::map<std::string, Session>::iterator;
  void load(store::Db& db);
  void look_at(Place it, std::int64_t now_ms);
  void lock(Session& session, Standing why);
  void make_room(const std::string& name, std::int64_t now_ms);
  void keep(const Session& session);
  Place forget(Place it);

  store::Writer& writer_;
  const store::Keyring& keys_;
  mutable std::mutex mutex_;  // never held while waiting for the writer, which may ask who is on duty
  std::map<std::string, Session> by_key_;
  std::map<std::string, std::int64_t> kept_at_;  // seen_at as the database has it
};

}  // namespace careline::console
