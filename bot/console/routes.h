// One table of everything that the console answers: method, address, who may, what is done.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/console/office.h"

namespace careline::console {

inline constexpr Roles kAnyone = {};  // also without signing in
inline constexpr Roles kSignedIn = kEveryRole;
// page: a whole page; without a session it leads to the sign-in. data: a piece of a page or a stream; it
// keeps no session alive. action: JSON in and out, guarded against forged requests. file: the same for
// everybody.
enum class Kind { page, data, action, file };

// full: whoever is wholly signed in. enrolling: also who still has to confirm the second factor.
enum class Needs { full, enrolling };

struct Route {
  const char* method;
  const char* path;  // {id} stands for one segment
  Roles who;
  Kind kind;
  Answer (*act)(Office&, const Visit&);
  Needs needs = Needs::full;
};

const std::vector<Route>& routes();

struct Found {
  const Route* route;
  std::string argument;
};
std::optional<Found> find_route(std::string_view method, std::string_view path);
bool allows(Roles who, const std::optional<Session>& session);

}  // namespace careline::console
