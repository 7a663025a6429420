// Everybody who wrote to the bot: a keyed pseudonym, the sealed way back, where the conversation stands.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/db.h"
#include "store/seal.h"

namespace careline::store {

struct Person {
  PersonId id;
  std::string line_id;
  std::string state_json;  // empty: nothing remembered, or it did not open
  bool known = false, blocked = false, quiet = false, show_directly = false;
};

class People {
 public:
  People(Db& db, const Keyring& keys) : db_(db), keys_(keys) {}
  PersonId id_of(std::string_view line_id) const { return keys_.hash<PersonId>(Purpose::person, line_id); }
  Person find(std::string_view line_id);
  std::optional<Person> find(const PersonId& id);
  // Stores where the conversation stands; an empty state leaves nothing.
  void remember(const Person& person, std::int64_t today);
  void set_blocked(const Person& person, std::int64_t blocked);
  void set_quiet(const PersonId& id, std::int64_t quiet);
  void set_show_directly(const PersonId& id, std::int64_t directly);
  std::vector<Person> reachable();                     // neither blocked nor quiet
  void forget(const PersonId& id);                     // the row itself, and what the person agreed to
  std::int64_t sweep_states(std::int64_t before_day);  // how many
  // Those whose conversation stands somewhere, in the order of their ids and without their LINE ids.
  std::vector<Person> with_state(const PersonId& after, std::int64_t limit);
  void forget_state(const PersonId& id);

  // To the day.
  void consented(const PersonId& id, const std::string& kind, const std::string& version,
                 std::int64_t now_ms);
  void notice_shown(const std::string& kind, const std::string& version, std::int64_t day);

  void join(const std::string& topic, const PersonId& id);
  void leave(const std::string& topic, const PersonId& id);
  std::vector<std::string> topics_of(const PersonId& id);
  std::vector<Person> members_of(const std::string& topic);

 private:
  std::string sealed_address(const Person& person) const;
  std::optional<std::string> address(const PersonId& id, const std::string& sealed) const;
  std::vector<Person> people(Query& query);
  Db& db_;
  const Keyring& keys_;
};

}  // namespace careline::store
