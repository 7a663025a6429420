// Accounts of the whole team, for admins and leads: a forgotten password, a lost phone, other roles, leaving.
// Nothing here opens anything.
#include "bot/console/pages.h"
#include "bot/console/views.h"

namespace careline::console {
namespace {

// Nobody does this to themselves: one's own password and key have pages of their own, and an office needs an
// admin.
bool own(const Visit& visit, const std::string& name) { return name == visit.session->name; }

Answer refused(const Office& office) { return problem(office, 409, "console.accounts.refused"); }

Answer done(const Office& office, std::string_view phrase, const std::string& name) {
  return json(200, {{"say", office.setup.phrases.text(phrase, {{"name", name}})}});
}

std::string words_of(const Office& office, const store::Left& left) {
  const auto& phrases = office.setup.phrases;
  if (left.how == store::Leaving::last_reader) return phrases.text("console.accounts.last_reader");
  return phrases.text("console.accounts.alone", {{"open", std::to_string(left.alone.open)},
                                                 {"closed", std::to_string(left.alone.closed)}});
}

}  // namespace

Answer accounts_page(Office& office, const Visit& visit) {
  const auto people =
      office.readers.with([&](store::Db& db) { return store::Operators(db, office.setup.keys).all(); });
  const Json view = accounts_view(office.setup.phrases, people, visit.session->name,
                                  visit.session->roles.any_of(Role::admin));
  return page(200, office.templates.page(
                       "accounts", view,
                       frame(office, visit.session, office.words("console.accounts.title"), "/accounts")));
}

Answer account_reset(Office& office, const Visit& visit) {
  const std::string name = visit.field("name");
  const auto code = own(visit, name) ? std::nullopt : office.staff.make_activation(visit.actor(), name);
  if (!code) return refused(office);
  office.end_everywhere(name);
  return json(200, {{"page", office.templates.render("activation_code", {{"who", name}, {"code", *code}})}});
}

Answer account_factor(Office& office, const Visit& visit) {
  const std::string name = visit.field("name");
  if (own(visit, name) || !office.staff.renew_factor(visit.actor(), name)) return refused(office);
  office.end_everywhere(name);
  return done(office, "console.accounts.factor_renewed", name);
}

Answer account_leave(Office& office, const Visit& visit) {
  const std::string name = visit.field("name");
  if (own(visit, name)) return refused(office);
  const store::Left left = office.staff.leave(visit.actor(), name);
  if (left.how == store::Leaving::unknown) return refused(office);
  if (left.how != store::Leaving::done) return json(409, {{"problem", words_of(office, left)}});
  office.end_everywhere(name);
  return json(200, {{"go", "/accounts"}});
}

Answer account_roles(Office& office, const Visit& visit) {
  const std::string name = visit.field("name");
  const auto roles = Roles::parse(visit.field("roles"));
  if (own(visit, name) || !roles || !office.staff.change_roles(visit.actor(), name, *roles))
    return refused(office);
  office.end_everywhere(name);
  return json(200, {{"go", "/accounts"}});
}

}  // namespace careline::console
