// The whole verification.
#include "store/verify.h"

#include <SQLiteCpp/Transaction.h>

#include "store/audit.h"
#include "store/guard.h"
#include "store/operators.h"

namespace careline::store {
namespace {

std::int64_t rows(Db& db, const char* sql) {
  auto q = db.query(sql);
  q.step();
  return q.integer(0);
}

// Everybody whose key is marked as vouched for.
std::vector<Finding> verify_vouchers(Db& db, const Keyring& keys) {
  Operators operators(db, keys);
  std::vector<Finding> found;
  for (const Operator& op : operators.all())
    if (!op.vouched_by.empty() && !operators.vouched(op)) found.push_back({Fault::voucher_wrong, op.name});
  return found;
}

}  // namespace

Verified verify(Db& db, const Keyring& keys, const std::vector<std::string>& anchors, const Steps& steps) {
  Verified result;
  const SQLite::Transaction one_moment(db.raw());
  result.findings = verify_chain(db, keys, anchors);
  for (auto& finding : verify_guard(db, keys, steps)) result.findings.push_back(std::move(finding));
  for (auto& finding : verify_vouchers(db, keys)) result.findings.push_back(std::move(finding));
  result.audit_lines = rows(db, "SELECT count(*) FROM audit");
  result.heads = rows(db, "SELECT count(*) FROM audit_heads");
  result.tables = static_cast<std::int64_t>(guarded_count(db));
  return result;
}

}  // namespace careline::store
