// Everybody who wrote to the bot.
#include "store/people.h"

#include "store/day.h"
#include "store/padding.h"

namespace careline::store {
namespace {

// The smallest sizes that are stored: nearly every state but a draft's has the same, and a row with it fits a
// quarter of a page, beyond which SQLite would give it pages of its own.
constexpr std::size_t kAddress = 64, kState = 768;

// "" when it does not open.
std::string opened_state(const Keyring& keys, const PersonId& id, const std::string& sealed) {
  return without_padding(keys.open(Purpose::state, sealed, id.view())).value_or("");
}

}  // namespace

std::string People::sealed_address(const Person& person) const {
  return keys_.seal(Purpose::address, padded(person.line_id, kAddress), person.id.view());
}

std::optional<std::string> People::address(const PersonId& id, const std::string& sealed) const {
  return without_padding(keys_.open(Purpose::address, sealed, id.view()));
}

std::optional<Person> People::find(const PersonId& id) {
  auto q = db_.query(
      "SELECT sealed_address, sealed_state, blocked, quiet, show_directly FROM people WHERE person = "
      ":person");
  q.bind(":person", id);
  if (!q.step()) return std::nullopt;
  Person person{.id = id, .line_id = address(id, q.text(0)).value_or("")};
  if (!q.null(1)) person.state_json = opened_state(keys_, id, q.text(1));
  person.known = true;
  person.blocked = q.integer(2) != 0;
  person.quiet = q.integer(3) != 0;
  person.show_directly = q.integer(4) != 0;
  return person;
}

Person People::find(std::string_view line_id) {
  const PersonId id = id_of(line_id);
  if (auto known = find(id)) return *known;
  return {.id = id, .line_id = std::string(line_id)};
}

// Who is known gets a plain update: it touches no guarded column, so that no trigger runs.
void People::remember(const Person& person, std::int64_t today) {
  auto q = person.known
               ? db_.query("UPDATE people SET sealed_state = :state, state_day = :day WHERE person = :person")
               : db_.query(R"sql(
    INSERT INTO people (person, sealed_address, sealed_state, state_day) VALUES (:person, :address, :state, :day)
    ON CONFLICT (person) DO UPDATE SET sealed_state = :state, state_day = :day)sql");
  q.bind(":person", person.id).bind(":day", today);
  if (!person.known) q.bind_blob(":address", sealed_address(person));
  if (person.state_json.empty())
    q.bind_null(":state");
  else
    q.bind_blob(":state", keys_.seal(Purpose::state, padded(person.state_json, kState), person.id.view()));
  q.run();
}

void People::set_blocked(const Person& person, std::int64_t blocked) {
  db_.query(R"sql(
    INSERT INTO people (person, sealed_address, blocked) VALUES (:person, :address, :blocked)
    ON CONFLICT (person) DO UPDATE SET blocked = :blocked)sql")
      .bind(":person", person.id)
      .bind_blob(":address", sealed_address(person))
      .bind(":blocked", blocked)
      .run();
}

void People::set_quiet(const PersonId& id, std::int64_t quiet) {
  db_.query("UPDATE people SET quiet = :quiet WHERE person = :person")
      .bind(":quiet", quiet)
      .bind(":person", id)
      .run();
}

void People::set_show_directly(const PersonId& id, std::int64_t directly) {
  db_.query("UPDATE people SET show_directly = :directly WHERE person = :person")
      .bind(":directly", directly)
      .bind(":person", id)
      .run();
}

std::vector<Person> People::people(Query& q) {
  std::vector<Person> found;
  while (q.step()) {
    const auto id = q.id<PersonId>(0);
    if (auto line_id = address(id, q.text(1)))
      found.push_back({.id = id, .line_id = *line_id, .state_json = "", .known = true});
  }
  return found;
}

std::vector<Person> People::reachable() {
  auto q = db_.query("SELECT person, sealed_address FROM people WHERE blocked = 0 AND quiet = 0");
  return people(q);
}

void People::forget(const PersonId& id) {
  db_.query("DELETE FROM people WHERE person = :person").bind(":person", id).run();
  db_.query("DELETE FROM consents WHERE person = :person").bind(":person", id).run();
}

std::int64_t People::sweep_states(std::int64_t before_day) {
  // The day goes too: it would tell for ever when somebody wrote last.
  return db_
      .query(R"sql(
    UPDATE people SET sealed_state = NULL, state_day = 0 WHERE sealed_state IS NOT NULL AND state_day < :day)sql")
      .bind(":day", before_day)
      .run();
}

std::vector<Person> People::with_state(const PersonId& after, std::int64_t limit) {
  auto q = db_.query(R"sql(
    SELECT person, sealed_state FROM people WHERE sealed_state IS NOT NULL AND person > :after
    ORDER BY person LIMIT :limit)sql");
  q.bind(":after", after).bind(":limit", limit);
  std::vector<Person> found;
  while (q.step()) {
    const auto id = q.id<PersonId>(0);
    found.push_back({.id = id, .line_id = "", .state_json = "", .known = true});
    found.back().state_json = opened_state(keys_, id, q.text(1));
  }
  return found;
}

void People::forget_state(const PersonId& id) {
  db_.query("UPDATE people SET sealed_state = NULL, state_day = 0 WHERE person = :person")
      .bind(":person", id)
      .run();
}

void People::consented(const PersonId& id, const std::string& kind, const std::string& version,
                       std::int64_t now_ms) {
  db_.query(R"sql(
    INSERT INTO consents (person, kind, version, at) VALUES (:person, :kind, :version, :at)
    ON CONFLICT (person, kind, version) DO UPDATE SET at = :at)sql")
      .bind(":person", id)
      .bind(":kind", kind)
      .bind(":version", version)
      .bind(":at", begin_of_day_in_taiwan(now_ms))
      .run();
}

void People::notice_shown(const std::string& kind, const std::string& version, std::int64_t day) {
  db_.query(R"sql(
    INSERT INTO notices_shown (kind, version, day, count) VALUES (:kind, :version, :day, 1)
    ON CONFLICT (kind, version, day) DO UPDATE SET count = count + 1)sql")
      .bind(":kind", kind)
      .bind(":version", version)
      .bind(":day", day)
      .run();
}

void People::join(const std::string& topic, const PersonId& id) {
  db_.query("INSERT INTO members (topic, person) VALUES (:topic, :person) ON CONFLICT DO NOTHING")
      .bind(":topic", topic)
      .bind(":person", id)
      .run();
}

void People::leave(const std::string& topic, const PersonId& id) {
  db_.query("DELETE FROM members WHERE topic = :topic AND person = :person")
      .bind(":topic", topic)
      .bind(":person", id)
      .run();
}

std::vector<std::string> People::topics_of(const PersonId& id) {
  std::vector<std::string> found;
  auto q = db_.query("SELECT topic FROM members WHERE person = :person ORDER BY topic");
  q.bind(":person", id);
  while (q.step()) found.push_back(q.text(0));
  return found;
}

std::vector<Person> People::members_of(const std::string& topic) {
  auto q = db_.query(R"sql(
    SELECT p.person, p.sealed_address FROM members m JOIN people p ON p.person = m.person
    WHERE m.topic = :topic AND p.blocked = 0 AND p.quiet = 0)sql");
  q.bind(":topic", topic);
  return people(q);
}

}  // namespace careline::store
