// Requests to hand the content of named threads to somebody outside by law: who asked, who approved, what
// became of it. Rows that were made or changed without root.key count for nothing.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/backup_key.h"
#include "store/db.h"
#include "store/model/roles.h"
#include "store/seal.h"

namespace careline::store {

using DisclosureId = Id<struct DisclosureTag>;

inline constexpr std::size_t kApprovalsNeeded = 2;
inline constexpr std::size_t kMostLabels = 10;  // named threads only: there is no export in bulk
inline constexpr std::int64_t kDisclosureFileLives_ms = std::int64_t{72} * 3'600'000;

struct Approval {
  std::string who, roles;
  std::int64_t at = 0;  // UTC ms
};

struct Disclosure {
  DisclosureId id;
  std::string basis;                // consent, court_order, statute
  std::string clause;               // of the law or the order; or of the written consent
  std::string recipient_name;       // who gets it
  std::string silent_clause;        // forbids telling the employee; "": they are told
  std::vector<std::string> labels;  // of the threads, as the request names them: they need not exist
  BackupRecipient recipient;        // the file is sealed to this key
  std::string asked_by, exported_by;
  std::int64_t asked_at = 0, until = 0, exported_at = 0;  // UTC ms; exported once, before `until`
  std::vector<Approval> approvals;
  bool intact = true;

  std::string code() const;  // "D20261124-1A2B3C": what people call it
  bool open(std::int64_t now_ms) const { return intact && exported_at == 0 && now_ms < until; }
  bool approved() const { return approvals.size() >= kApprovalsNeeded; }
  // Another person than the requester and than the first who approved, of a role that may.
  bool may_approve(const std::string& name, Roles roles, std::int64_t now_ms) const;
  bool may_fetch(const std::string& name, std::int64_t now_ms) const;
};

class Disclosures {
 public:
  Disclosures(Db& db, const Keyring& keys) : db_(db), keys_(keys) {}
  void add(const Disclosure& disclosure);
  std::optional<Disclosure> find(const DisclosureId& id);
  std::vector<Disclosure> latest(std::int64_t limit);  // newest first
  void approve(const DisclosureId& id, const Approval& approval);
  // Once carried out, with the sealed file.
  void exported(Disclosure disclosure, const std::string& by, std::int64_t at_ms, const std::string& file);
  std::optional<std::string> file(const DisclosureId& id);
  // Those whose time is over. True if there were some: their bytes must leave the WAL too.
  bool drop_files(std::int64_t now_ms);

 private:
  std::string mark(const Disclosure& disclosure, const std::string& sealed) const;
  std::string mark(const DisclosureId& id, const Approval& approval) const;
  Disclosure read(Query& q) const;
  std::vector<Approval> approvals_of(const DisclosureId& id);
  Db& db_;
  const Keyring& keys_;
};

}  // namespace careline::store
