// The sums over guarded tables.
#include "store/guard.h"

#include <SQLiteCpp/Transaction.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>

#include "store/audit.h"
#include "store/canonical.h"

namespace careline::store {
namespace {

constexpr std::size_t kSum = Digest{}.size();

// Changed by every event and emptied soon; nothing that people rely on stands only there. Whoever changes
// this list or the next for a table that exists already needs a migration with it, which starts the guard
// anew.
constexpr std::array<std::string_view, 8> kExempt = {"inbox",    "seen",          "unsent",   "outbox",
                                                     "counters", "notices_shown", "sessions", "guard"};
// Columns that change with every message: where a conversation stands is sealed to its person and swept
// daily.
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kVolatile = {
    {{"people", "sealed_state"}, {"people", "state_day"}}};

struct Table {
  std::string name;
  std::vector<std::string> columns;
};

std::string quoted(const std::string& name, char quote = '"') {
  std::string out(1, quote);
  for (const char c : name) out.append(c == quote ? 2 : 1, c);
  return out + quote;
}

std::vector<std::string> columns_of(Db& db, const std::string& table) {
  std::vector<std::string> columns;
  auto q = db.query("SELECT name FROM pragma_table_info(:table) ORDER BY cid");
  q.bind(":table", table);
  while (q.step())
    if (std::find(kVolatile.begin(), kVolatile.end(),
                  std::pair<std::string_view, std::string_view>(table, q.text(0))) == kVolatile.end())
      columns.push_back(q.text(0));
  return columns;
}

std::vector<Table> guarded_tables(Db& db) {
  std::vector<Table> tables;
  auto q = db.query(R"sql(
    SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name)sql");
  while (q.step())
    if (std::find(kExempt.begin(), kExempt.end(), q.text(0)) == kExempt.end())
      tables.push_back({q.text(0), {}});
  for (Table& table : tables) table.columns = columns_of(db, table.name);
  return tables;
}

// guard_row('table', NEW."a", NEW."b"): `before` stands before each column.
std::string row_call(const Table& table, const std::string& before) {
  std::string call = "guard_row(" + quoted(table.name, '\'');
  for (const auto& column : table.columns) call += ", " + before + quoted(column);
  return call + ")";
}

// --- numbers of 256 bits, least byte first -----------------------------------------------------------------

void add(unsigned char* sum, const unsigned char* term) {
  unsigned carry = 0;
  for (std::size_t i = 0; i < kSum; ++i, carry >>= 8) {
    carry += sum[i] + unsigned{term[i]};
    sum[i] = static_cast<unsigned char>(carry);
  }
}

void subtract(unsigned char* sum, const unsigned char* term) {
  int borrow = 0;
  for (std::size_t i = 0; i < kSum; ++i) {
    const int digit = sum[i] - int{term[i]} - borrow;
    sum[i] = static_cast<unsigned char>(digit);
    borrow = digit < 0 ? 1 : 0;
  }
}

// --- what SQL calls ----------------------------------------------------------------------------------------

std::string_view bytes_of(sqlite3_value* value) {
  const void* bytes = sqlite3_value_blob(value);  // before the length: it may convert
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

void add_field(Canonical& row, sqlite3_value* value) {
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER: row.integer(sqlite3_value_int64(value)); break;
    case SQLITE_FLOAT: row.real(sqlite3_value_double(value)); break;
    case SQLITE_TEXT: row.text(bytes_of(value)); break;
    case SQLITE_BLOB: row.blob(bytes_of(value)); break;
    default: row.nothing();
  }
}

// guard_row(table, columns…): the keyed hash of a row in its table.
void guard_row(sqlite3_context* context, int count, sqlite3_value** values) try {
  Canonical row("row");
  for (int i = 0; i < count; ++i) add_field(row, values[i]);
  const auto& keys = *static_cast<const Keyring*>(sqlite3_user_data(context));
  const Digest digest = keys.mac(Purpose::row, row.bytes());
  sqlite3_result_blob(context, digest.data(), static_cast<int>(digest.size()), SQLITE_TRANSIENT);
} catch (const std::exception&) {  // only memory can be missing
  sqlite3_result_error_nomem(context);
}

// guard_change(sums, position, old row or NULL, new row or NULL): the sums with one of them changed.
void guard_change(sqlite3_context* context, int, sqlite3_value** values) try {
  std::string sums(bytes_of(values[0]));
  const auto at = static_cast<std::size_t>(sqlite3_value_int64(values[1])) * kSum;
  if (at + kSum > sums.size()) throw std::logic_error("a sum is missing");
  auto* sum = reinterpret_cast<unsigned char*>(sums.data() + at);
  const auto term = [&](int i) { return reinterpret_cast<const unsigned char*>(bytes_of(values[i]).data()); };
  if (term(2) != nullptr) subtract(sum, term(2));
  if (term(3) != nullptr) add(sum, term(3));
  *static_cast<bool*>(sqlite3_user_data(context)) = true;
  sqlite3_result_blob(context, sums.data(), static_cast<int>(sums.size()), SQLITE_TRANSIENT);
} catch (const std::exception&) {
  sqlite3_result_error(context, "the guard cannot count", -1);
}

void define(Db& db, const char* name, int arguments, int flags, const void* data,
            void (*function)(sqlite3_context*, int, sqlite3_value**)) {
  if (sqlite3_create_function_v2(db.raw().getHandle(), name, arguments, SQLITE_UTF8 | flags,
                                 const_cast<void*>(data), function, nullptr, nullptr, nullptr) != SQLITE_OK)
    throw std::runtime_error("SQLite takes no functions");
}

void define_row(Db& db, const Keyring& keys) {
  define(db, "guard_row", -1, SQLITE_DETERMINISTIC, &keys, guard_row);
}

// --- the triggers ------------------------------------------------------------------------------------------

std::string trigger(const Table& table, std::size_t position, const std::string& event,
                    const std::string& old_row, const std::string& new_row) {
  return "CREATE TEMP TRIGGER " + quoted("guard " + event.substr(0, 6) + " " + table.name) + " AFTER " +
         event + " ON main." + quoted(table.name) + " BEGIN UPDATE guard_now SET sums = guard_change(sums, " +
         std::to_string(position) + ", " + old_row + ", " + new_row + "); END";
}

void watch(Db& db, const Table& table, std::size_t position) {
  const std::string was = row_call(table, "OLD."), is = row_call(table, "NEW.");
  std::string columns;
  for (const auto& column : table.columns) columns += (columns.empty() ? "" : ", ") + quoted(column);
  db.raw().exec(trigger(table, position, "INSERT", "NULL", is));
  db.raw().exec(trigger(table, position, "UPDATE OF " + columns, was, is));
  db.raw().exec(trigger(table, position, "DELETE", was, "NULL"));
}

// --- the stored guard --------------------------------------------------------------------------------------

struct Stored {
  std::string schema, sums;
  ChainEnd end;
  std::string mac;
};

// Everything that stands in the schema, but not where its pages are: those move.
Digest schema_digest(Db& db, const Keyring& keys) {
  Canonical schema("schema");
  auto q = db.query(
      "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master ORDER BY type, name, tbl_name");
  while (q.step())
    for (int column = 0; column < 4; ++column) schema.text(q.text(column));
  return keys.mac(Purpose::row, schema.bytes());
}

Digest mac_of(const Keyring& keys, const Stored& stored) {
  Canonical all("seal");
  all.blob(stored.schema).blob(stored.sums).integer(stored.end.seq).blob(stored.end.hash);
  return keys.mac(Purpose::row, all.bytes());
}

std::optional<Stored> read_stored(Db& db) {
  if (!has_guard(db)) return std::nullopt;
  auto q = db.query("SELECT schema, sums, audit_seq, audit_hash, mac FROM guard");
  if (!q.step()) return std::nullopt;
  return Stored{q.text(0), q.text(1), {q.integer(2), q.text(3)}, q.text(4)};
}

void store_sealed(Db& db, const Keyring& keys, Stored stored) {
  stored.end = Audit(db, keys).end();
  db.query(R"sql(
    INSERT INTO guard (one, schema, sums, audit_seq, audit_hash, mac)
    VALUES (1, :schema, :sums, :seq, :hash, :mac)
    ON CONFLICT (one) DO UPDATE
    SET schema = :schema, sums = :sums, audit_seq = :seq, audit_hash = :hash, mac = :mac)sql")
      .bind_blob(":schema", stored.schema)
      .bind_blob(":sums", stored.sums)
      .bind(":seq", stored.end.seq)
      .bind_blob(":hash", stored.end.hash)
      .bind_blob(":mac", view(mac_of(keys, stored)))
      .run();
}

std::vector<Finding> check_seal(Db& db, const Keyring& keys, const std::optional<Stored>& stored) {
  if (!stored) return {{Fault::guard_missing, "guard"}};
  if (stored->mac != view(mac_of(keys, *stored))) return {{Fault::seal_wrong, "guard"}};
  std::vector<Finding> found;
  const bool whole = stored->sums.size() == guarded_tables(db).size() * kSum;
  if (!whole || stored->schema != view(schema_digest(db, keys)))
    found.push_back({Fault::schema_changed, "sqlite_master"});
  const ChainEnd end = Audit(db, keys).end();
  if (end.seq != stored->end.seq || end.hash != stored->end.hash)
    found.push_back({Fault::audit_end_differs, "audit", end.seq});
  return found;
}

std::string sum_of(Db& db, const Table& table) {
  std::string sum(kSum, '\0');
  SQLite::Statement rows(db.raw(), "SELECT " + row_call(table, "") + " FROM main." + quoted(table.name));
  while (rows.executeStep())
    add(reinterpret_cast<unsigned char*>(sum.data()),
        static_cast<const unsigned char*>(rows.getColumn(0).getBlob()));
  return sum;
}

std::int64_t schema_version(Db& db) {
  auto q = db.query("PRAGMA main.schema_version");
  q.step();
  return q.integer(0);
}

}  // namespace

Guard::Guard(Db& db, const Keyring& keys) : db_(db), keys_(keys) {
  const auto stored = read_stored(db);
  const auto found = check_seal(db, keys, stored);
  if (!found.empty())
    throw std::runtime_error(std::string("the database was changed from outside (") +
                             code_of(found.front().fault) +
                             "): run `careline audit verify`, then restore a backup");
  schema_ = schema_digest(db, keys);
  schema_version_ = schema_version(db);
  define_row(db, keys);
  define(db, "guard_change", 4, 0, changed_.get(), guard_change);
  db.exec("PRAGMA recursive_triggers=ON");  // a row that is replaced is deleted first, and counts so
  db.exec("CREATE TEMP TABLE guard_now (sums BLOB NOT NULL) STRICT");
  db.query("INSERT INTO temp.guard_now (sums) VALUES (:sums)").bind_blob(":sums", stored->sums).run();
  const auto tables = guarded_tables(db);
  for (std::size_t position = 0; position < tables.size(); ++position) watch(db, tables[position], position);
}

void Guard::refuse_foreign_schema() {
  const std::int64_t version = schema_version(db_);
  if (version == schema_version_) return;
  if (schema_digest(db_, keys_) != schema_)
    throw std::runtime_error("the schema was changed from outside while the database is in use");
  schema_version_ = version;  // only pages moved (VACUUM)
}

void Guard::seal() {
  refuse_foreign_schema();
  if (!*changed_) return;
  auto q = db_.query("SELECT sums FROM temp.guard_now");
  q.step();
  store_sealed(db_, keys_, {std::string(view(schema_)), q.text(0), {}, ""});
  *changed_ = false;
}

bool has_guard(Db& db) {
  return db.query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'guard'").step();
}

std::size_t guarded_count(Db& db) { return guarded_tables(db).size(); }

void start_guard(Db& db, const Keyring& keys) {
  define_row(db, keys);
  std::string sums;
  for (const Table& table : guarded_tables(db)) sums += sum_of(db, table);
  store_sealed(db, keys, {std::string(view(schema_digest(db, keys))), sums, {}, ""});
}

std::vector<Finding> verify_seal(Db& db, const Keyring& keys) {
  const SQLite::Transaction one_moment(db.raw());
  return check_seal(db, keys, read_stored(db));
}

std::vector<Finding> verify_guard(Db& db, const Keyring& keys, const Steps& steps) {
  const auto stored = read_stored(db);
  auto found = check_seal(db, keys, stored);
  if (!stored) return found;
  define_row(db, keys);
  const auto tables = guarded_tables(db);
  if (stored->sums.size() != tables.size() * kSum) return found;  // said above: schema_changed
  const auto all = static_cast<std::int64_t>(tables.size()) + 1;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    steps(static_cast<std::int64_t>(i) + 1, all);
    if (stored->sums.compare(i * kSum, kSum, sum_of(db, tables[i])) != 0)
      found.push_back({Fault::table_differs, tables[i].name});
  }
  return found;
}

}  // namespace careline::store
