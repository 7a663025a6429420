// Who is signed in at the console, kept so that a restart of the program signs nobody out.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "store/db.h"
#include "store/seal.h"

namespace careline::store {

// A row opens nothing by itself: the key is the hash of what the cookie carries, and the seed is wrapped
// under it.
struct SessionRow {
  std::string key;
  std::string name;      // of the operator
  std::string standing;  // see bot/console/sessions.h
  std::string token;     // sealed in the row
  std::int64_t created_at = 0, seen_at = 0, stepped_up_at = 0;
  std::string wrapped_seed;  // "" once the content was locked
};

class SessionRows {
 public:
  SessionRows(Db& db, const Keyring& keys) : db_(db), keys_(keys) {}
  void put(const SessionRow& row);
  void remove(const std::string& key);
  void remove_all_of(const std::string& name);
  // Without those that somebody made or changed without root.key.
  std::vector<SessionRow> all();

 private:
  std::string mark(const SessionRow& row, const std::string& sealed_token) const;
  Db& db_;
  const Keyring& keys_;
};

}  // namespace careline::store
