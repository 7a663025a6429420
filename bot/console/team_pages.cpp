// The team's recovery key: a lead vouches for it, and readers give it what was written before.
#include "bot/console/pages.h"
#include "store/seal.h"

namespace careline::console {

Answer team_vouch(Office& office, const Visit& visit) {
  const auto key = store::from_hex(visit.field("key"));
  const bool whole = key && key->size() == store::Key32{}.size();
  if (!whole || !office.staff.vouch_team_key(visit.actor(), store::key32(*key)))
    return problem(office, 409, "console.team.refused");
  return json(200, {{"go", "/people"}});
}

Answer team_share(Office& office, const Visit& visit) {
  const std::string given = std::to_string(office.staff.give_to_team(visit.actor()));
  return json(200, {{"say", office.setup.phrases.text("console.team.shared", {{"count", given}})}});
}

}  // namespace careline::console
