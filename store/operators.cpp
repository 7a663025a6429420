// Who may sign in at the console, with the key of each and who vouched for it.
#include "store/operators.h"

#include <algorithm>

#include "store/base32.h"
#include "store/marks.h"

namespace careline::store {
namespace {

#define OPERATOR_COLUMNS                                                                            \
  "name, roles, added_at, left_at, password, public_key, wrapped_seed, recovery_seed, vouched_by, " \
  "voucher, mark"

constexpr std::size_t kCodeBytes = 20, kRecoveryDigits = 32;

constexpr int kLongestChain = 100;  // of vouchers

std::string what_is_vouched_for(const std::string& name, const Key32& public_key) {
  return fields({"careline voucher 1", name, view(public_key)});
}

std::string place_of(std::string_view kind, const Operator& op) {
  return fields({kind, op.name, view(op.public_key)});
}

Secret secret_of_code(const std::string& digits) {
  Secret secret;
  crypto_generichash(secret.bytes.data(), secret.bytes.size(),
                     reinterpret_cast<const unsigned char*>(digits.data()), digits.size(), nullptr, 0);
  return derived(secret, "recovery code");
}

void new_key(Operator& op, const Secret& seed) {
  op.public_key = public_key_of(seed);
  op.vouched_by.clear();
  op.voucher.clear();
  op.recovery_seed.clear();
}

}  // namespace

std::string Operators::mark(const Operator& op) const {
  return mark_of(
      keys_, "operators",
      {op.name, op.roles.text(), std::to_string(op.added_at), std::to_string(op.left_at), op.password,
       view(op.public_key), op.wrapped_seed, op.recovery_seed, op.vouched_by, op.voucher});
}

Operator Operators::read(Query& q) const {
  Operator op{.name = q.text(0), .roles = Roles::parse(q.text(1)).value_or(Roles{})};
  op.added_at = q.integer(2);
  op.left_at = q.integer(3);
  op.password = q.text(4);
  const std::string key = q.text(5);
  if (key.size() == op.public_key.size()) op.public_key = key32(key);
  op.wrapped_seed = q.text(6);
  op.recovery_seed = q.text(7);
  op.vouched_by = q.text(8);
  op.voucher = q.text(9);
  op.intact = q.text(10) == mark(op);
  return op;
}

bool Operators::add(const Operator& op) {
  if (find(op.name)) return false;
  db_.query(R"sql(
    INSERT INTO operators (name, roles, password, public_key, wrapped_seed, mark)
    VALUES (:name, '', '', x'', x'', x''))sql")
      .bind(":name", op.name)
      .run();
  save(op);
  return true;
}

void Operators::save(const Operator& op) {
  db_.query(R"sql(
    UPDATE operators SET roles = :roles, added_at = :added, left_at = :left, password = :password,
      public_key = :key, wrapped_seed = :wrapped, recovery_seed = :recovery, vouched_by = :by,
      voucher = :voucher, mark = :mark
    WHERE name = :name)sql")
      .bind(":roles", op.roles.text())
      .bind(":added", op.added_at)
      .bind(":left", op.left_at)
      .bind(":password", op.password)
      .bind_blob(":key", view(op.public_key))
      .bind_blob(":wrapped", op.wrapped_seed)
      .bind_blob(":recovery", op.recovery_seed)
      .bind(":by", op.vouched_by)
      .bind_blob(":voucher", op.voucher)
      .bind_blob(":mark", mark(op))
      .bind(":name", op.name)
      .run();
}

std::optional<Operator> Operators::find(const std::string& name) {
  auto q = db_.query("SELECT " OPERATOR_COLUMNS " FROM operators WHERE name = :name");
  q.bind(":name", name);
  if (!q.step()) return std::nullopt;
  return read(q);
}

std::vector<Operator> Operators::all() {
  auto q = db_.query("SELECT " OPERATOR_COLUMNS " FROM operators ORDER BY name");
  std::vector<Operator> found;
  while (q.step()) found.push_back(read(q));
  return found;
}

std::vector<Operator> Operators::readers() {
  auto found = all();
  std::erase_if(found, [this](const Operator& op) { return !reads(op); });
  return found;
}

bool Operators::vouch(const Reader& by, const std::string& name) {
  const auto voucher = find(by.name);
  auto newcomer = find(name);
  if (!newcomer || !newcomer->intact || !newcomer->roles.any_of(kReaders) || !newcomer->vouched_by.empty())
    return false;
  const bool first = by.name == name &&
                     std::ranges::none_of(all(), [](const Operator& op) { return !op.vouched_by.empty(); });
  if (!first && (!voucher || !reads(*voucher) || by.name == name)) return false;
  if (public_key_of(by.seed) != voucher->public_key) return false;  // whose password was reset has no key
  newcomer->vouched_by = by.name;
  newcomer->voucher = sign(by.seed, what_is_vouched_for(name, newcomer->public_key));
  save(*newcomer);
  return true;
}

std::string Operators::mark(const VouchedKey& key) const {
  return mark_of(keys_, "former_keys", {key.name, view(key.public_key), key.vouched_by, key.voucher});
}

bool Operators::replace(const Operator& before, const Operator& after) {
  const auto now = find(before.name);
  if (!now || !now->intact || mark(*now) != mark(before)) return false;
  save(after);
  return true;
}

void Operators::retire_key(const Operator& op) {
  const VouchedKey key{op.name, op.public_key, op.vouched_by, op.voucher};
  db_.query(R"sql(
    INSERT INTO former_keys (operator, public_key, vouched_by, voucher, mark)
    VALUES (:name, :key, :by, :voucher, :mark))sql")
      .bind(":name", key.name)
      .bind_blob(":key", view(key.public_key))
      .bind(":by", key.vouched_by)
      .bind_blob(":voucher", key.voucher)
      .bind_blob(":mark", mark(key))
      .run();
}

std::vector<Operators::VouchedKey> Operators::keys_of(const std::string& name) {
  std::vector<VouchedKey> found;
  if (const auto op = find(name); op && op->intact)
    found.push_back({name, op->public_key, op->vouched_by, op->voucher});
  auto q = db_.query(
      "SELECT public_key, vouched_by, voucher, mark FROM former_keys WHERE operator = :name ORDER BY "
      "public_key");
  q.bind(":name", name);
  while (q.step()) {
    VouchedKey key{name, {}, q.text(1), q.text(2)};
    if (q.text(0).size() != key.public_key.size()) continue;
    key.public_key = key32(q.text(0));
    if (q.text(3) == mark(key)) found.push_back(key);
  }
  return found;
}

std::optional<Operators::VouchedKey> Operators::signer(const std::string& name, std::string_view text,
                                                       std::string_view signature) {
  for (const VouchedKey& key : keys_of(name))
    if (signed_by(key.public_key, text, signature)) return key;
  return std::nullopt;
}

bool Operators::leads_back(VouchedKey key) {
  for (int steps = 0; steps < kLongestChain; ++steps) {
    const auto by = signer(key.vouched_by, what_is_vouched_for(key.name, key.public_key), key.voucher);
    if (!by) return false;
    if (by->public_key == key.public_key) return true;  // the first reader's own
    key = *by;
  }
  return false;
}

bool Operators::vouched(const Operator& op) {
  return op.intact && leads_back({op.name, op.public_key, op.vouched_by, op.voucher});
}

bool Operators::signed_by_reader(const std::string& name, std::string_view text, std::string_view signature) {
  const auto by = signer(name, text, signature);
  return by && leads_back(*by);
}

bool vouches_for_itself(const Operator& op) {
  return signed_by(op.public_key, what_is_vouched_for(op.name, op.public_key), op.voucher);
}

Unlocked unlock(const Keyring& keys, const std::optional<Operator>& op, const std::string& name,
                const std::string& password) {
  const bool known = op && op->intact && op->left_at == 0;
  const auto key = check_password(keys, name, known ? op->password : "", password);
  if (!key) return {};
  Unlocked unlocked{.right = true};
  if (const auto seed = unwrap(*key, op->wrapped_seed, place_of("password", *op)))
    unlocked.seed = Secret(key32(*seed));
  return unlocked;
}

void set_password(const Keyring& keys, Operator& op, const Secret& seed, const std::string& password,
                  const PasswordCost& cost) {
  const auto fresh = make_password(keys, op.name, password, cost);
  op.password = fresh.record;
  op.wrapped_seed = wrap(fresh.wraps, seed.view(), place_of("password", op));
}

void reset_password(const Keyring& keys, Operator& op, const std::string& password,
                    const PasswordCost& cost) {
  op.password = make_password(keys, op.name, password, cost).record;
  op.wrapped_seed.clear();
}

std::string make_recovery_code(Operator& op, const Secret& seed) {
  const Secret random = random_secret();
  const std::string digits = base32(random.view().substr(0, kCodeBytes), kCrockford);
  op.recovery_seed = wrap(secret_of_code(digits), seed.view(), place_of("recovery", op));
  return in_groups(digits, '-');
}

std::optional<Secret> recover(const Operator& op, const std::string& code) {
  const std::string digits = crockford_digits(code, kRecoveryDigits);
  if (digits.empty() || op.recovery_seed.empty()) return std::nullopt;
  const auto seed = unwrap(secret_of_code(digits), op.recovery_seed, place_of("recovery", op));
  if (!seed) return std::nullopt;
  return Secret(key32(*seed));
}

void succeed(Operator& op, const Secret& old_seed) {
  op.vouched_by = op.name;
  op.voucher = sign(old_seed, what_is_vouched_for(op.name, op.public_key));
}

Secret renew_key(Operator& op) {
  Secret seed = random_secret();
  new_key(op, seed);
  return seed;
}

}  // namespace careline::store
