// Who may sign in at the console.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "store/db.h"

namespace careline::store {

struct Operator {
  std::string name, role;  // counsellor or admin
  std::string password;    // Argon2id, self-describing
};

class Operators {
 public:
  explicit Operators(Db& db) : db_(db) {}
  bool add(const Operator& op, std::int64_t now_ms);  // false if the name is taken
  std::optional<Operator> find(const std::string& name);

 private:
  Db& db_;
};

// Argon2id, 3 passes over 128 MiB (about 0.2 s here). Throws std::bad_alloc without memory.
std::string hash_password(const std::string& password);
// Takes as long for an empty hash (an unknown name) as for a wrong password.
bool password_fits(const std::string& hash, const std::string& password);

}  // namespace careline::store
