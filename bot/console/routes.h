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

// Who looks after accounts.
inline constexpr Roles kAccountKeepers = Role::admin | Role::lead;

// Beyond a full session: who still has to confirm the second factor, and whose content is locked, may come
// too; or password and code must have been given again within five minutes; or a reader may come whose key is
// shut since somebody reset their password, who otherwise sees nothing but what is for everybody.
inline constexpr unsigned kAlsoEnrolling = 1, kAlsoLocked = 2, kSteppedUp = 4, kAlsoWithoutKey = 8;

struct Route {
  const char* method;
  const char* path;  // {id} stands for one segment
  Roles who;
  Kind kind;
  Answer (*act)(Office&, const Visit&);
  unsigned but = 0;
};

const std::vector<Route>& routes();

struct Found {
  const Route* route;
  std::string argument;
};
std::optional<Found> find_route(std::string_view method, std::string_view path);
bool allows(Roles who, const std::optional<Session>& session);

}  // namespace careline::console
