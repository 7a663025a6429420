// Who is signed in. Only in memory, and only the hash of each secret: nobody can take a session from a copy.
#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "store/operators.h"

namespace careline::console {

inline constexpr std::int64_t kIdle_ms = 15 * 60 * 1000;
inline constexpr std::int64_t kAbsolute_ms = 8 * 60 * 60 * 1000;

// enrolling: the password was right, but no first code confirmed the second factor yet.
enum class Standing { enrolling, full };

struct Session {
  std::string key;  // hash of the secret that the cookie carries
  std::string name;
  Roles roles;
  Standing standing = Standing::full;
  std::string token;  // against forged requests; in every page, in no cookie
  std::int64_t created_at = 0, seen_at = 0;
  std::string wrapped_seed;           // under the cookie's secret: the table alone opens nothing
  std::optional<store::Secret> seed;  // of the operator, in what `find` gives out
};

enum class Touch { counts_as_activity, passive };

class Sessions {
 public:
  /// Starts a session for this name, with these roles, standing and seed, and returns its secret (256 bits).
  /// The oldest of more than 8 of one operator ends.
  std::string start(const Session& whose, std::int64_t now_ms);
  /// The live session of a secret; passive looks (live updates) do not put off its end.
  std::optional<Session> find(const std::string& secret, std::int64_t now_ms, Touch touch);
  void end(const std::string& secret);
  bool alive(const std::string& key, std::int64_t now_ms) const;
  /// Whether anybody with one of these roles, fully signed in, was active within the idle limit.
  bool anybody(Roles roles, std::int64_t now_ms) const;

 private:
  static bool live(const Session& session, std::int64_t now_ms);
  void make_room(const std::string& name, std::int64_t now_ms);

  mutable std::mutex mutex_;
  std::map<std::string, Session> by_key_;
};

}  // namespace careline::console
