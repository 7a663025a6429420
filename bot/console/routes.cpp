// One table of everything that the console answers.
#include "bot/console/routes.h"

#include "bot/console/pages.h"

namespace careline::console {

const std::vector<Route>& routes() {
  static const std::vector<Route> table = {
      {"GET", "/", Role::signed_in, Kind::page, home},
      {"GET", "/sign-in", Role::anyone, Kind::page, sign_in_page},
      {"POST", "/sign-in", Role::anyone, Kind::action, sign_in},
      {"POST", "/sign-out", Role::signed_in, Kind::action, sign_out},
      {"POST", "/here", Role::signed_in, Kind::action, still_here},
      {"GET", "/session", Role::signed_in, Kind::data, session_now},
      {"GET", "/live", Role::signed_in, Kind::data, live_stream},
      {"GET", "/alarms", Role::signed_in, Kind::data, alarms_part},
      {"GET", "/assets/{id}", Role::anyone, Kind::file, asset_file},
      {"GET", "/undelivered", Role::signed_in, Kind::page, undelivered_page},
      {"GET", "/to-do", Role::counsellor, Kind::data, list_part},
      {"GET", "/closed", Role::counsellor, Kind::page, closed_page},
      {"GET", "/threads/{id}", Role::counsellor, Kind::page, thread_page},
      {"GET", "/threads/{id}/history", Role::counsellor, Kind::data, thread_part},
      {"POST", "/threads/{id}/opened", Role::counsellor, Kind::action, thread_opened},
      {"POST", "/threads/{id}/reply", Role::counsellor, Kind::action, thread_reply},
      {"POST", "/threads/{id}/close", Role::counsellor, Kind::action, thread_close},
      {"GET", "/topics", Role::admin, Kind::page, topics_page},
      {"GET", "/topics/sent", Role::admin, Kind::data, topics_sent},
      {"POST", "/topics/preview", Role::admin, Kind::action, topics_preview},
      {"POST", "/topics/send", Role::admin, Kind::action, topics_send},
      {"GET", "/care", Role::admin, Kind::page, care_page},
      {"GET", "/care/sent", Role::admin, Kind::data, care_sent},
      {"POST", "/care/preview", Role::admin, Kind::action, care_preview},
      {"POST", "/care/send", Role::admin, Kind::action, care_send},
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

bool allows(Role role, const std::optional<Session>& session) {
  switch (role) {
    case Role::anyone: return true;
    case Role::signed_in: return session.has_value();
    case Role::counsellor: return session && session->role == kCounsellor;
    case Role::admin: return session && session->role == kAdmin;
  }
  return false;
}

}  // namespace careline::console
