// What operators do about their own password and key: change, recover, renew; and the password after a reset.
#include "bot/console/origin.h"
#include "bot/console/pages.h"
#include "bot/console/proof.h"
#include "bot/console/views.h"
#include "config/passwords.h"

namespace careline::console {
namespace {

using flow::KeyOutcome;

// What is typed into these forms; wiped when it goes out of scope.
struct Typed {
  explicit Typed(const Visit& visit)
      : name(visit.field("name")),
        old(visit.field("password")),
        fresh(visit.field("fresh")),
        again(visit.field("again")),
        code(visit.field("code")) {}
  ~Typed() {
    for (std::string* text : {&old, &fresh, &again, &code}) sodium_memzero(text->data(), text->size());
  }
  bool too_long() const {
    constexpr std::size_t kLongest = 512;  // bytes; passwords have 128 characters at most
    return std::max({name.size(), old.size(), fresh.size(), again.size(), code.size()}) > kLongest;
  }
  std::string name, old, fresh, again, code;
};

// Why the new password is not taken; nullopt for a good one.
std::optional<web::Response> fault_of(const Office& office, const Typed& typed, const std::string& name) {
  if (typed.fresh != typed.again) return problem(office, 422, "console.key.not_the_same");
  const auto fault = config::password_fault(typed.fresh, name);
  if (!fault) return std::nullopt;
  return problem(office, 422,
                 fault == config::PasswordFault::length ? "console.key.length" : "console.key.common");
}

// Everywhere else the operator is signed out; here the session goes on with the key of now.
web::Response gone_on(Office& office, const Visit& visit, const std::optional<store::Secret>& seed) {
  Session session = *visit.session;
  session.seed = seed;
  office.live.drop(session.key);
  office.sessions.end_all(session.name);
  const std::string secret = begin_session(office, visit.request(), session);
  return with_cookie(visit.request(), secret, {{"go", "/me"}});
}

web::Response answer_to(Office& office, const Visit& visit, const flow::KeyResult& result,
                        std::string_view wrong) {
  if (result.outcome == KeyOutcome::wrong) {
    office.setup.desk.note(visit.actor(), store::Action::sign_in_refused);
    return problem(office, 422, wrong);
  }
  if (result.outcome == KeyOutcome::gone) return problem(office, 409, "console.problem.stale");
  office.slowing.succeeded(visit.session->key);
  return gone_on(office, visit, result.seed);
}

// Behind the gate and slowed down by session, as unlocking is.
Answer with_password(Office& office, const Visit& visit, std::string_view wrong,
                     std::function<flow::KeyResult()> act) {
  return at_the_gate(office, visit, [&office, visit, wrong, act = std::move(act)] {
    const auto wait = office.slowing.begin(visit.session->key, office.setup.now_ms());
    if (wait > 0) return slow_down(office, wait);
    return answer_to(office, visit, act(), wrong);
  });
}

std::optional<store::Operator> me(Office& office, const Visit& visit) {
  return office.readers.with(
      [&](store::Db& db) { return store::Operators(db, office.setup.keys).find(visit.session->name); });
}

}  // namespace

Answer own_key_page(Office& office, const Visit& visit) {
  const auto op = me(office, visit);
  if (!op) return not_found(office, visit.session);
  const Json view = own_key_view(office.setup.phrases, *op);
  return page(200,
              office.templates.page("own_key", view,
                                    frame(office, visit.session, office.words("console.key.title"), "/me")));
}

Answer change_password(Office& office, const Visit& visit) {
  auto typed = std::make_shared<Typed>(visit);
  if (typed->too_long()) return problem(office, 422, "console.key.wrong_password");
  if (auto fault = fault_of(office, *typed, visit.session->name)) return fault;
  return with_password(office, visit, "console.key.wrong_password", [&office, visit, typed] {
    return office.staff.change_password(visit.actor(), typed->old, typed->fresh);
  });
}

Answer own_recovery_code(Office& office, const Visit& visit) {
  const auto code = office.staff.make_recovery_code(visit.actor());
  if (!code) return problem(office, 409, "console.problem.stale");
  const Json view = {{"who", visit.session->name}, {"code", *code}};
  return json(200, {{"page", office.templates.render("own_recovery_code", view)}});
}

Answer rotate_key(Office& office, const Visit& visit) {
  auto typed = std::make_shared<Typed>(visit);
  if (typed->too_long()) return problem(office, 422, "console.key.wrong_password");
  return with_password(office, visit, "console.key.wrong_password",
                       [&office, visit, typed] { return office.staff.rotate(visit.actor(), typed->old); });
}

Answer lost_key_page(Office& office, const Visit& visit) {
  const auto op = me(office, visit);
  if (visit.session->seed || !op) return redirect("/me");
  const auto alone = office.readers.with(
      [&](store::Db& db) { return store::held_alone(db, office.setup.keys, visit.session->name); });
  const Json view = lost_key_view(office.setup.phrases, *op, alone);
  return page(200,
              office.templates.page("lost_key", view,
                                    frame(office, visit.session, office.words("console.lost.title"), "/me")));
}

Answer recover_key(Office& office, const Visit& visit) {
  auto typed = std::make_shared<Typed>(visit);
  if (typed->too_long()) return problem(office, 422, "console.lost.wrong");
  return with_password(office, visit, "console.lost.wrong", [&office, visit, typed] {
    return office.staff.recover(visit.actor(), typed->code, typed->old);
  });
}

Answer give_up_key(Office& office, const Visit& visit) {
  auto typed = std::make_shared<Typed>(visit);
  if (typed->too_long()) return problem(office, 422, "console.key.wrong_password");
  return with_password(office, visit, "console.key.wrong_password",
                       [&office, visit, typed] { return office.staff.give_up(visit.actor(), typed->old); });
}

Answer activate_page(Office& office, const Visit&) {
  return page(200,
              office.templates.page("activate", Json::object(),
                                    frame(office, std::nullopt, office.words("console.activate.title"), "")));
}

Answer activate(Office& office, const Visit& visit) {
  if (!from_loopback(visit.request())) return problem(office, 403, "console.sign_in.needs_https");
  auto typed = std::make_shared<Typed>(visit);
  if (typed->too_long() || typed->name.empty()) return problem(office, 401, "console.activate.wrong");
  if (auto fault = fault_of(office, *typed, typed->name)) return fault;
  return at_the_gate(office, visit, [&office, typed] {
    const std::string slowed = "activate\n" + typed->name;  // of its own: it slows nobody's sign-in
    if (const auto wait = office.slowing.begin(slowed, office.setup.now_ms()); wait > 0)
      return slow_down(office, wait);
    if (!office.staff.activate(typed->name, typed->code, typed->fresh))
      return problem(office, 401, "console.activate.wrong");
    office.slowing.succeeded(slowed);
    office.end_everywhere(typed->name);
    return json(200, {{"go", "/sign-in"}});
  });
}

}  // namespace careline::console
