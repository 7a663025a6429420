// What becomes of an operator's own key.
#include "store/own_key.h"

#include "store/base32.h"
#include "store/epochs.h"
#include "store/grants.h"
#include "store/marks.h"
#include "store/reply_drafts.h"
#include "store/second_factor.h"
#include "store/sessions.h"

namespace careline::store {
namespace {

constexpr std::size_t kCodeBytes = 10, kCodeDigits_ = 16;
constexpr std::int64_t kActivationLives_ms = std::int64_t{24} * 3'600'000;

std::string hash_of_code(const Keyring& keys, const std::string& name, const std::string& digits) {
  return std::string(keys.hash<Id<void>>(Purpose::record, fields({"activation code", name, digits})).view());
}

std::string activation_mark(const Keyring& keys, const std::string& name, const std::string& code,
                            std::int64_t until) {
  return mark_of(keys, "activations", {name, code, std::to_string(until)});
}

void end_activation(Db& db, const std::string& name) {
  db.query("DELETE FROM activations WHERE operator = :name").bind(":name", name).run();
}

}  // namespace

KeyChange with_password(const Keyring& keys, const Operator& op, const Secret& seed,
                        const std::string& password, const PasswordCost& cost) {
  KeyChange change{op, op};
  set_password(keys, change.after, seed, password, cost);
  return change;
}

KeyChange with_reset_password(const Keyring& keys, const Operator& op, const std::string& password,
                              const PasswordCost& cost) {
  if (op.vouched_by.empty()) return with_new_key(keys, op, password, cost).change;
  KeyChange change{op, op};
  reset_password(keys, change.after, password, cost);
  return change;
}

NewKey with_new_key(const Keyring& keys, const Operator& op, const std::string& password,
                    const PasswordCost& cost) {
  NewKey renewed{{op, op}, {}};
  renewed.seed = renew_key(renewed.change.after);
  set_password(keys, renewed.change.after, renewed.seed, password, cost);
  return renewed;
}

bool store_change(Db& db, const Keyring& keys, const KeyChange& change, const AuditLine& line) {
  if (!Operators(db, keys).replace(change.before, change.after)) return false;
  Audit(db, keys).note(line);
  return true;
}

bool store_reset(Db& db, const Keyring& keys, const KeyChange& change, const AuditLine& line) {
  if (!store_change(db, keys, change, line)) return false;
  end_activation(db, change.before.name);
  SessionRows(db, keys).remove_all_of(change.before.name);
  return true;
}

bool rotate_key(Db& db, const Keyring& keys, const NewKey& renewed, const Secret& old_seed,
                const AuditLine& line) {
  const Operator& before = renewed.change.before;
  KeyChange change = renewed.change;
  if (public_key_of(old_seed) != before.public_key) return false;
  if (before.may_read()) succeed(change.after, old_seed);
  if (!store_change(db, keys, change, line)) return false;
  Operators(db, keys).retire_key(before);
  ReplyDrafts drafts(db);
  for (const ThreadId& thread : Grants(db, keys).threads_of(before.name))
    if (const auto draft = drafts.find({before.name, old_seed}, thread))
      drafts.keep(change.after, thread, *draft);
  Grants(db, keys).reseal_all(change.after, old_seed);
  return true;
}

bool give_up_key(Db& db, const Keyring& keys, const NewKey& renewed, const AuditLine& line) {
  const Operator& before = renewed.change.before;
  if (!store_change(db, keys, renewed.change, line)) return false;
  Operators operators(db, keys);
  operators.retire_key(before);
  take_from(db, keys, before.name);
  const Reader reader{before.name, renewed.seed};
  if (operators.vouch(reader, reader.name))  // there is nobody else
    Grants(db, keys).give_what_waited(*operators.find(reader.name));
  return true;
}

std::optional<std::string> make_activation(Db& db, const Keyring& keys, const std::string& name,
                                           const AuditLine& line) {
  const auto op = Operators(db, keys).find(name);
  if (!op || !op->intact || op->left_at != 0) return std::nullopt;
  KeyChange change{*op, *op};
  change.after.password.clear();
  change.after.wrapped_seed.clear();
  if (!store_reset(db, keys, change, line)) return std::nullopt;
  const Secret random = random_secret();
  const std::string digits = base32(random.view().substr(0, kCodeBytes), kCrockford);
  const std::string code = hash_of_code(keys, name, digits);
  const std::int64_t until = line.at + kActivationLives_ms;
  db.query("INSERT INTO activations (operator, code, until, mark) VALUES (:name, :code, :until, :mark)")
      .bind(":name", name)
      .bind_blob(":code", code)
      .bind(":until", until)
      .bind_blob(":mark", activation_mark(keys, name, code, until))
      .run();
  return in_groups(digits, '-');
}

bool activation_fits(Db& db, const Keyring& keys, const std::string& name, const std::string& code,
                     std::int64_t now_ms) {
  const std::string typed = hash_of_code(keys, name, crockford_digits(code, kCodeDigits_));
  auto q = db.query("SELECT code, until, mark FROM activations WHERE operator = :name");
  q.bind(":name", name);
  if (!q.step() || q.integer(1) <= now_ms) return false;
  const std::string stored = q.text(0);
  return q.text(2) == activation_mark(keys, name, stored, q.integer(1)) && stored.size() == typed.size() &&
         sodium_memcmp(stored.data(), typed.data(), typed.size()) == 0;
}

bool activate(Db& db, const Keyring& keys, const KeyChange& change, const std::string& code,
              const AuditLine& line) {
  return activation_fits(db, keys, change.before.name, code, line.at) && store_reset(db, keys, change, line);
}

bool renew_factor(Db& db, const Keyring& keys, const std::string& name, const AuditLine& line) {
  const auto op = Operators(db, keys).find(name);
  if (!op || !op->intact || op->left_at != 0) return false;
  SecondFactors(db, keys).renew(name);
  SessionRows(db, keys).remove_all_of(name);
  Audit(db, keys).note(line);
  return true;
}

}  // namespace careline::store
