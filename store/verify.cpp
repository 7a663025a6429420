// The whole verification.
#include "store/verify.h"

#include <SQLiteCpp/Transaction.h>

#include "store/audit.h"
#include "store/guard.h"

namespace careline::store {
namespace {

std::int64_t rows(Db& db, const char* sql) {
  auto q = db.query(sql);
  q.step();
  return q.integer(0);
}

}  // namespace

Verified verify(Db& db, const Keyring& keys, const std::vector<std::string>& anchors, const Steps& steps) {
  Verified result;
  const SQLite::Transaction one_moment(db.raw());
  result.findings = verify_chain(db, keys, anchors);
  for (auto& finding : verify_guard(db, keys, steps)) result.findings.push_back(std::move(finding));
  result.audit_lines = rows(db, "SELECT count(*) FROM audit");
  result.heads = rows(db, "SELECT count(*) FROM audit_heads");
  result.tables = static_cast<std::int64_t>(guarded_count(db));
  return result;
}

}  // namespace careline::store
