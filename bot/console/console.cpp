// Takes each request through the table of routes: who is it, may they, did one of our pages ask, then act.
#include "bot/console/console.h"

#include <exception>

#include "bot/console/office.h"
#include "bot/console/origin.h"
#include "bot/console/pages.h"
#include "bot/console/routes.h"

namespace careline::console {
namespace {

constexpr const char* kTokenHeader = "x-careline-token";
constexpr std::int64_t kOneRefusal_ms = 60'000;

bool is_json(const web::Request& request) {
  const std::string_view type = request.header("content-type");
  return type.substr(0, type.find(';')) == "application/json";
}

// Two independent guards: what browsers say about the page that asked, and the session's own token.
bool forged(const web::Request& request, const Route& route, const Visit& visit) {
  if (!is_json(request) || !from_our_pages(request)) return true;
  if (route.who == kAnyone) return false;
  const std::string_view header = request.header(kTokenHeader);
  return !same_token(visit.session->token, header.empty() ? visit.field("token") : header);
}

Answer without_session(const Office& office, const web::Request& request, Kind kind) {
  if (kind == Kind::page) {
    const std::string place = safe_place(request.path);
    return redirect(place == "/" ? "/sign-in" : "/sign-in?next=" + place);
  }
  return problem(office, 401, "console.problem.signed_out");
}

// The same answer as for what does not exist; the audit trail knows it, once a minute.
Answer refuse(Office& office, const Route& route, const Visit& visit) {
  const std::string key = visit.session->key + route.method + route.path;
  const std::int64_t now = office.setup.now_ms();
  if (!office.refusals.within(key, now, kOneRefusal_ms)) {
    office.refusals.mark(key, now);
    office.setup.desk.refused(visit.actor(), std::string(route.method) + " " + route.path);
  }
  return not_found(office, visit.session);
}

// Who still has to confirm the second factor sees the page for that and nothing else.
Answer enrol_first(const Office& office, Kind kind) {
  if (kind == Kind::page) return redirect("/enrol");
  return problem(office, 401, "console.problem.signed_out");
}

Answer unlock_first(const Office& office, const Visit& visit, Kind kind) {
  if (kind == Kind::page) return lock_page(office, visit);
  return problem(office, 423, "console.problem.locked");
}

// A reader whose password was reset by somebody else: until the key is back nothing that a key opens is for
// them, so that whoever did the resetting cannot act in their name either.
bool without_key(const Route& route, const Session& session) {
  return session.roles.any_of(kReaders) && session.standing == Standing::full && !session.seed &&
         route.who != kSignedIn && (route.but & (kAlsoWithoutKey | kAlsoLocked)) == 0;
}

Answer find_key_first(const Office& office, Kind kind) {
  if (kind == Kind::page) return redirect("/me/lost-key");
  return problem(office, 409, "console.lost.first");
}

Answer step_up_first(const Visit& visit, Kind kind) {
  if (kind != Kind::page) return json(428, {{"step_up", true}});
  return redirect("/step-up?next=" + safe_place(visit.request().path));
}

// What this session must do before the route is for it; nullopt if nothing.
Answer must_first(const Office& office, const Route& route, const Visit& visit) {
  const Session& session = *visit.session;
  if (session.standing == Standing::enrolling && (route.but & kAlsoEnrolling) == 0)
    return enrol_first(office, route.kind);
  if (session.locked() && (route.but & kAlsoLocked) == 0) return unlock_first(office, visit, route.kind);
  if (without_key(route, session)) return find_key_first(office, route.kind);
  if ((route.but & kSteppedUp) != 0 && office.setup.now_ms() - session.stepped_up_at >= kStepUp_ms)
    return step_up_first(visit, route.kind);
  return std::nullopt;
}

Answer act_on(Office& office, const Found& found, Visit& visit) {
  const Route& route = *found.route;
  visit.argument = found.argument;
  if (route.kind == Kind::file) return route.act(office, visit);
  if (route.who != kAnyone && !visit.session) return without_session(office, visit.request(), route.kind);
  if (!allows(route.who, visit.session)) return refuse(office, route, visit);
  if (route.kind == Kind::action) {
    visit.body = Json::parse(visit.request().body, nullptr, false);
    if (visit.body.is_discarded() || !visit.body.is_object()) visit.body = Json::object();
    if (forged(visit.request(), route, visit)) return problem(office, 403, "console.problem.forged");
  }
  if (route.who != kAnyone)
    if (auto answer = must_first(office, route, visit)) return answer;
  return route.act(office, visit);
}

// A visit of live updates keeps no session alive: a screen that nobody looks at must be signed out.
Touch touch_of(const std::optional<Found>& found) {
  const bool by_hand = found && (found->route->kind == Kind::page || found->route->kind == Kind::action);
  return by_hand ? Touch::counts_as_activity : Touch::passive;
}

Answer answer_for(Office& office, std::shared_ptr<web::Exchange> exchange) {
  const web::Request& request = exchange->request();
  const auto found = find_route(request.method, request.path);
  Visit visit{std::move(exchange), std::nullopt, "", Json::object()};
  visit.session = office.sessions.find(session_secret(request), office.setup.now_ms(), touch_of(found));
  if (found) return act_on(office, *found, visit);
  if (!visit.session)
    return without_session(office, request, request.method == "POST" ? Kind::action : Kind::page);
  return not_found(office, visit.session);
}

void serve(Office& office, std::shared_ptr<web::Exchange> exchange) {
  Answer answer;
  try {
    answer = answer_for(office, exchange);
  } catch (const std::exception&) {
    const bool page = exchange->request().method != "POST";
    answer = page ? notice_page(office, std::nullopt, 500, "console.fault.title", "console.fault.text")
                  : problem(office, 500, "console.problem.fault");
  }
  if (!answer) return;
  guard(exchange->request(), *answer);
  exchange->answer(std::move(*answer));
}

}  // namespace

struct Console::Parts {
  explicit Parts(Setup setup) : office(std::move(setup)) {}
  Office office;
};

Console::Console(Setup setup) : parts_(std::make_unique<Parts>(std::move(setup))) {}
Console::~Console() = default;

web::Handler Console::handler() {
  return [this](std::shared_ptr<web::Exchange> exchange) { serve(parts_->office, std::move(exchange)); };
}

void Console::sign_out(const std::string& name) { parts_->office.end_everywhere(name); }

std::set<std::string> Console::on_duty() const {
  return parts_->office.sessions.on_duty(kReaders, parts_->office.setup.now_ms());
}

}  // namespace careline::console
