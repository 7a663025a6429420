// What operators do about their own sign-ins, and giving password and code again for what weighs more.
#include "bot/console/origin.h"
#include "bot/console/pages.h"
#include "bot/console/proof.h"
#include "store/second_factor.h"

namespace careline::console {
namespace {

web::Response check_step_up(Office& office, const Visit& visit, const Proof& proof) {
  const std::int64_t now = office.setup.now_ms();
  if (const auto wait = office.slowing.begin(visit.session->key, now); wait > 0)
    return slow_down(office, wait);
  const auto proven = prove(office, proof, Asked::password_and_code, now);
  const bool right = proven && proven->enrolled;
  office.setup.desk.note(visit.actor(), right ? store::Action::stepped_up : store::Action::sign_in_refused);
  if (!right) return problem(office, 422, "console.sign_in.wrong");
  office.slowing.succeeded(visit.session->key);
  Session session = *visit.session;
  session.stepped_up_at = now;
  const std::string secret = begin_session(office, visit.request(), session);
  return with_cookie(visit.request(), secret, {{"go", safe_place(visit.field("place"))}});
}

std::size_t codes_left(Office& office, const std::string& name) {
  return office.readers.with([&](store::Db& db) {
    const auto factor = store::SecondFactors(db, office.setup.keys).find(name);
    return factor ? factor->recovery_codes_left() : 0;
  });
}

}  // namespace

Answer step_up_page(Office& office, const Visit& visit) {
  const auto next = visit.request().query.find("next");
  const Json view = {{"place", safe_place(next == visit.request().query.end() ? "" : next->second)},
                     {"who", visit.session->name}};
  return page(200,
              office.templates.page("step_up", view,
                                    frame(office, visit.session, office.words("console.step_up.title"), "")));
}

Answer step_up(Office& office, const Visit& visit) {
  auto proof = std::make_shared<Proof>();
  proof->name = visit.session->name;
  proof->password = visit.field("password");
  proof->code = visit.field("code");
  if (proof->too_long()) return problem(office, 422, "console.sign_in.wrong");
  return at_the_gate(office, visit, [&office, visit, proof] { return check_step_up(office, visit, *proof); });
}

Answer me_page(Office& office, const Visit& visit) {
  const std::string& name = visit.session->name;
  const auto count = [&](std::string_view phrase, std::size_t number) {
    return office.setup.phrases.text(phrase, {{"count", std::to_string(number)}});
  };
  const Json view = {
      {"who", name},
      {"sessions", count("console.me.sessions", office.sessions.count(name, office.setup.now_ms()))},
      {"codes_left", count("console.me.codes_left", codes_left(office, name))}};
  return page(200, office.templates.page(
                       "me", view, frame(office, visit.session, office.words("console.me.title"), "/me")));
}

Answer sign_out_everywhere(Office& office, const Visit& visit) {
  office.setup.desk.note(visit.actor(), store::Action::signed_out_everywhere);
  office.end_everywhere(visit.session->name);
  return with_cookie(visit.request(), "", {{"go", "/sign-in"}});
}

Answer fresh_codes(Office& office, const Visit& visit) {
  std::vector<std::string> codes;
  office.setup.writer.run([&](store::Db& db) {
    codes = store::SecondFactors(db, office.setup.keys).make_recovery_codes(visit.session->name);
  });
  office.setup.desk.note(visit.actor(), store::Action::codes_renewed);
  return json(200, {{"page", recovery_codes(office, codes)}});
}

}  // namespace careline::console
