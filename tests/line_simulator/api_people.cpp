// Profiles, followers, groups and rooms.
#include <algorithm>

#include "tests/line_simulator/api.h"
#include "tests/line_simulator/ids.h"
#include "tests/line_simulator/webhooks.h"

namespace careline::simulator {
namespace {

Json profile_of(const Employee& employee) {
  return {{"userId", employee.id}, {"displayName", employee.display_name}};
}

ApiAnswer profile(World& world, Webhooks&, const ApiCall& call) {
  if (!is_line_id(call.wild[0], 'U'))
    return api_error(400, "The value for the 'userId' parameter is invalid");
  const auto found = world.employees.find(call.wild[0]);
  if (found == world.employees.end()) return api_error(404, "Not found");
  const auto& employee = found->second;
  const bool wrote = employee.friendship == Friendship::kStranger && employee.last_wrote_ms;
  if (employee.friendship != Friendship::kFriend && !wrote) return api_error(404, "Not found");
  auto body = profile_of(employee);
  body["language"] = "zh-Hant";
  return api_ok(body);
}

std::int64_t number_param(const httplib::Request& request, const char* key, std::int64_t otherwise) {
  const auto text = request.get_param_value(key);
  const bool number =
      !text.empty() && text.size() < 10 && text.find_first_not_of("0123456789") == std::string::npos;
  return number ? std::stoll(text) : otherwise;
}

/// One page of ids under `key`, with `next` when more follow.
Json page(const std::vector<std::string>& ids, const ApiCall& call, const char* key, std::int64_t most) {
  const auto size = static_cast<std::int64_t>(ids.size());
  const auto start = std::min(size, number_param(call.request, "start", 0));
  const auto end = std::min(size, start + most);
  Json body = {{key, std::vector<std::string>(ids.begin() + start, ids.begin() + end)}};
  if (end < size) body["next"] = std::to_string(end);
  return body;
}

ApiAnswer followers(World& world, Webhooks&, const ApiCall& call) {
  const auto limit = number_param(call.request, "limit", 300);
  if (limit < 1 || limit > 1000) return api_error(400, "The value for the 'limit' parameter is invalid");
  std::vector<std::string> ids;
  for (const auto& id : world.employee_order)
    if (world.employees.at(id).friendship == Friendship::kFriend) ids.push_back(id);
  return api_ok(page(ids, call, "userIds", limit));
}

ApiAnswer link_token(World& world, Webhooks&, const ApiCall& call) {
  const auto found = world.employees.find(call.wild[0]);
  if (found == world.employees.end()) return api_error(404, "Not found");
  found->second.link_token = random_hex(32);
  return api_ok({{"linkToken", found->second.link_token}});
}

/// The chat that the account is in, or null.
Group* group_of(World& world, const ApiCall& call) {
  const auto found = world.groups.find(call.wild[0]);
  return found != world.groups.end() && found->second.bot_inside ? &found->second : nullptr;
}

ApiAnswer summary(World& world, Webhooks&, const ApiCall& call) {
  const Group* group = group_of(world, call);
  if (!group) return api_error(404, "Not found");
  return api_ok({{"groupId", group->id}, {"groupName", group->name}});
}

ApiAnswer members_count(World& world, Webhooks&, const ApiCall& call) {
  const Group* group = group_of(world, call);
  return group ? api_ok({{"count", group->members.size()}}) : api_error(404, "Not found");
}

ApiAnswer members_ids(World& world, Webhooks&, const ApiCall& call) {
  const Group* group = group_of(world, call);
  return group ? api_ok(page(group->members, call, "memberIds", 100)) : api_error(404, "Not found");
}

ApiAnswer member(World& world, Webhooks&, const ApiCall& call) {
  const Group* group = group_of(world, call);
  if (!group) return api_error(404, "Not found");
  const bool inside =
      std::find(group->members.begin(), group->members.end(), call.wild[1]) != group->members.end();
  return inside ? api_ok(profile_of(world.employees.at(call.wild[1]))) : api_error(404, "Not found");
}

ApiAnswer leave(World& world, Webhooks& webhooks, const ApiCall& call) {
  Group* group = group_of(world, call);
  if (!group) return call.wild[0][0] == 'R' ? ApiAnswer{} : api_error(404, "Not found");
  group->bot_inside = false;
  const bool room = group->id[0] == 'R';
  webhooks.emit({{"type", "leave"},
                 {"mode", "active"},
                 {"timestamp", world.now_ms()},
                 {"source", {{"type", room ? "room" : "group"}, {room ? "roomId" : "groupId", group->id}}},
                 {"webhookEventId", new_ulid(world.now_ms())},
                 {"deliveryContext", {{"isRedelivery", false}}}});
  return {};
}

}  // namespace

std::vector<Route> people_routes() {
  std::vector<Route> routes = {{"GET", "/v2/bot/profile/{}", "profile", profile},
                               {"GET", "/v2/bot/followers/ids", "followers", followers},
                               {"POST", "/v2/bot/user/{}/linkToken", "link_token", link_token},
                               {"GET", "/v2/bot/group/{}/summary", "group_summary", summary}};
  for (const std::string kind : {"group", "room"}) {
    const auto path = "/v2/bot/" + kind + "/{}";
    routes.push_back({"GET", path + "/members/count", kind + "_members_count", members_count});
    routes.push_back({"GET", path + "/members/ids", kind + "_members_ids", members_ids});
    routes.push_back({"GET", path + "/member/{}", kind + "_member", member});
    routes.push_back({"POST", path + "/leave", kind + "_leave", leave});
  }
  return routes;
}

}  // namespace careline::simulator
