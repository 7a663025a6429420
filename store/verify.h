// The whole verification: the audit trail with its anchors, the sums over the guarded tables, and the
// vouchers of operators' keys.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "store/db.h"
#include "store/finding.h"
#include "store/seal.h"

namespace careline::store {

struct Verified {
  std::int64_t audit_lines = 0, heads = 0, tables = 0;  // looked at
  std::vector<Finding> findings;
};

// In one read transaction, so that it may run beside the writer. Anchors are lines of anchor_line(). `steps`
// hears how far it is: the trail is the first step, each table one more.
Verified verify(Db& db, const Keyring& keys, const std::vector<std::string>& anchors,
                const Steps& steps = kNoSteps);

}  // namespace careline::store
