// Rich menus: create, picture, default, per person, in bulk, aliases.

#include "tests/line_simulator/api.h"
#include "tests/line_simulator/ids.h"
#include "tests/line_simulator/limits.h"
#include "tests/line_simulator/picture.h"

namespace careline::simulator {
namespace {

constexpr double kHundredAnHour = 100.0 / 3600;

ApiAnswer accepted() {
  ApiAnswer answer;
  answer.status = 202;
  return answer;
}

ApiAnswer not_found() { return api_error(404, "Not found"); }

ApiAnswer wrong(const Problems& problems) {
  auto answer = api_ok(problems.body());
  answer.status = 400;
  return answer;
}

std::optional<ApiAnswer> refuse_menu(const ApiCall& call) {
  Problems problems;
  check_rich_menu(call.body, problems);
  if (problems.none()) return std::nullopt;
  return wrong(problems);
}

ApiAnswer create(World& world, Webhooks&, const ApiCall& call) {
  if (auto refusal = refuse_menu(call)) return *refusal;
  if (world.rich_menus.size() >= 1000)
    return api_error(400, "The maximum number of rich menus has been reached");
  const auto id = "richmenu-" + random_hex(32);
  world.rich_menus[id].object = call.body;
  return api_ok({{"richMenuId", id}});
}

ApiAnswer validate(World&, Webhooks&, const ApiCall& call) {
  const auto refusal = refuse_menu(call);
  return refusal ? *refusal : ApiAnswer{};
}

Json menu_json(const std::string& id, const RichMenu& menu) {
  Json out = menu.object;
  out["richMenuId"] = id;
  return out;
}

ApiAnswer list(World& world, Webhooks&, const ApiCall&) {
  Json menus = Json::array();
  for (const auto& [id, menu] : world.rich_menus) menus.push_back(menu_json(id, menu));
  return api_ok({{"richmenus", menus}});
}

ApiAnswer get(World& world, Webhooks&, const ApiCall& call) {
  const auto found = world.rich_menus.find(call.wild[0]);
  return found == world.rich_menus.end() ? not_found() : api_ok(menu_json(found->first, found->second));
}

ApiAnswer remove(World& world, Webhooks&, const ApiCall& call) {
  if (!world.rich_menus.erase(call.wild[0])) return not_found();
  world.announce();
  return {};
}

ApiAnswer upload(World& world, Webhooks&, const ApiCall& call) {
  const auto found = world.rich_menus.find(call.wild[0]);
  if (found == world.rich_menus.end()) return not_found();
  const auto type = call.request.get_header_value("Content-Type");
  if (type != "image/png" && type != "image/jpeg")
    return api_error(415, "The content type, " + type + ", is not supported");
  if (!found->second.image.empty())
    return api_error(400, "An image has already been uploaded to the richmenu");
  const auto size = picture_size(call.request.body);
  const bool fits = size.width >= 800 && size.width <= 2500 && size.height >= 250 &&
                    static_cast<double>(size.width) / static_cast<double>(size.height) >= 1.45 &&
                    call.request.body.size() <= 1000000;
  if (!fits) return api_error(400, "The image is invalid");
  found->second.image = call.request.body;
  found->second.image_type = type;
  world.announce();
  return {};
}

ApiAnswer download(World& world, Webhooks&, const ApiCall& call) {
  const auto found = world.rich_menus.find(call.wild[0]);
  if (found == world.rich_menus.end() || found->second.image.empty()) return not_found();
  ApiAnswer answer;
  answer.bytes = found->second.image;
  answer.content_type = found->second.image_type;
  return answer;
}

/// A menu may be shown only once it has its picture.
std::optional<ApiAnswer> refuse_showing(const World& world, const std::string& id) {
  const auto found = world.rich_menus.find(id);
  if (found == world.rich_menus.end()) return not_found();
  if (found->second.image.empty())
    return api_error(400, "must upload richmenu image before applying it to user");
  return std::nullopt;
}

ApiAnswer set_default(World& world, Webhooks&, const ApiCall& call) {
  if (auto refusal = refuse_showing(world, call.wild[0])) return *refusal;
  world.default_rich_menu = call.wild[0];
  world.announce();
  return {};
}

ApiAnswer get_default(World& world, Webhooks&, const ApiCall&) {
  if (!world.rich_menus.count(world.default_rich_menu)) return not_found();
  return api_ok({{"richMenuId", world.default_rich_menu}});
}

ApiAnswer clear_default(World& world, Webhooks&, const ApiCall&) {
  world.default_rich_menu.clear();
  world.announce();
  return {};
}

/// Only friends have a menu of their own; for others LINE answers 200 and nothing happens.
void link(World& world, const std::string& employee, const std::string& menu) {
  const auto found = world.employees.find(employee);
  if (found != world.employees.end() && found->second.friendship == Friendship::kFriend)
    found->second.rich_menu = menu;
  world.announce();
}

ApiAnswer link_one(World& world, Webhooks&, const ApiCall& call) {
  if (!is_line_id(call.wild[0], 'U'))
    return api_error(400, "The value for the 'userId' parameter is invalid");
  if (auto refusal = refuse_showing(world, call.wild[1])) return *refusal;
  link(world, call.wild[0], call.wild[1]);
  return {};
}

ApiAnswer get_linked(World& world, Webhooks&, const ApiCall& call) {
  const auto found = world.employees.find(call.wild[0]);
  if (found == world.employees.end() || !world.rich_menus.count(found->second.rich_menu)) return not_found();
  return api_ok({{"richMenuId", found->second.rich_menu}});
}

ApiAnswer unlink_one(World& world, Webhooks&, const ApiCall& call) {
  link(world, call.wild[0], "");
  return {};
}

ApiAnswer bulk(World& world, const ApiCall& call, const std::string& menu) {
  Problems problems;
  const Json* ids = array_at({call.body, "", problems}, "userIds", Need::kRequired, 1, 500);
  if (!problems.none()) return wrong(problems);
  for (const auto& id : *ids) link(world, id.get<std::string>(), menu);
  return accepted();
}

ApiAnswer bulk_link(World& world, Webhooks&, const ApiCall& call) {
  const auto menu = call.body.value("richMenuId", "");
  if (auto refusal = refuse_showing(world, menu)) return *refusal;
  return bulk(world, call, menu);
}

ApiAnswer bulk_unlink(World& world, Webhooks&, const ApiCall& call) { return bulk(world, call, ""); }

void check_operations(const World& world, const Json& body, Problems& problems) {
  const At root{body, "", problems};
  const Json* operations = array_at(root, "operations", Need::kRequired, 1, 1000);
  for (std::size_t i = 0; operations && i < operations->size(); ++i) {
    const At at = root.item((*operations)[i], "operations", i);
    check_one_of(at, "type", Need::kRequired, {"link", "unlink", "unlinkAll"});
    const auto type = at.object.is_object() ? at.object.value("type", "") : "";
    if (type == "unlinkAll" && operations->size() > 1) at.wrong("type", "unlinkAll must stand alone");
    for (const char* key : {"from", "to"}) {
      const bool needed = type == "link" || (type == "unlink" && std::string(key) == "from");
      const std::string* id = needed ? string_at(at, key, Need::kRequired) : nullptr;
      if (id && !world.rich_menus.count(*id)) at.wrong(key, "invalid property");
    }
  }
}

ApiAnswer batch(World& world, Webhooks&, const ApiCall& call) {
  Problems problems;
  check_operations(world, call.body, problems);
  if (!problems.none()) return wrong(problems);
  for (auto& [id, employee] : world.employees) {
    const auto before = employee.rich_menu;
    for (const auto& operation : call.body["operations"]) {
      const bool all = operation["type"] == "unlinkAll";
      if (all || (!before.empty() && before == operation.value("from", "")))
        employee.rich_menu = operation.value("to", "");
    }
  }
  world.batch_times[call.request_id] = iso_time(world.now_ms());
  world.announce();
  return accepted();
}

ApiAnswer validate_batch(World& world, Webhooks&, const ApiCall& call) {
  Problems problems;
  check_operations(world, call.body, problems);
  return problems.none() ? ApiAnswer{} : wrong(problems);
}

ApiAnswer batch_progress(World& world, Webhooks&, const ApiCall& call) {
  const auto found = world.batch_times.find(call.request.get_param_value("requestId"));
  if (found == world.batch_times.end()) return not_found();
  return api_ok({{"phase", "succeeded"}, {"acceptedTime", found->second}, {"completedTime", found->second}});
}

bool is_alias(const std::string& alias) {
  return !alias.empty() && alias.size() <= 32 &&
         alias.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string::npos;
}

ApiAnswer create_alias(World& world, Webhooks&, const ApiCall& call) {
  const auto alias = call.body.value("richMenuAliasId", ""), menu = call.body.value("richMenuId", "");
  if (!is_alias(alias))
    return api_error(400, "The property, 'richMenuAliasId', in the request body is invalid");
  if (world.rich_menu_aliases.count(alias)) return api_error(400, "conflict richmenu alias id");
  if (refuse_showing(world, menu)) return api_error(400, "richmenu not found");
  world.rich_menu_aliases[alias] = menu;
  return {};
}

ApiAnswer list_aliases(World& world, Webhooks&, const ApiCall&) {
  Json aliases = Json::array();
  for (const auto& [alias, menu] : world.rich_menu_aliases)
    aliases.push_back({{"richMenuAliasId", alias}, {"richMenuId", menu}});
  return api_ok({{"aliases", aliases}});
}

ApiAnswer get_alias(World& world, Webhooks&, const ApiCall& call) {
  const auto found = world.rich_menu_aliases.find(call.wild[0]);
  if (found == world.rich_menu_aliases.end()) return not_found();
  return api_ok({{"richMenuAliasId", found->first}, {"richMenuId", found->second}});
}

ApiAnswer update_alias(World& world, Webhooks&, const ApiCall& call) {
  const auto found = world.rich_menu_aliases.find(call.wild[0]);
  if (found == world.rich_menu_aliases.end()) return not_found();
  const auto menu = call.body.value("richMenuId", "");
  if (refuse_showing(world, menu)) return api_error(400, "richmenu not found");
  found->second = menu;
  return {};
}

ApiAnswer remove_alias(World& world, Webhooks&, const ApiCall& call) {
  return world.rich_menu_aliases.erase(call.wild[0]) ? ApiAnswer{} : not_found();
}

}  // namespace

std::vector<Route> rich_menu_routes() {
  const std::string base = "/v2/bot/richmenu", person = "/v2/bot/user/{}/richmenu",
                    all = "/v2/bot/user/all/richmenu";
  // Fixed paths stand before those with a {}.
  return {
      {"POST", base, "richmenu_create", create, Body::kJson, kHundredAnHour, 100},
      {"POST", base + "/validate", "richmenu_validate", validate, Body::kJson},
      {"GET", base + "/list", "richmenu_list", list, Body::kNone, 10, 10},
      {"POST", base + "/bulk/link", "richmenu_bulk_link", bulk_link, Body::kJson},
      {"POST", base + "/bulk/unlink", "richmenu_bulk_unlink", bulk_unlink, Body::kJson},
      {"POST", base + "/batch", "richmenu_batch", batch, Body::kJson, 3.0 / 3600, 3},
      {"POST", base + "/validate/batch", "richmenu_validate_batch", validate_batch, Body::kJson},
      {"GET", base + "/progress/batch", "richmenu_batch_progress", batch_progress, Body::kNone,
       kHundredAnHour, 100},
      {"POST", base + "/alias", "richmenu_alias_create", create_alias, Body::kJson},
      {"GET", base + "/alias/list", "richmenu_alias_list", list_aliases},
      {"GET", base + "/alias/{}", "richmenu_alias_get", get_alias},
      {"POST", base + "/alias/{}", "richmenu_alias_update", update_alias, Body::kJson},
      {"DELETE", base + "/alias/{}", "richmenu_alias_delete", remove_alias, Body::kNone, kHundredAnHour, 100},
      {"POST", base + "/{}/content", "richmenu_upload", upload, Body::kBytes},
      {"GET", base + "/{}/content", "richmenu_download", download},
      {"GET", base + "/{}", "richmenu_get", get},
      {"DELETE", base + "/{}", "richmenu_delete", remove, Body::kNone, kHundredAnHour, 100},
      {"POST", all + "/{}", "richmenu_default_set", set_default},
      {"GET", all, "richmenu_default_get", get_default},
      {"DELETE", all, "richmenu_default_clear", clear_default},
      {"POST", person + "/{}", "richmenu_link", link_one},
      {"GET", person, "richmenu_linked", get_linked},
      {"DELETE", person, "richmenu_unlink", unlink_one}};
}

}  // namespace careline::simulator
