// Recovering named threads for one operator.
#include "store/recovery.h"

#include "store/retention.h"
#include "store/team_key.h"

namespace careline::store {
namespace {

std::optional<Operator> reader(Db& db, const Keyring& keys, const std::string& name) {
  Operators operators(db, keys);
  auto op = operators.find(name);
  return op && operators.reads(*op) ? op : std::nullopt;
}

void note_each(Db& db, const Keyring& keys, const Recovery& recovery, AuditLine line) {
  line.outcome = "for " + recovery.name;
  for (const RecoveryThread& thread : recovery.threads) {
    line.object = thread.id.hex();
    Audit(db, keys).note(line);
  }
}

}  // namespace

Exported export_recovery(Db& db, const Keyring& keys, const std::vector<std::string>& labels,
                         const std::string& name, const AuditLine& line) {
  TeamKeys team(db, keys);
  const auto in_force = team.in_force();
  if (!in_force) return {RecoveryFault::no_team_key, "", ""};
  const auto op = reader(db, keys, name);
  if (!op) return {RecoveryFault::no_reader, name, ""};
  Recovery request{in_force->public_key, op->name, op->public_key, {}};
  for (const std::string& label : labels) {
    const auto thread = Retention(db, keys).labelled(label);
    if (!thread) return {RecoveryFault::no_thread, label, ""};
    const auto grants = team.grants(thread->id);
    if (grants.empty()) return {RecoveryFault::no_grant, label, ""};
    if (Grants(db, keys).keeps_out(thread->id, op->name)) return {RecoveryFault::kept_out, label, ""};
    request.threads.push_back({thread->id, thread->kind, thread->label, grants});
  }
  note_each(db, keys, request, line);
  return {RecoveryFault::none, "", write_request(request, keys)};
}

Exported import_recovery(Db& db, const Keyring& keys, const std::string& answer, const AuditLine& line) {
  const auto in_force = TeamKeys(db, keys).in_force();
  if (!in_force) return {RecoveryFault::no_team_key, "", ""};
  const auto recovery = read_answer(answer, in_force->public_key);
  if (!recovery) return {RecoveryFault::not_answered, "", ""};
  const auto op = reader(db, keys, recovery->name);
  if (!op || op->public_key != recovery->key) return {RecoveryFault::no_reader, recovery->name, ""};
  for (const RecoveryThread& thread : recovery->threads) {
    if (!Threads(db, keys).find(thread.id)) return {RecoveryFault::no_thread, thread.label, ""};
    if (Grants(db, keys).keeps_out(thread.id, op->name)) return {RecoveryFault::kept_out, thread.label, ""};
  }
  for (const RecoveryThread& thread : recovery->threads)
    for (const auto& [epoch, sealed] : thread.grants)
      Grants(db, keys).take_in({thread.id, epoch, recovery->name}, sealed);
  note_each(db, keys, *recovery, line);
  return {};
}

}  // namespace careline::store
