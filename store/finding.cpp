// What a verification found wrong, in words.
#include "store/finding.h"

#include <array>

namespace careline::store {
namespace {

struct Words {
  const char *code, *advice;
};
// In the order of Fault.
constexpr std::array<Words, 13> kWords = {{
    {"guard_missing", "the row of sums was deleted; compare with a backup before anything is trusted"},
    {"seal_wrong", "the sums were written by somebody without root.key; compare with a backup"},
    {"schema_changed", "a table, index or trigger was changed from outside; compare with a backup"},
    {"table_differs",
     "rows were changed, added, deleted or rolled back from outside; compare this table with a backup"},
    {"audit_end_differs", "lines were added to or cut from the end of the audit trail from outside"},
    {"line_missing", "audit lines before this one were deleted; a backup or printed trail has them"},
    {"line_differs", "this audit line or its place was changed; a backup or printed trail has the true one"},
    {"head_differs", "this signed head fits no audit line, or its signature is wrong"},
    {"anchor_unreadable", "this line of the anchor file is not an anchor, or its signature is wrong"},
    {"anchor_foreign", "this anchor was signed under another root.key: check which file belongs here"},
    {"anchor_newer",
     "the audit trail ends before this anchor: the database, or its trail, was replaced by an older one"},
    {"anchor_differs", "the audit trail does not hold the line that this anchor was taken from"},
    {"voucher_wrong",
     "a key is marked as vouched for without a signature that leads back to the first reader: trust it with "
     "nothing"},
}};
static_assert(kWords.size() == static_cast<std::size_t>(Fault::voucher_wrong) + 1);

}  // namespace

const char* code_of(Fault fault) { return kWords.at(static_cast<std::size_t>(fault)).code; }
const char* advice_on(Fault fault) { return kWords.at(static_cast<std::size_t>(fault)).advice; }

}  // namespace careline::store
