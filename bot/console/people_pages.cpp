// Who reads: vouching for a newcomer's key, and handing one's open threads on.
#include "bot/console/pages.h"
#include "bot/console/views.h"

namespace careline::console {
namespace {

std::vector<store::Operator> those_who_read(Office& office) {
  auto all =
      office.readers.with([&](store::Db& db) { return store::Operators(db, office.setup.keys).all(); });
  std::erase_if(all, [](const store::Operator& op) { return !op.roles.any_of(kReaders) || op.left_at != 0; });
  return all;
}

Answer done(const Office& office, std::string_view phrase, const std::string& name) {
  return json(200, {{"say", office.setup.phrases.text(phrase, {{"name", name}})}, {"go", "/people"}});
}

}  // namespace

Answer people_page(Office& office, const Visit& visit) {
  Json view = people_view(office.setup.phrases, those_who_read(office), visit.session->name);
  view.update(office.readers.with([&](store::Db& db) {
    store::TeamKeys team(db, office.setup.keys);
    return team_view(office.setup.phrases, team.in_force(), team.waiting(),
                     visit.session->roles.any_of(Role::lead));
  }));
  return page(200, office.templates.page(
                       "people", view,
                       frame(office, visit.session, office.words("console.people.title"), "/people")));
}

Answer people_vouch(Office& office, const Visit& visit) {
  const std::string name = visit.field("name");
  if (!office.setup.desk.vouch(visit.actor(), name)) return problem(office, 409, "console.people.refused");
  return done(office, "console.people.vouched", name);
}

Answer people_share(Office& office, const Visit& visit) {
  const std::string name = visit.field("name");
  if (!office.setup.desk.share(visit.actor(), name, visit.field("closed") == "yes"))
    return problem(office, 409, "console.people.nothing_shared");
  return done(office, "console.people.shared", name);
}

}  // namespace careline::console
