// While the content is locked: the page that says so, the way back in by the password, and the strip that
// stays live.
#include "bot/console/pages.h"
#include "bot/console/proof.h"
#include "store/threads.h"

namespace careline::console {
namespace {

struct Waiting {
  std::int64_t threads = 0, alerts = 0, newest_alert_at = 0;
};

Waiting waiting_for(Office& office, const std::string& name) {
  return office.readers.with([&](store::Db& db) {
    store::Threads threads(db, office.setup.keys);
    Waiting waiting;
    for (const store::Thread& thread : threads.to_do(false, name)) {
      if (thread.waiting) ++waiting.threads;
      if (thread.severity == 0) continue;
      ++waiting.alerts;
      waiting.newest_alert_at = std::max(waiting.newest_alert_at, threads.alerted_at(thread.id));
    }
    return waiting;
  });
}

std::string counted(const Office& office, std::string_view phrase, std::int64_t count) {
  return office.setup.phrases.text(phrase, {{"count", std::to_string(count)}});
}

web::Response check_unlock(Office& office, const Visit& visit, const Proof& proof) {
  const std::int64_t now = office.setup.now_ms();
  // By session, not by name: nobody outside can slow down the way back in.
  if (const auto wait = office.slowing.begin(visit.session->key, now); wait > 0)
    return slow_down(office, wait);
  const auto proven = prove(office, proof, Asked::password, now);
  office.setup.desk.note(visit.actor(), proven ? store::Action::unlocked : store::Action::sign_in_refused);
  if (!proven) return problem(office, 422, "console.lock.wrong");
  office.slowing.succeeded(visit.session->key);
  Session session = *visit.session;
  session.standing = Standing::full;
  session.roles = proven->roles;
  session.seed = proven->seed;
  const std::string secret = begin_session(office, visit.request(), session);
  return with_cookie(visit.request(), secret, {{"reload", true}});
}

}  // namespace

web::Response lock_page(const Office& office, const Visit& visit) {
  const bool taken_over = visit.session->standing == Standing::taken_over;
  const Json view = {{"who", visit.session->name},
                     {"why", office.words(taken_over ? "console.lock.taken_over" : "console.lock.resting")}};
  return page(423, office.templates.page(
                       "locked", view, frame(office, visit.session, office.words("console.lock.title"), "")));
}

Answer unlock(Office& office, const Visit& visit) {
  if (!visit.session->locked()) return problem(office, 409, "console.problem.stale");
  auto proof = std::make_shared<Proof>();
  proof->name = visit.session->name;
  proof->password = visit.field("password");
  if (proof->too_long()) return problem(office, 422, "console.lock.wrong");
  return at_the_gate(office, visit, [&office, visit, proof] { return check_unlock(office, visit, *proof); });
}

Answer strip(Office& office, const Visit& visit) {
  const Waiting waiting = waiting_for(office, visit.session->name);
  const Json view = {
      {"waiting", counted(office, "console.strip.waiting", waiting.threads)},
      {"alerts",
       waiting.alerts > 0 ? Json(counted(office, "console.strip.alerts", waiting.alerts)) : Json(false)},
      {"alarm", waiting.newest_alert_at > visit.session->alarm_known_at}};
  return page(200, office.templates.render("strip", view));
}

// Silences the strip of this operator alone: the alert itself stays open until somebody opens its thread.
Answer alarm_known(Office& office, const Visit& visit) {
  office.sessions.alarm_known(visit.session->key, office.setup.now_ms());
  return json(200, {{"refresh", "strip"}});
}

}  // namespace careline::console
