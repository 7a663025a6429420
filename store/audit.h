// The audit trail: who did what, as a chain of keyed hashes with signed heads. Somebody without root.key can
// change no line unnoticed. Somebody who has it can write the whole chain anew: against that only the heads
// help that were carried off the machine (anchors), because nobody here can change those.
#pragma once
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "store/db.h"
#include "store/finding.h"
#include "store/seal.h"

namespace careline::store {

enum class Action {
  opened,
  answered,
  closed,
  acknowledged,
  signed_in,
  sign_in_refused,
  signed_out,
  refused,
  operator_added,
  key_approved,
  password_changed,
  left,
  posted,
  searched,
  exported,
  backup,
  retention,
  shredded,
  disclosure_requested,
  disclosure_approved,
  disclosed,
  shared,
  password_reset,
  key_renewed,
  unlocked,
  stepped_up,
  factor_confirmed,
  codes_renewed,
  signed_out_everywhere,
  alarm_started,
  alarm_ended,
  held,
  released,
  shred_proposed,
  shred_withdrawn,
  verified,
  disclosure_fetched,
  recovery_code_made,
  key_recovered,
  activation_made,
  activated,
  factor_renewed,
  roles_changed,
  recovery_key_made,
  recovery_key_approved,
  recovery_granted,
  recovery_exported,
  recovery_imported,
  alert_opened,   // an alert's copy, noted on the case beside which it stands
  contact_opened  // the contact card of a case, by somebody who holds only an alert's copy
};
inline constexpr Action kLastAction = Action::contact_opened;
const char* text_of(Action action);

struct AuditLine {
  std::int64_t at = 0;  // UTC ms
  std::string who;      // an operator's name, "system", or "unknown"
  std::string role;
  Action action = Action::opened;
  std::string object;  // "" for none; never anything of an anonymous intake
  std::string outcome = "done";
};

// A stored line as a page shows it.
struct AuditEntry {
  std::int64_t seq = 0, at = 0;
  std::string who, role, action, object, outcome;
};

struct AuditPage {
  std::optional<std::string> who, action;                          // everybody's and all unless given
  std::int64_t from = 0;                                           // UTC ms
  std::int64_t until = std::numeric_limits<std::int64_t>::max();   // UTC ms, itself not included
  std::int64_t before = std::numeric_limits<std::int64_t>::max();  // seq: older lines than this one
  std::int64_t limit = 50;
};

struct ChainEnd {
  std::int64_t seq = 0;  // 0 and zeros before the first line
  std::string hash;      // 32 bytes
};

class Audit {
 public:
  Audit(Db& db, const Keyring& keys) : db_(db), keys_(keys) {}
  // Adds the line in the caller's transaction, and a signed head when one is due (an hour, or 1,000 lines).
  void note(const AuditLine& line);
  std::vector<AuditEntry> lines(const AuditPage& page);            // newest first
  std::vector<AuditEntry> lines_about(const std::string& object);  // oldest first
  ChainEnd end();

 private:
  void sign_if_due(const ChainEnd& end, std::int64_t at);
  Db& db_;
  const Keyring& keys_;
};

// "careline-anchor v1 SEQ HASH TIME KEY SIGNATURE": the chain's end, signed, to be carried off the machine.
std::string anchor_line(const ChainEnd& end, std::int64_t at_ms, const Keyring& keys);

// Walks the whole chain: gaps, changed lines, heads, and each anchor line from outside. Reads within the
// caller's transaction.
std::vector<Finding> verify_chain(Db& db, const Keyring& keys, const std::vector<std::string>& anchors);

}  // namespace careline::store
