// Keeping and shredding: what is over its term, what must stay, two persons for each shredding.
#include "bot/console/pages.h"
#include "bot/console/retention_views.h"
#include "bot/console/views.h"
#include "config/programme.h"

namespace careline::console {
namespace {

constexpr const char* kPlace = "/retention";

Keeping keeping_of(Office& office) {
  const auto& setup = office.setup;
  const auto began = config::term_began(setup.now_ms(), setup.programme.retention.case_years);
  return office.readers.with([&](store::Db& db) {
    store::Retention retention(db, setup.keys);
    return Keeping{retention.over(began), retention.requests(), retention.holds(), retention.certificates()};
  });
}

std::optional<ThreadId> labelled(Office& office, const Visit& visit) {
  const std::string label = tidied(visit.field("label"));
  return office.readers.with([&](store::Db& db) -> std::optional<ThreadId> {
    const auto thread = store::Retention(db, office.setup.keys).labelled(label);
    return thread ? std::optional(thread->id) : std::nullopt;
  });
}

Answer told(const Office& office, bool done, std::string_view said, std::string_view refused) {
  if (!done) return problem(office, 409, refused);
  return json(200, {{"say", office.words(said)}, {"go", kPlace}});
}

}  // namespace

Answer retention_page(Office& office, const Visit& visit) {
  const Json view =
      retention_view(office.setup.phrases, keeping_of(office), visit.session->name, visit.session->roles);
  return page(200, office.templates.page(
                       "retention", view,
                       frame(office, visit.session, office.words("console.retention.title"), kPlace)));
}

Answer retention_hold(Office& office, const Visit& visit) {
  const auto thread = labelled(office, visit);
  const bool done = thread && office.setup.desk.hold(*thread, visit.actor(), visit.field("reason"));
  return told(office, done, "console.retention.held", "console.retention.not_held");
}

Answer retention_release(Office& office, const Visit& visit) {
  const auto thread = ThreadId::from_hex(visit.field("thread"));
  const bool done = thread && office.setup.desk.release(*thread, visit.actor());
  return told(office, done, "console.retention.released", "console.problem.stale");
}

Answer retention_propose_over(Office& office, const Visit& visit) {
  const bool done = office.setup.desk.propose_over(visit.actor());
  return told(office, done, "console.retention.proposed", "console.problem.stale");
}

Answer retention_propose(Office& office, const Visit& visit) {
  const auto thread = labelled(office, visit);
  const bool done = thread && office.setup.desk.propose(*thread, visit.actor(), visit.field("reason"));
  return told(office, done, "console.retention.proposed", "console.retention.not_proposed");
}

Answer retention_withdraw(Office& office, const Visit& visit) {
  const auto request = ShredId::from_hex(visit.field("request"));
  const bool done = request && office.setup.desk.withdraw(*request, visit.actor());
  return told(office, done, "console.retention.withdrawn", "console.problem.stale");
}

Answer retention_approve(Office& office, const Visit& visit) {
  const auto request = ShredId::from_hex(visit.field("request"));
  const bool done = request && office.setup.desk.approve(*request, visit.actor());
  return told(office, done, "console.retention.shredded", "console.retention.not_shredded");
}

}  // namespace careline::console
