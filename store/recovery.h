// Recovering named threads for one operator by the team's recovery key: what the service gives out for it,
// and what it takes back.
#pragma once
#include <string>
#include <vector>

#include "store/audit.h"
#include "store/recovery_file.h"

namespace careline::store {

enum class RecoveryFault {
  none,
  no_team_key,
  no_reader,     // nobody of that name who may read, with the key that the file names
  no_thread,     // no thread of that label, or more than one
  no_grant,      // the thread was never sealed to the recovery key
  kept_out,      // the employee wants whoever would get it kept out
  not_answered,  // the file is none, was altered, or comes from elsewhere
};

struct Exported {
  RecoveryFault fault = RecoveryFault::none;
  std::string about;  // the name or label that the fault is about
  std::string file;
};
// Each with an audit line for every thread, in the caller's transaction. A fault changes nothing.
Exported export_recovery(Db& db, const Keyring& keys, const std::vector<std::string>& labels,
                         const std::string& name, const AuditLine& line);
Exported import_recovery(Db& db, const Keyring& keys, const std::string& answer, const AuditLine& line);

}  // namespace careline::store
