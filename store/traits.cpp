// What is true of the whole database.
#include "store/traits.h"

#include "store/marks.h"

namespace careline::store {
namespace {
constexpr const char* kDemo = "demo";
}

void mark_as_demo(Db& db, const Keyring& keys) {
  db.query("INSERT INTO traits (name, mark) VALUES (:name, :mark) ON CONFLICT (name) DO NOTHING")
      .bind(":name", kDemo)
      .bind_blob(":mark", mark_of(keys, "traits", {kDemo}))
      .run();
}

bool made_for_demo(Db& db, const Keyring& keys) {
  auto q = db.query("SELECT mark FROM traits WHERE name = :name");
  q.bind(":name", kDemo);
  return q.step() && q.text(0) == mark_of(keys, "traits", {kDemo});
}

}  // namespace careline::store
