// One table of everything that the console answers.
#include "bot/console/routes.h"

#include "bot/console/pages.h"

namespace careline::console {

const std::vector<Route>& routes() {
  static const std::vector<Route> table = {
      {"GET", "/", kSignedIn, Kind::page, home},
      {"GET", "/sign-in", kAnyone, Kind::page, sign_in_page},
      {"POST", "/sign-in", kAnyone, Kind::action, sign_in},
      {"GET", "/enrol", kSignedIn, Kind::page, enrol_page, kAlsoEnrolling},
      {"POST", "/enrol", kSignedIn, Kind::action, enrol, kAlsoEnrolling},
      {"POST", "/codes-noted", kSignedIn, Kind::action, codes_noted},
      {"POST", "/sign-out", kSignedIn, Kind::action, sign_out, kAlsoEnrolling | kAlsoLocked},
      {"POST", "/unlock", kSignedIn, Kind::action, unlock, kAlsoLocked},
      {"GET", "/strip", kReaders, Kind::data, strip, kAlsoLocked},
      {"POST", "/alarm-known", kReaders, Kind::action, alarm_known, kAlsoLocked},
      {"GET", "/step-up", kSignedIn, Kind::page, step_up_page},
      {"POST", "/step-up", kSignedIn, Kind::action, step_up},
      {"GET", "/me", kSignedIn, Kind::page, me_page},
      {"POST", "/me/sign-out-everywhere", kSignedIn, Kind::action, sign_out_everywhere, kSteppedUp},
      {"POST", "/me/fresh-codes", kSignedIn, Kind::action, fresh_codes, kSteppedUp},
      {"GET", "/me/key", kSignedIn, Kind::page, own_key_page, kSteppedUp},
      {"POST", "/me/password", kSignedIn, Kind::action, change_password, kSteppedUp},
      {"POST", "/me/recovery-code", kReaders, Kind::action, own_recovery_code, kSteppedUp},
      {"POST", "/me/rotate", kReaders, Kind::action, rotate_key, kSteppedUp},
      {"GET", "/me/lost-key", kReaders, Kind::page, lost_key_page, kAlsoWithoutKey},
      {"POST", "/me/recover", kReaders, Kind::action, recover_key, kAlsoWithoutKey},
      {"POST", "/me/give-up", kReaders, Kind::action, give_up_key, kAlsoWithoutKey},
      {"GET", "/activate", kAnyone, Kind::page, activate_page},
      {"POST", "/activate", kAnyone, Kind::action, activate},
      {"GET", "/accounts", kAccountKeepers, Kind::page, accounts_page, kSteppedUp},
      {"POST", "/accounts/reset", Role::admin, Kind::action, account_reset, kSteppedUp},
      {"POST", "/accounts/factor", Role::admin, Kind::action, account_factor, kSteppedUp},
      {"POST", "/accounts/roles", Role::admin, Kind::action, account_roles, kSteppedUp},
      {"POST", "/accounts/leave", kAccountKeepers, Kind::action, account_leave, kSteppedUp},
      {"POST", "/here", kSignedIn, Kind::action, still_here},
      {"GET", "/alarms", kSignedIn, Kind::data, alarms_part},
      {"GET", "/session", kSignedIn, Kind::data, session_now, kAlsoLocked},
      {"GET", "/live", kSignedIn, Kind::data, live_stream, kAlsoLocked},
      {"GET", "/assets/{id}", kAnyone, Kind::file, asset_file},
      {"GET", "/undelivered", kSignedIn, Kind::page, undelivered_page},
      {"GET", "/to-do", kReaders, Kind::data, list_part},
      {"GET", "/closed", kReaders, Kind::page, closed_page},
      {"GET", "/all", kOverseers, Kind::page, all_page},
      {"GET", "/threads/{id}", kReaders, Kind::page, thread_page},
      {"GET", "/threads/{id}/history", kReaders, Kind::data, thread_part},
      {"POST", "/threads/{id}/opened", kReaders, Kind::action, thread_opened},
      {"POST", "/threads/{id}/reply", kReaders, Kind::action, thread_reply},
      {"POST", "/threads/{id}/draft", kReaders, Kind::action, thread_draft},
      {"POST", "/threads/{id}/close", kReaders, Kind::action, thread_close},
      {"POST", "/threads/{id}/contact", kReaders, Kind::action, thread_contact},
      {"GET", "/search", kReaders, Kind::page, search_page},
      {"POST", "/search", kReaders, Kind::action, search_now},
      {"GET", "/people", kReaders, Kind::page, people_page},
      {"POST", "/people/vouch", kReaders, Kind::action, people_vouch, kSteppedUp},
      {"POST", "/people/share", kReaders, Kind::action, people_share, kSteppedUp},
      {"GET", "/me/actions", kSignedIn, Kind::page, my_actions},
      {"GET", "/audit", kAuditors, Kind::page, audit_page},
      {"POST", "/audit/find", kAuditors, Kind::action, audit_find},
      {"POST", "/audit/verify", kAuditors, Kind::action, audit_verify},
      {"GET", "/audit/verification", kAuditors, Kind::data, audit_verification},
      {"GET", "/audit/anchor", kAuditors, Kind::page, audit_anchor},
      {"POST", "/audit/export", kAuditors, Kind::action, audit_export, kSteppedUp},
      {"GET", "/audit/file", kAuditors, Kind::page, audit_file, kSteppedUp},
      {"GET", "/disclosures", kSeeDisclosures, Kind::page, disclosures_page},
      {"POST", "/disclosures", kAskForDisclosure, Kind::action, disclosure_ask},
      {"POST", "/disclosures/{id}/approve", kApproveDisclosure, Kind::action, disclosure_approve, kSteppedUp},
      {"POST", "/disclosures/{id}/export", kReaders, Kind::action, disclosure_export, kSteppedUp},
      {"GET", "/disclosures/{id}/file", kReaders, Kind::page, disclosure_file, kSteppedUp},
      {"GET", "/retention", kReaders, Kind::page, retention_page},
      {"POST", "/people/team-vouch", Role::lead, Kind::action, team_vouch, kSteppedUp},
      {"POST", "/people/team-share", kReaders, Kind::action, team_share, kSteppedUp},
      {"POST", "/retention/hold", Role::lead, Kind::action, retention_hold},
      {"POST", "/retention/release", Role::lead, Kind::action, retention_release},
      {"POST", "/retention/propose-over", kKeepers, Kind::action, retention_propose_over},
      {"POST", "/retention/propose", kKeepers, Kind::action, retention_propose},
      {"POST", "/retention/withdraw", kKeepers, Kind::action, retention_withdraw},
      {"POST", "/retention/approve", kReaders, Kind::action, retention_approve, kSteppedUp},
      {"GET", "/topics", kPosters, Kind::page, topics_page},
      {"GET", "/topics/sent", kPosters, Kind::data, topics_sent},
      {"POST", "/topics/preview", kPosters, Kind::action, topics_preview},
      {"POST", "/topics/send", kPosters, Kind::action, topics_send},
      {"GET", "/care", kPosters, Kind::page, care_page},
      {"GET", "/care/sent", kPosters, Kind::data, care_sent},
      {"POST", "/care/preview", kPosters, Kind::action, care_preview},
      {"POST", "/care/send", kPosters, Kind::action, care_send},
  };
  return table;
}

namespace {

std::optional<std::string> matched(std::string_view pattern, std::string_view path) {
  constexpr std::string_view kHole = "{id}";
  const auto hole = pattern.find(kHole);
  if (hole == std::string_view::npos) return pattern == path ? std::optional<std::string>("") : std::nullopt;
  const std::string_view before = pattern.substr(0, hole), after = pattern.substr(hole + kHole.size());
  if (path.size() <= before.size() + after.size() || path.substr(0, before.size()) != before ||
      path.substr(path.size() - after.size()) != after)
    return std::nullopt;
  const std::string_view inner = path.substr(before.size(), path.size() - before.size() - after.size());
  if (inner.find('/') != std::string_view::npos) return std::nullopt;
  return std::string(inner);
}

}  // namespace

std::optional<Found> find_route(std::string_view method, std::string_view path) {
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  for (const Route& route : routes()) {
    if (route.method != wanted) continue;
    if (auto argument = matched(route.path, path)) return Found{&route, std::move(*argument)};
  }
  return std::nullopt;
}

bool allows(Roles who, const std::optional<Session>& session) {
  return who == kAnyone || (session && session->roles.any_of(who));
}

}  // namespace careline::console
