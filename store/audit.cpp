// The audit trail.
#include "store/audit.h"

#include <array>
#include <map>
#include <sstream>

#include "store/canonical.h"
#include "store/utc.h"

namespace careline::store {
namespace {

constexpr std::int64_t kHeadEvery_ms = 60 * 60'000, kHeadEvery_lines = 1'000;
constexpr const char* kAnchorStart = "careline-anchor v1";

// In the order of Action. A database keeps these words for ten years: none may change.
constexpr auto kActions = std::to_array<const char*>({"opened",
                                                      "answered",
                                                      "closed",
                                                      "acknowledged",
                                                      "signed_in",
                                                      "sign_in_refused",
                                                      "signed_out",
                                                      "refused",
                                                      "operator_added",
                                                      "key_approved",
                                                      "password_changed",
                                                      "left",
                                                      "posted",
                                                      "searched",
                                                      "exported",
                                                      "backup",
                                                      "retention",
                                                      "shredded",
                                                      "disclosure_requested",
                                                      "disclosure_approved",
                                                      "disclosed",
                                                      "shared",
                                                      "password_reset",
                                                      "key_renewed",
                                                      "unlocked",
                                                      "stepped_up",
                                                      "factor_confirmed",
                                                      "codes_renewed",
                                                      "signed_out_everywhere",
                                                      "alarm_started",
                                                      "alarm_ended",
                                                      "held",
                                                      "released",
                                                      "shred_proposed",
                                                      "shred_withdrawn",
                                                      "verified",
                                                      "disclosure_fetched",
                                                      "recovery_code_made",
                                                      "key_recovered",
                                                      "activation_made",
                                                      "activated",
                                                      "factor_renewed",
                                                      "roles_changed",
                                                      "recovery_key_made",
                                                      "recovery_key_approved",
                                                      "recovery_granted",
                                                      "recovery_exported",
                                                      "recovery_imported",
                                                      "alert_opened",
                                                      "contact_opened"});
static_assert(kActions.size() == static_cast<std::size_t>(kLastAction) + 1);

std::string before_the_first() { return std::string(Digest{}.size(), '\0'); }

std::string chained(const Keyring& keys, const std::string& before, const AuditEntry& e) {
  Canonical line("audit");
  line.blob(before).integer(e.seq).integer(e.at).text(e.who).text(e.role).text(e.action);
  line.text(e.object).text(e.outcome);
  return std::string(view(keys.mac(Purpose::audit, line.bytes())));
}

AuditEntry entry_of(const Query& q) {
  return {q.integer(0), q.integer(1), q.text(2), q.text(3), q.text(4), q.text(5), q.text(6)};
}

// What a head's signature covers, and what an anchor shows of it.
std::string head_text(const ChainEnd& end, std::int64_t at_ms, const Key32& public_key) {
  return std::string(kAnchorStart) + " " + std::to_string(end.seq) + " " + hex(end.hash) + " " +
         utc_text(at_ms, "%Y-%m-%dT%H:%M:%SZ") + " " + hex(view(public_key));
}

struct Anchor {
  ChainEnd end;
  std::string public_key;
};

std::optional<Anchor> read_anchor(const std::string& line) {
  std::istringstream in(line);
  std::string name, version, hash, time, key, signature;
  Anchor anchor;
  if (!(in >> name >> version >> anchor.end.seq >> hash >> time >> key >> signature)) return std::nullopt;
  const auto text = line.substr(0, line.rfind(' '));
  const auto hash_bytes = from_hex(hash), key_bytes = from_hex(key), signature_bytes = from_hex(signature);
  if (name + " " + version != kAnchorStart || !hash_bytes || !key_bytes || !signature_bytes ||
      key_bytes->size() != Key32{}.size() || !signed_by(key32(*key_bytes), text, *signature_bytes))
    return std::nullopt;
  anchor.end.hash = *hash_bytes;
  anchor.public_key = *key_bytes;
  return anchor;
}

// What anchors and heads say that the hash of a line must be.
class Expected {
 public:
  Expected(Db& db, const Keyring& keys, const std::vector<std::string>& anchors, std::vector<Finding>& found)
      : found_(found) {
    const Key32 ours = keys.public_key(Purpose::head);
    read_heads(db, ours);
    for (std::size_t i = 0; i < anchors.size(); ++i) {
      const auto line = static_cast<std::int64_t>(i) + 1;
      const auto anchor = read_anchor(anchors[i]);
      if (!anchor)
        found_.push_back({Fault::anchor_unreadable, "anchor", line});
      else if (key32(anchor->public_key) != ours)
        found_.push_back({Fault::anchor_foreign, "anchor", line});
      else
        claims_.emplace(anchor->end.seq, Claim{anchor->end.hash, line});
    }
  }

  // The chain holds this line (or starts with it, for 0).
  void met(std::int64_t seq, const std::string& hash) {
    const auto [from, to] = claims_.equal_range(seq);
    for (auto claim = from; claim != to; ++claim)
      if (claim->second.hash != hash) differs(seq, claim->second);
    claims_.erase(from, to);
  }
  // What is left belongs to no line: behind the end, or in a gap.
  void ended(std::int64_t last) {
    for (const auto& [seq, claim] : claims_)
      if (claim.anchor > 0 && seq > last)
        found_.push_back({Fault::anchor_newer, "anchor", claim.anchor});
      else
        differs(seq, claim);
  }

 private:
  struct Claim {
    std::string hash;
    std::int64_t anchor;  // line of the anchors; 0 for a head of our own
  };
  void differs(std::int64_t seq, const Claim& claim) {
    if (claim.anchor > 0)
      found_.push_back({Fault::anchor_differs, "anchor", claim.anchor});
    else
      found_.push_back({Fault::head_differs, "audit_heads", seq});
  }
  void read_heads(Db& db, const Key32& ours) {
    auto q = db.query("SELECT seq, hash, at, signature FROM audit_heads ORDER BY seq");
    while (q.step()) {
      const ChainEnd end{q.integer(0), q.text(1)};
      if (signed_by(ours, head_text(end, q.integer(2), ours), q.text(3)))
        claims_.emplace(end.seq, Claim{end.hash, 0});
      else
        found_.push_back({Fault::head_differs, "audit_heads", end.seq});
    }
  }

  std::vector<Finding>& found_;
  std::multimap<std::int64_t, Claim> claims_;
};

}  // namespace

const char* text_of(Action action) { return kActions.at(static_cast<std::size_t>(action)); }

ChainEnd Audit::end() {
  auto q = db_.query("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1");
  if (!q.step()) return {0, before_the_first()};
  return {q.integer(0), q.text(1)};
}

void Audit::note(const AuditLine& line) {
  const ChainEnd before = end();
  const AuditEntry e{before.seq + 1,       line.at,     line.who,    line.role,
                     text_of(line.action), line.object, line.outcome};
  const ChainEnd now{e.seq, chained(keys_, before.hash, e)};
  auto q = db_.query(R"sql(
    INSERT INTO audit (seq, at, who, role, action, object, outcome, hash)
    VALUES (:seq, :at, :who, :role, :action, nullif(:object, ''), :outcome, :hash))sql");
  q.bind(":seq", e.seq).bind(":at", e.at).bind(":who", e.who).bind(":role", e.role);
  q.bind(":action", e.action).bind(":object", e.object).bind(":outcome", e.outcome);
  q.bind_blob(":hash", now.hash).run();
  sign_if_due(now, e.at);
}

void Audit::sign_if_due(const ChainEnd& end, std::int64_t at) {
  {
    auto last = db_.query("SELECT at FROM audit_heads ORDER BY seq DESC LIMIT 1");
    const bool signed_lately = last.step() && at - last.integer(0) < kHeadEvery_ms;
    if (signed_lately && end.seq % kHeadEvery_lines != 0) return;
  }
  const std::string text = head_text(end, at, keys_.public_key(Purpose::head));
  db_.query("INSERT INTO audit_heads (seq, hash, at, signature) VALUES (:seq, :hash, :at, :signature)")
      .bind(":seq", end.seq)
      .bind_blob(":hash", end.hash)
      .bind(":at", at)
      .bind_blob(":signature", keys_.sign(Purpose::head, text))
      .run();
}

std::vector<AuditEntry> Audit::lines(const AuditPage& page) {
  std::vector<AuditEntry> found;
  auto q = db_.query(R"sql(
    SELECT seq, at, who, role, action, coalesce(object, ''), outcome FROM audit
    WHERE seq < :before AND at >= :from AND at < :until AND (:who IS NULL OR who = :who)
      AND (:action IS NULL OR action = :action)
    ORDER BY seq DESC LIMIT :limit)sql");
  q.bind(":before", page.before).bind(":limit", page.limit).bind(":from", page.from);
  q.bind(":until", page.until).bind_null(":who").bind_null(":action");
  if (page.who) q.bind(":who", *page.who);
  if (page.action) q.bind(":action", *page.action);
  while (q.step()) found.push_back(entry_of(q));
  return found;
}

std::vector<AuditEntry> Audit::lines_about(const std::string& object) {
  std::vector<AuditEntry> found;
  auto q = db_.query(R"sql(
    SELECT seq, at, who, role, action, object, outcome FROM audit WHERE object = :object ORDER BY seq)sql");
  q.bind(":object", object);
  while (q.step()) found.push_back(entry_of(q));
  return found;
}

std::string anchor_line(const ChainEnd& end, std::int64_t at_ms, const Keyring& keys) {
  const std::string text = head_text(end, at_ms, keys.public_key(Purpose::head));
  return text + " " + hex(keys.sign(Purpose::head, text));
}

std::vector<Finding> verify_chain(Db& db, const Keyring& keys, const std::vector<std::string>& anchors) {
  std::vector<Finding> found;
  Expected expected(db, keys, anchors, found);
  ChainEnd before{0, before_the_first()};
  expected.met(0, before.hash);
  auto q = db.query(R"sql(
    SELECT seq, at, who, role, action, coalesce(object, ''), outcome, hash FROM audit ORDER BY seq)sql");
  while (q.step()) {
    const AuditEntry e = entry_of(q);
    const std::string hash = q.text(7);
    if (e.seq != before.seq + 1)
      found.push_back({Fault::line_missing, "audit", e.seq});  // its hash then covers an unknown one
    else if (hash != chained(keys, before.hash, e))
      found.push_back({Fault::line_differs, "audit", e.seq});
    expected.met(e.seq, hash);
    before = {e.seq, hash};
  }
  expected.ended(before.seq);
  return found;
}

}  // namespace careline::store
