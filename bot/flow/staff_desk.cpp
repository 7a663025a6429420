// What concerns operators' own keys, accounts and the team's recovery key.
#include "bot/flow/staff_desk.h"

namespace careline::flow {
namespace {

bool holds_key(const std::optional<store::Operator>& op, const store::Secret& seed) {
  return op && op->intact && op->left_at == 0 && store::public_key_of(seed) == op->public_key;
}

KeyResult result_of(bool stored, const std::optional<store::Secret>& seed) {
  return stored ? KeyResult{KeyOutcome::done, seed} : KeyResult{};
}

}  // namespace

std::optional<store::Operator> StaffDesk::find(const std::string& name) {
  return run([&](store::Db& db) { return store::Operators(db, keys_).find(name); });
}

store::AuditLine StaffDesk::line(const Actor& who, store::Action action, const std::string& object) const {
  const std::string role = who.roles == Roles{} ? "system" : who.roles.text();
  return {.at = now_ms_(), .who = who.name, .role = role, .action = action, .object = object};
}

KeyResult StaffDesk::change_password(const Actor& who, const std::string& old, const std::string& fresh) {
  const auto op = find(who.name);
  const auto unlocked = store::unlock(keys_, op, who.name, old);
  if (!unlocked.right) return {KeyOutcome::wrong, {}};
  const auto change = unlocked.seed ? store::with_password(keys_, *op, *unlocked.seed, fresh)
                                    : store::with_reset_password(keys_, *op, fresh);
  const auto note = line(who, store::Action::password_changed);
  return result_of(run([&](store::Db& db) { return store::store_change(db, keys_, change, note); }),
                   unlocked.seed);
}

std::optional<std::string> StaffDesk::make_recovery_code(const Actor& who) {
  const auto op = find(who.name);
  if (!holds_key(op, who.seed)) return std::nullopt;
  store::KeyChange change{*op, *op};
  const std::string code = store::make_recovery_code(change.after, who.seed);
  const auto note = line(who, store::Action::recovery_code_made);
  const bool stored = run([&](store::Db& db) { return store::store_change(db, keys_, change, note); });
  return stored ? std::optional(code) : std::nullopt;
}

KeyResult StaffDesk::recover(const Actor& who, const std::string& code, const std::string& password) {
  const auto op = find(who.name);
  const bool right = store::unlock(keys_, op, who.name, password).right;
  const auto seed = op ? store::recover(*op, code) : std::nullopt;
  if (!right || !seed) return {KeyOutcome::wrong, {}};
  const auto change = store::with_password(keys_, *op, *seed, password);
  const auto note = line(who, store::Action::key_recovered);
  return result_of(run([&](store::Db& db) { return store::store_change(db, keys_, change, note); }), seed);
}

KeyResult StaffDesk::rotate(const Actor& who, const std::string& password) {
  const auto op = find(who.name);
  const auto unlocked = store::unlock(keys_, op, who.name, password);
  if (!unlocked.right) return {KeyOutcome::wrong, {}};
  if (!unlocked.seed) return {};
  const auto renewed = store::with_new_key(keys_, *op, password);
  const auto note = line(who, store::Action::key_renewed);
  const bool stored =
      run([&](store::Db& db) { return store::rotate_key(db, keys_, renewed, *unlocked.seed, note); });
  return result_of(stored, renewed.seed);
}

KeyResult StaffDesk::give_up(const Actor& who, const std::string& password) {
  const auto op = find(who.name);
  const auto unlocked = store::unlock(keys_, op, who.name, password);
  if (!unlocked.right) return {KeyOutcome::wrong, {}};
  if (unlocked.seed) return {};
  const auto renewed = store::with_new_key(keys_, *op, password);
  const auto note = line(who, store::Action::key_renewed);
  const bool stored = run([&](store::Db& db) { return store::give_up_key(db, keys_, renewed, note); });
  if (stored) changes_.tell("list");
  return result_of(stored, renewed.seed);
}

bool StaffDesk::reset(const Actor& who, const std::string& name, const std::string& password) {
  const auto op = find(name);
  if (!op || !op->intact || op->left_at != 0) return false;
  const auto change = store::with_reset_password(keys_, *op, password);
  const auto note = line(who, store::Action::password_reset, name);
  return run([&](store::Db& db) { return store::store_reset(db, keys_, change, note); });
}

std::optional<std::string> StaffDesk::make_activation(const Actor& who, const std::string& name) {
  const auto note = line(who, store::Action::activation_made, name);
  return run([&](store::Db& db) { return store::make_activation(db, keys_, name, note); });
}

bool StaffDesk::activate(const std::string& name, const std::string& code, const std::string& password) {
  const auto op = find(name);
  const bool fits =
      run([&](store::Db& db) { return store::activation_fits(db, keys_, name, code, now_ms_()); });
  if (!op || !op->intact || !fits) return false;
  const auto change = store::with_reset_password(keys_, *op, password);
  const auto note = line({name, op->roles, {}}, store::Action::activated);
  return run([&](store::Db& db) { return store::activate(db, keys_, change, code, note); });
}

bool StaffDesk::renew_factor(const Actor& who, const std::string& name) {
  const auto note = line(who, store::Action::factor_renewed, name);
  return run([&](store::Db& db) { return store::renew_factor(db, keys_, name, note); });
}

store::Left StaffDesk::leave(const Actor& who, const std::string& name) {
  const auto note = line(who, store::Action::left, name);
  const auto left = run([&](store::Db& db) { return store::leave(db, keys_, name, note); });
  if (left.how == store::Leaving::done) changes_.tell("list");
  return left;
}

bool StaffDesk::change_roles(const Actor& who, const std::string& name, Roles roles) {
  auto note = line(who, store::Action::roles_changed, name);
  note.outcome = roles.text();
  return run([&](store::Db& db) { return store::change_roles(db, keys_, name, roles, note); });
}

void StaffDesk::add_team_key(const Actor& who, const store::Key32& public_key) {
  const auto note = line(who, store::Action::recovery_key_made, store::fingerprint(public_key));
  writer_.run([&](store::Db& db) {
    store::TeamKeys(db, keys_).add(public_key, note.at);
    store::Audit(db, keys_).note(note);
  });
}

bool StaffDesk::vouch_team_key(const Actor& who, const store::Key32& public_key) {
  const auto note = line(who, store::Action::recovery_key_approved, store::fingerprint(public_key));
  return run([&](store::Db& db) {
    if (!store::TeamKeys(db, keys_).vouch(who.reader(), public_key)) return false;
    store::Audit(db, keys_).note(note);
    return true;
  });
}

std::size_t StaffDesk::give_to_team(const Actor& who) {
  return run([&](store::Db& db) {
    std::size_t given = 0;
    store::TeamKeys team(db, keys_);
    if (!team.in_force()) return given;
    for (const ThreadId& thread : store::Grants(db, keys_).threads_of(who.name)) {
      if (!team.share(thread, who.reader())) continue;
      store::Audit(db, keys_).note(line(who, store::Action::recovery_granted, thread.hex()));
      ++given;
    }
    return given;
  });
}

store::Exported StaffDesk::export_recovery(const Actor& who, const std::vector<std::string>& labels,
                                           const std::string& name) {
  const auto note = line(who, store::Action::recovery_exported);
  return run([&](store::Db& db) { return store::export_recovery(db, keys_, labels, name, note); });
}

store::Exported StaffDesk::import_recovery(const Actor& who, const std::string& answer) {
  const auto note = line(who, store::Action::recovery_imported);
  const auto done = run([&](store::Db& db) { return store::import_recovery(db, keys_, answer, note); });
  if (done.fault == store::RecoveryFault::none) changes_.tell("list");
  return done;
}

}  // namespace careline::flow
