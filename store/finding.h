// What a verification found wrong: a code and a place, never content.
#pragma once
#include <cstdint>
#include <functional>
#include <string>

namespace careline::store {

enum class Fault {
  guard_missing,      // the row of sums is gone
  seal_wrong,         // the sums were not sealed by us
  schema_changed,     // a table, index or trigger came, went or changed
  table_differs,      // rows were changed, added, deleted or rolled back
  audit_end_differs,  // the trail does not end where our last commit left it
  line_missing,       // a gap in the trail
  line_differs,       // a line, or the order of lines, was changed
  head_differs,       // a signed head belongs to no line, or its signature is wrong
  anchor_unreadable,  // not an anchor, or its signature is wrong
  anchor_foreign,     // signed by another root.key
  anchor_newer,       // the trail ends before an anchor that was carried off
  anchor_differs,     // the trail holds another line than the anchor says
  voucher_wrong,      // an operator's key, or the team's, has no voucher that leads back to the first
};

struct Finding {
  Fault fault;
  std::string table;     // or whose key it is
  std::int64_t seq = 0;  // of the audit line or head, or the number of the anchor's line; 0: the whole table
};

// How far a verification is: `done` of `all` steps.
using Steps = std::function<void(std::int64_t done, std::int64_t all)>;
inline const Steps kNoSteps = [](std::int64_t, std::int64_t) {};

// "table_differs", for people and scripts.
const char* code_of(Fault fault);
// What it means and what to do, one sentence.
const char* advice_on(Fault fault);

}  // namespace careline::store
