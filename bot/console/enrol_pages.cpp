// The first sign-in: an operator takes the second factor into their phone and writes the recovery codes down.
#include "bot/console/pages.h"
#include "bot/console/proof.h"
#include "bot/console/qr.h"
#include "store/base32.h"
#include "store/second_factor.h"

namespace careline::console {
namespace {

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
  constexpr const char* kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (kPlain.find(c) != std::string_view::npos)
      out += c;
    else
      out.append("%").append(1, kHex[byte >> 4U]).append(1, kHex[byte & 15U]);
  }
  return out;
}

// What authenticator apps read: https://github.com/google/google-authenticator/wiki/Key-Uri-Format
std::string address_for_apps(const std::string& issuer, const std::string& name, const std::string& secret) {
  const std::string from = percent_encoded(issuer);
  return "otpauth://totp/" + from + ":" + percent_encoded(name) + "?secret=" + secret + "&issuer=" + from;
}

// What only the new session can see: the page that follows, and its token.
web::Response with_codes(Office& office, const Visit& visit, const std::vector<std::string>& codes) {
  Session full = *visit.session;
  full.standing = Standing::full;
  const std::string secret = begin_session(office, visit.request(), full);
  const auto session = office.sessions.find(secret, office.setup.now_ms(), Touch::passive);
  return with_cookie(visit.request(), secret,
                     {{"page", recovery_codes(office, codes)}, {"token", session ? session->token : ""}});
}

}  // namespace

Answer enrol_page(Office& office, const Visit& visit) {
  if (visit.session->standing != Standing::enrolling) return redirect("/");
  const std::string& name = visit.session->name;
  const auto factor = office.readers.with(
      [&](store::Db& db) { return store::SecondFactors(db, office.setup.keys).find(name); });
  if (!factor || factor->confirmed) return redirect("/sign-in");
  const std::string secret = store::base32(factor->secret, store::kRfc4648);
  const QrCode qr = qr_code(address_for_apps(office.words("console.brand"), name, secret));
  const Json view = {{"qr_size", qr.size}, {"qr_path", qr.path}, {"secret", store::in_groups(secret, ' ')}};
  return page(200, office.templates.page(
                       "enrol", view, frame(office, visit.session, office.words("console.enrol.title"), "")));
}

Answer enrol(Office& office, const Visit& visit) {
  if (visit.session->standing != Standing::enrolling) return problem(office, 409, "console.problem.stale");
  std::vector<std::string> codes;
  office.setup.writer.run([&](store::Db& db) {
    store::SecondFactors factors(db, office.setup.keys);
    if (factors.confirm(visit.session->name, visit.field("code"), office.setup.now_ms()))
      codes = factors.make_recovery_codes(visit.session->name);
  });
  if (codes.empty()) return problem(office, 422, "console.enrol.wrong");
  office.setup.desk.note(visit.actor(), store::Action::factor_confirmed);
  return with_codes(office, visit, codes);
}

std::string recovery_codes(const Office& office, const std::vector<std::string>& codes) {
  Json rows = Json::array();
  for (const std::string& code : codes) rows.push_back({{"code", code}});
  return office.templates.render("recovery_codes", {{"codes", rows}});
}

Answer codes_noted(Office&, const Visit&) { return json(200, {{"go", "/"}}); }

}  // namespace careline::console
