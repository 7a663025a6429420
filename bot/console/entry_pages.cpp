// Coming in, going out, the live stream, and the pages that every operator has.
#include <sodium.h>

#include <exception>
#include <new>

#include "bot/console/assets.h"
#include "bot/console/origin.h"
#include "bot/console/pages.h"
#include "bot/console/views.h"
#include "store/operators.h"
#include "store/second_factor.h"

namespace careline::console {
namespace {

constexpr std::size_t kLongestName = 128, kLongestPassword = 512, kLongestCode = 64;  // bytes
constexpr std::int64_t kMostLetters = 200;

web::Response slow_down(const Office& office, std::int64_t wait_ms) {
  const std::string seconds = std::to_string((wait_ms + 999) / 1000);
  auto response =
      json(429, {{"problem", office.setup.phrases.text("console.sign_in.slow", {{"seconds", seconds}})}});
  response.headers.emplace_back("Retry-After", seconds);
  return response;
}

struct Attempt {
  std::string name, password, code, place;
  ~Attempt() { sodium_memzero(password.data(), password.size()); }
};

struct Known {
  std::optional<store::Operator> op;
  std::optional<store::SecondFactor> factor;
};

Known known(Office& office, const std::string& name) {
  return office.readers.with([&](store::Db& db) {
    return Known{store::Operators(db, office.setup.keys).find(name),
                 store::SecondFactors(db, office.setup.keys).find(name)};
  });
}

bool take_code(Office& office, const Attempt& attempt, std::int64_t now_ms) {
  bool taken = false;
  office.setup.writer.run([&](store::Db& db) {
    taken = store::SecondFactors(db, office.setup.keys).take(attempt.name, attempt.code, now_ms);
  });
  return taken;
}

// Who signs in, if everything is right. Takes the same steps for a name that does not exist, and looks at the
// code also after a wrong password.
std::optional<Session> admitted(Office& office, const Attempt& attempt, std::int64_t now_ms) {
  const auto [op, factor] = known(office, attempt.name);
  const auto unlocked = store::unlock(office.setup.keys, op, attempt.name, attempt.password);
  const bool code_fits = store::fits(office.setup.keys, factor, attempt.code, now_ms);
  if (!unlocked.right || !factor) return std::nullopt;
  if (factor->confirmed && !(code_fits && take_code(office, attempt, now_ms))) return std::nullopt;
  const Standing standing = factor->confirmed ? Standing::full : Standing::enrolling;
  return Session{.name = op->name, .roles = op->roles, .standing = standing, .seed = unlocked.seed};
}

web::Response check(Office& office, const web::Request& request, const Attempt& attempt) {
  const std::int64_t now = office.setup.now_ms();
  if (const auto wait = office.slowing.begin(attempt.name, now); wait > 0) return slow_down(office, wait);
  const auto session = admitted(office, attempt, now);
  if (!session) return problem(office, 401, "console.sign_in.wrong");
  office.slowing.succeeded(attempt.name);
  const std::string secret = begin_session(office, request, *session, session->standing);
  auto response = json(200, {{"go", session->standing == Standing::full ? attempt.place : "/enrol"}});
  response.headers.emplace_back("Set-Cookie", session_cookie(request, secret));
  return response;
}

web::Response busy(const Office& office) {
  auto response = problem(office, 503, "console.sign_in.busy");
  response.headers.emplace_back("Retry-After", "3");
  return response;
}

void check_and_answer(Office& office, web::Exchange& exchange, const Attempt& attempt) {
  web::Response response;
  try {
    response = check(office, exchange.request(), attempt);
  } catch (const std::bad_alloc&) {
    response = busy(office);
  } catch (const std::exception&) {
    response = problem(office, 500, "console.problem.fault");
  }
  guard(exchange.request(), response);
  exchange.answer(std::move(response));
}

}  // namespace

std::string begin_session(Office& office, const web::Request& request, Session whose, Standing standing) {
  const std::int64_t now = office.setup.now_ms();
  const std::string before = session_secret(request);
  if (const auto old = office.sessions.find(before, now, Touch::passive)) {
    office.live.drop(old->key);
    office.sessions.end(before);
  }
  whose.standing = standing;
  return office.sessions.start(whose, now);
}

Answer home(Office& office, const Visit& visit) {
  if (visit.session->roles.any_of(kReaders)) return list_page(office, visit);
  return redirect("/topics");
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
  auto attempt = std::make_shared<Attempt>();
  attempt->name = visit.field("name");
  attempt->password = visit.field("password");
  attempt->code = visit.field("code");
  attempt->place = safe_place(visit.field("place"));
  if (attempt->name.size() > kLongestName || attempt->password.size() > kLongestPassword ||
      attempt->code.size() > kLongestCode)
    return problem(office, 401, "console.sign_in.wrong");
  const bool taken = office.gate.offer(
      [&office, attempt, exchange = visit.exchange] { check_and_answer(office, *exchange, *attempt); });
  if (!taken) return busy(office);
  return std::nullopt;
}

Answer sign_out(Office& office, const Visit& visit) {
  office.sessions.end(session_secret(visit.request()));
  office.live.drop(visit.session->key);
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
    office.live.add(std::move(stream), visit.session->key, visit.session->roles, position);
  return std::nullopt;
}

Answer asset_file(Office&, const Visit& visit) { return asset(visit.argument); }

Answer undelivered_page(Office& office, const Visit& visit) {
  const auto letters = office.readers.with(
      [&](store::Db& db) { return store::Outbox(db, office.setup.keys).dead_letters(kMostLetters); });
  return page(200, office.templates.page("undelivered", undelivered_view(office.setup.phrases, letters),
                                         frame(office, visit.session,
                                               office.words("console.undelivered.title"), "/undelivered")));
}

}  // namespace careline::console
