// Coming in, going out, the live stream, and the pages that every operator has.
#include "bot/console/assets.h"
#include "bot/console/origin.h"
#include "bot/console/pages.h"
#include "bot/console/proof.h"
#include "bot/console/views.h"

namespace careline::console {
namespace {

constexpr std::int64_t kMostLetters = 200;

// "unknown" stands for what is no operator's name: it may be a password in the wrong field.
flow::Actor meant(Office& office, const std::string& name) {
  const auto op =
      office.readers.with([&](store::Db& db) { return store::Operators(db, office.setup.keys).find(name); });
  return op ? flow::Actor{op->name, op->roles, {}} : flow::Actor{"unknown", {}, {}};
}

web::Response check(Office& office, const web::Request& request, const Proof& proof,
                    const std::string& place) {
  const std::int64_t now = office.setup.now_ms();
  if (const auto wait = office.slowing.begin(proof.name, now); wait > 0) return slow_down(office, wait);
  const auto proven = prove(office, proof, Asked::password_and_code, now);
  office.setup.desk.note(meant(office, proof.name),
                         proven ? store::Action::signed_in : store::Action::sign_in_refused);
  if (!proven) return problem(office, 401, "console.sign_in.wrong");
  office.slowing.succeeded(proof.name);
  const Session session{.name = proof.name,
                        .roles = proven->roles,
                        .standing = proven->enrolled ? Standing::full : Standing::enrolling,
                        .seed = proven->seed};
  const std::string secret = begin_session(office, request, session);
  return with_cookie(request, secret, {{"go", proven->enrolled ? place : "/enrol"}});
}

}  // namespace

Answer home(Office& office, const Visit& visit) {
  if (visit.session->roles.any_of(kReaders) && !visit.session->seed) return redirect("/me/lost-key");
  if (visit.session->roles.any_of(kReaders)) return list_page(office, visit);
  return redirect(visit.session->roles.any_of(kPosters) ? "/topics" : "/audit");
}

Answer sign_in_page(Office& office, const Visit& visit) {
  const auto next = visit.request().query.find("next");
  const std::string place = safe_place(next == visit.request().query.end() ? "" : next->second);
  const Json view = {{"place", place}, {"returning", place != "/"}};
  return page(200,
              office.templates.page("sign_in", view,
                                    frame(office, std::nullopt, office.words("console.sign_in.title"), "")));
}

Answer sign_in(Office& office, const Visit& visit) {
  if (!from_loopback(visit.request())) return problem(office, 403, "console.sign_in.needs_https");
  auto proof = std::make_shared<Proof>();
  proof->name = visit.field("name");
  proof->password = visit.field("password");
  proof->code = visit.field("code");
  if (proof->too_long()) return problem(office, 401, "console.sign_in.wrong");
  return at_the_gate(office, visit, [&office, visit, proof] {
    return check(office, visit.request(), *proof, safe_place(visit.field("place")));
  });
}

Answer sign_out(Office& office, const Visit& visit) {
  office.sessions.end(session_secret(visit.request()));
  office.live.drop(visit.session->key);
  office.setup.desk.note(visit.actor(), store::Action::signed_out);
  auto response = json(200, {{"go", "/sign-in"}});
  response.headers.emplace_back("Set-Cookie", session_cookie(visit.request(), ""));
  response.headers.emplace_back("Clear-Site-Data", "\"cache\", \"cookies\", \"storage\"");
  return response;
}

Answer still_here(Office&, const Visit&) { return json(200, {{"ok", true}}); }

Answer session_now(Office& office, const Visit& visit) {
  if (!from_our_pages(visit.request())) return problem(office, 403, "console.problem.forged");
  return json(200, {{"token", visit.session->token}});
}

Answer live_stream(Office& office, const Visit& visit) {
  web::Response head{200, "text/event-stream; charset=utf-8", "", {{"X-Accel-Buffering", "no"}}};
  if (visit.request().method == "HEAD") return head;
  if (!office.live.has_room(visit.session->key)) {
    auto full = problem(office, 503, "console.problem.too_many_pages");
    full.headers.emplace_back("Retry-After", "5");
    return full;
  }
  const std::string_view again = visit.request().header("last-event-id");
  const auto after = visit.request().query.find("after");
  const std::string position = !again.empty()                         ? std::string(again)
                               : after != visit.request().query.end() ? after->second
                                                                      : "";
  guard(visit.request(), head);
  if (auto stream = visit.exchange->stream(std::move(head)))
    office.live.add(std::move(stream), *visit.session, position);
  return std::nullopt;
}

Answer alarms_part(Office& office, const Visit&) {
  return page(200, office.templates.render("alarms",
                                           alarms_view(office.setup.phrases, office.setup.alarms.present())));
}

Answer asset_file(Office&, const Visit& visit) { return asset(visit.argument); }

Answer undelivered_page(Office& office, const Visit& visit) {
  const auto letters = office.readers.with(
      [&](store::Db& db) { return store::Outbox(db, office.setup.keys).dead_letters(kMostLetters); });
  const auto view = visit.session->roles.any_of(kReaders) ? undelivered_view(office.setup.phrases, letters)
                                                          : reasons_view(office.setup.phrases, letters);
  return page(200, office.templates.page("undelivered", view,
                                         frame(office, visit.session,
                                               office.words("console.undelivered.title"), "/undelivered")));
}

}  // namespace careline::console
