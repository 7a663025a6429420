// Messages promised but not yet known to be sent.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/db.h"
#include "store/seal.h"

namespace careline::store {

enum class Lane : std::int64_t { crisis = 0, reply = 1, notice = 2, bulk = 3 };
enum class Mode { reply, push, multicast };

struct Parcel {
  std::int64_t id = 0;
  Lane lane = Lane::reply;
  PersonId person;  // for a multicast slice: a random id of its own; read back, it is an id of the outbox's
  Mode mode = Mode::push;
  std::string retry_key;  // made once, before the first try
  std::int64_t made_at = 0, token_until = 0, due_at = 0, first_push_at = 0;
  std::int64_t tries = 0, unknown = 0;  // before the try that it was taken for
  std::int64_t counsellor = 0;          // a counsellor's answer passes a spent quota
  std::string body;                     // JSON {to, token, messages, about}
};

class Outbox {
 public:
  Outbox(Db& db, const Keyring& keys) : db_(db), keys_(keys) {}
  void put(const Parcel& parcel);
  // Takes what is due, crisis first, at most one parcel per person and lane, and hides it until
  // `lease_until`: a crash while it is being sent delays it. Each is counted as tried before the call is
  // made.
  struct Room {
    std::size_t crisis, ordinary;  // how many of the crisis lane, and of all others together
  };
  std::vector<Parcel> take(std::int64_t now_ms, std::int64_t lease_until, Room room);
  // What an earlier process took and never settled falls due now: reply tokens live shorter than leases. Only
  // the one process that sends may call this, before it takes anything.
  void end_leases(std::int64_t now_ms, std::int64_t lease_ms);
  // Undoes taking for a parcel that no call was begun for.
  void give_back(const Parcel& parcel);
  void sent(std::int64_t id);
  void dead(std::int64_t id, const std::string& reason);
  // The same call again at `due_at`; an unknown reply is counted.
  void again(std::int64_t id, std::int64_t due_at, std::int64_t unknown);
  // It was a reply and becomes a push, with the row's own retry key.
  void push_instead(std::int64_t id, std::int64_t due_at);
  void drop_for(const PersonId& person);
  // What waits for this person or was given up, each with its body (empty once given up).
  std::vector<Parcel> of(const PersonId& person);
  // What was given up before this time, at most `limit`; how many.
  std::int64_t drop_dead(std::int64_t before_ms, std::int64_t limit);
  struct Counts {
    std::int64_t waiting, dead;
  };
  Counts counts();
  struct DeadLetter {
    std::int64_t id, made_at;
    std::string reason;
  };
  std::vector<DeadLetter> dead_letters(std::int64_t limit);

 private:
  // Keeps a person's parcels in order without saying which person of the other tables it is.
  PersonId whose(const PersonId& person) const { return keys_.hash<PersonId>(Purpose::order, person.view()); }
  Db& db_;
  const Keyring& keys_;
};

}  // namespace careline::store
