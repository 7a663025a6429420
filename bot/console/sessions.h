// Who is signed in. Only in memory, and only the hash of each secret: nobody can take a session from a copy.
#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace careline::console {

inline constexpr std::int64_t kIdle_ms = 15 * 60 * 1000;
inline constexpr std::int64_t kAbsolute_ms = 8 * 60 * 60 * 1000;

inline constexpr const char* kCounsellor = "counsellor";
inline constexpr const char* kAdmin = "admin";

struct Session {
  std::string key;         // hash of the secret that the cookie carries
  std::string name, role;  // of the operator
  std::string token;       // against forged requests; in every page, in no cookie
  std::int64_t created_at = 0, seen_at = 0;
};

enum class Touch { counts_as_activity, passive };

class Sessions {
 public:
  /// Starts a session and returns its secret (256 bits). The oldest of more than 8 of one operator ends.
  std::string start(const std::string& name, const std::string& role, std::int64_t now_ms);
  /// The live session of a secret; passive looks (live updates) do not put off its end.
  std::optional<Session> find(const std::string& secret, std::int64_t now_ms, Touch touch);
  void end(const std::string& secret);
  bool alive(const std::string& key, std::int64_t now_ms) const;
  /// Whether anybody with this role was active within the idle limit.
  bool anybody(const std::string& role, std::int64_t now_ms) const;

 private:
  static bool live(const Session& session, std::int64_t now_ms);
  void make_room(const std::string& name, std::int64_t now_ms);

  mutable std::mutex mutex_;
  std::map<std::string, Session> by_key_;
};

}  // namespace careline::console
