// Who may sign in at the console.
#include "store/operators.h"

#include <sodium.h>

#include <new>

namespace careline::store {
namespace {
constexpr unsigned long long kPasses = 3;
constexpr std::size_t kMemory = std::size_t{128} << 20;
}  // namespace

bool Operators::add(const Operator& op, std::int64_t now_ms) {
  return db_.query(R"sql(
    INSERT INTO operators (name, role, password, added_at) VALUES (:name, :role, :password, :at)
    ON CONFLICT DO NOTHING)sql")
             .bind(":name", op.name)
             .bind(":role", op.role)
             .bind(":password", op.password)
             .bind(":at", now_ms)
             .run() == 1;
}

std::optional<Operator> Operators::find(const std::string& name) {
  auto q = db_.query("SELECT name, role, password FROM operators WHERE name = :name");
  q.bind(":name", name);
  if (!q.step()) return std::nullopt;
  return Operator{q.text(0), q.text(1), q.text(2)};
}

std::string hash_password(const std::string& password) {
  std::string out(crypto_pwhash_STRBYTES, '\0');
  if (crypto_pwhash_str(out.data(), password.data(), password.size(), kPasses, kMemory) != 0)
    throw std::bad_alloc();
  out.resize(out.find('\0'));
  return out;
}

bool password_fits(const std::string& hash, const std::string& password) {
  static const std::string kNobody = hash_password("nobody's password");
  const std::string& against = hash.empty() ? kNobody : hash;
  return crypto_pwhash_str_verify(against.c_str(), password.data(), password.size()) == 0 && !hash.empty();
}

}  // namespace careline::store
