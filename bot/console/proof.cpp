// How an operator proves who they are.
#include "bot/console/proof.h"

#include <sodium.h>

#include <exception>
#include <new>

#include "bot/console/origin.h"
#include "store/operators.h"
#include "store/second_factor.h"

namespace careline::console {
namespace {

constexpr std::size_t kLongestName = 128, kLongestPassword = 512, kLongestCode = 64;  // bytes

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

bool take_code(Office& office, const Proof& proof, std::int64_t now_ms) {
  bool taken = false;
  office.setup.writer.run([&](store::Db& db) {
    taken = store::SecondFactors(db, office.setup.keys).take(proof.name, proof.code, now_ms);
  });
  return taken;
}

web::Response busy(const Office& office) {
  auto response = problem(office, 503, "console.sign_in.busy");
  response.headers.emplace_back("Retry-After", "3");
  return response;
}

web::Response outcome(const Office& office, const std::function<web::Response()>& check) {
  try {
    return check();
  } catch (const std::bad_alloc&) {
    return busy(office);
  } catch (const std::exception&) {
    return problem(office, 500, "console.problem.fault");
  }
}

}  // namespace

Proof::~Proof() { sodium_memzero(password.data(), password.size()); }

bool Proof::too_long() const {
  return name.size() > kLongestName || password.size() > kLongestPassword || code.size() > kLongestCode;
}

std::optional<Proven> prove(Office& office, const Proof& proof, Asked asked, std::int64_t now_ms) {
  const auto [op, factor] = known(office, proof.name);
  const auto unlocked = store::unlock(office.setup.keys, op, proof.name, proof.password);
  const bool code_fits = store::fits(office.setup.keys, factor, proof.code, now_ms);
  if (!unlocked.right || !factor) return std::nullopt;
  const Proven proven{op->roles, unlocked.seed, factor->confirmed};
  if (asked == Asked::password || !factor->confirmed) return proven;
  return code_fits && take_code(office, proof, now_ms) ? std::optional(proven) : std::nullopt;
}

Answer at_the_gate(Office& office, const Visit& visit, std::function<web::Response()> check) {
  const auto who = visit.session ? PasswordGate::Who::signed_in : PasswordGate::Who::stranger;
  const bool taken = office.gate.offer(who, [&office, exchange = visit.exchange, check = std::move(check)] {
    web::Response response = outcome(office, check);
    guard(exchange->request(), response);
    exchange->answer(std::move(response));
  });
  return taken ? std::nullopt : std::optional(busy(office));
}

web::Response slow_down(const Office& office, std::int64_t wait_ms) {
  const std::string seconds = std::to_string((wait_ms + 999) / 1000);
  auto response =
      json(429, {{"problem", office.setup.phrases.text("console.sign_in.slow", {{"seconds", seconds}})}});
  response.headers.emplace_back("Retry-After", seconds);
  return response;
}

std::string begin_session(Office& office, const web::Request& request, const Session& like) {
  const std::int64_t now = office.setup.now_ms();
  const std::string before = session_secret(request);
  if (const auto old = office.sessions.find(before, now, Touch::passive)) {
    office.live.drop(old->key);
    office.sessions.end(before);
  }
  const std::string secret = office.sessions.start(like, now);
  office.live.look();  // elsewhere the content was locked
  return secret;
}

web::Response with_cookie(const web::Request& request, const std::string& secret, const Json& answer) {
  auto response = json(200, answer);
  response.headers.emplace_back("Set-Cookie", session_cookie(request, secret));
  return response;
}

}  // namespace careline::console
