// Control API: employees, their phones, groups, and webhooks on demand.
#include <algorithm>

#include "tests/line_simulator/control.h"
#include "tests/line_simulator/ids.h"

namespace careline::simulator {
namespace {

const char* friendship_word(Friendship friendship) {
  switch (friendship) {
    case Friendship::kStranger: return "stranger";
    case Friendship::kFriend: return "friend";
    case Friendship::kBlocked: break;
  }
  return "blocked";
}

Json employee_json(const Employee& employee) {
  return {{"id", employee.id},
          {"displayName", employee.display_name},
          {"friendship", friendship_word(employee.friendship)}};
}

Json group_json(const Group& group) {
  return {
      {"id", group.id}, {"name", group.name}, {"members", group.members}, {"botInside", group.bot_inside}};
}

Json sources_of(const std::vector<std::string>& members) {
  Json sources = Json::array();
  for (const auto& member : members) sources.push_back({{"type", "user"}, {"userId", member}});
  return sources;
}

}  // namespace

Employee& Control::employee(const std::string& id) {
  const auto found = world_.employees.find(id);
  if (found == world_.employees.end()) throw Refusal(404, "no such employee");
  return found->second;
}

Json Control::create_employees(const Call& call) {
  const auto count = call.body.value("count", std::int64_t{1});
  if (count < 1 || count > 10000) throw Refusal(400, "count must be between 1 and 10000");
  const auto follow = call.body.value("follow", "event");
  Json created = Json::array();
  for (std::int64_t i = 0; i < count; ++i) {
    const auto id = call.body.value("id", new_line_id('U'));
    if (!is_line_id(id, 'U')) throw Refusal(400, "id must be U and 32 lower-case hexadecimal digits");
    if (world_.employees.count(id)) throw Refusal(409, "this employee exists");
    auto& person = world_.employees[id];
    person.id = id;
    world_.employee_order.push_back(id);
    person.display_name = call.body.value("displayName", "員工 " + std::to_string(world_.employees.size()));
    if (follow == "silent") person.friendship = Friendship::kFriend;
    if (follow == "event") act({world_, webhooks_, person, id, call.body}, "follow");
    created.push_back(employee_json(person));
  }
  world_.announce();
  if (call.body.contains("count")) return {{"employees", created}};
  return created[0];
}

Json Control::employees(Call& call) {
  if (call.is("POST", 1)) return create_employees(call);
  if (call.is("GET", 1)) {
    Json list = Json::array();
    for (const auto& id : world_.employee_order) list.push_back(employee_json(world_.employees.at(id)));
    return {{"employees", list}};
  }
  if (call.path.size() < 2) throw Refusal(404, "no such control call");
  auto& person = employee(call.path[1]);
  if (call.is("GET", 2)) return employee_json(person);
  if (call.is("GET", 3) && call.path[2] == "phone") return phone(call, person);
  if (!call.is("POST", 3)) throw Refusal(404, "no such control call");
  const auto chat = call.body.value("chat", person.id);
  if (chat != person.id) {
    const auto group = world_.groups.find(chat);
    const bool member = group != world_.groups.end() &&
                        std::count(group->second.members.begin(), group->second.members.end(), person.id) > 0;
    if (!member) throw Refusal(404, "this employee is in no such group");
  }
  return act({world_, webhooks_, person, chat, call.body}, call.path[2]);
}

Json Control::phone(Call& call, Employee& person) {
  const std::string id = person.id;
  const auto chat = call.request.has_param("chat") ? call.request.get_param_value("chat") : id;
  const auto view = call.request.get_param_value("view") == "computer" ? View::kComputer : View::kPhone;
  const auto after = call.number("after", 0);
  const auto count = call.number("count", 1);
  const auto arrived = [&] {
    const auto& bubbles = world_.chats[chat].bubbles;
    return std::count_if(bubbles.begin(), bubbles.end(), [&](const Bubble& bubble) {
             return bubble.seq > after && bubble.from == "bot";
           }) >= count;
  };
  if (call.request.has_param("waitMs")) wait_until(call, call.number("waitMs", 0), arrived);
  // A reset may have come while we waited, so the person is looked up again.
  return screen(world_, employee(id), chat, view, after);
}

Json Control::create_group(const Call& call) {
  const bool room = call.body.value("kind", "group") == "room";
  Group group{call.body.value("id", new_line_id(room ? 'R' : 'C')), call.body.value("name", "群組"),
              call.body.value("members", std::vector<std::string>{}), false};
  for (const auto& member : group.members) employee(member);
  const auto id = group.id;
  if (!is_line_id(id, room ? 'R' : 'C')) throw Refusal(400, "id must be C or R and 32 hexadecimal digits");
  if (world_.groups.count(id)) throw Refusal(409, "this group exists");
  auto& made = world_.groups[id] = std::move(group);
  if (call.body.value("invite", true)) {
    made.bot_inside = true;
    send_event(world_, webhooks_, make_event(world_, "join", id, "", Repliable::kYes), id, call.body);
  }
  world_.announce();
  return group_json(made);
}

Json Control::change_members(const Call& call, Group& group) {
  const auto added = call.body.value("add", std::vector<std::string>{});
  const auto removed = call.body.value("remove", std::vector<std::string>{});
  for (const auto& id : added) group.members.push_back(employee(id).id);
  for (const auto& id : removed)
    group.members.erase(std::remove(group.members.begin(), group.members.end(), id), group.members.end());
  if (group.bot_inside && !added.empty()) {
    auto event = make_event(world_, "memberJoined", group.id, "", Repliable::kYes);
    event["joined"]["members"] = sources_of(added);
    send_event(world_, webhooks_, event, group.id, call.body);
  }
  if (group.bot_inside && !removed.empty()) {
    auto event = make_event(world_, "memberLeft", group.id, "", Repliable::kNo);
    event["left"]["members"] = sources_of(removed);
    send_event(world_, webhooks_, event, group.id, call.body);
  }
  return group_json(group);
}

Json Control::groups(Call& call) {
  if (call.is("POST", 1)) return create_group(call);
  if (call.is("GET", 1)) {
    Json list = Json::array();
    for (const auto& [id, group] : world_.groups) list.push_back(group_json(group));
    return {{"groups", list}};
  }
  const auto found = call.path.size() > 1 ? world_.groups.find(call.path[1]) : world_.groups.end();
  if (found == world_.groups.end()) throw Refusal(404, "no such group");
  auto& group = found->second;
  if (call.is("GET", 2)) return group_json(group);
  if (call.is("POST", 3) && call.path[2] == "members") return change_members(call, group);
  const bool invite = call.is("POST", 3) && call.path[2] == "invite";
  const bool remove = call.is("POST", 3) && call.path[2] == "remove";
  if ((!invite && !remove) || group.bot_inside == invite) throw Refusal(409, "invite, remove or members");
  group.bot_inside = invite;
  const auto event =
      make_event(world_, invite ? "join" : "leave", group.id, "", invite ? Repliable::kYes : Repliable::kNo);
  send_event(world_, webhooks_, event, group.id, call.body);
  return group_json(group);
}

Json Control::webhooks(Call& call) {
  const std::string verb = call.path.size() == 2 && call.request.method == "POST" ? call.path[1] : "";
  const auto& body = call.body;
  if (verb == "release") {
    const auto sent = webhooks_.release(body.value("order", "as_is"), body.value("together", false),
                                        body.value("copies", std::int64_t{1}));
    return {{"sent", sent}};
  }
  if (verb == "redeliver") {
    webhooks_.redeliver(body.value("webhookEventIds", std::vector<std::string>{}));
    return Json::object();
  }
  if (verb != "send") throw Refusal(404, "release, redeliver or send");
  const auto bytes =
      body.contains("raw")
          ? body["raw"].get<std::string>()
          : Json{{"destination", world_.bot_id}, {"events", body.value("events", Json::array())}}.dump();
  const auto signature = body.value("signature", sign(world_.channel_secret, bytes));
  const auto url = world_.settings.webhook;
  for (const auto& event : body.value("events", Json::array())) append_log(world_.events, event);
  call.lock.unlock();
  const auto result = webhooks_.post(url, bytes, signature);
  call.lock.lock();
  return {{"status", result.status}, {"outcome", result.outcome}, {"tookMs", result.took_ms}};
}

bool Control::send_file(const Call& call, httplib::Response& response) {
  if (!call.is("GET", 2)) return false;
  const auto menu =
      call.path[0] == "richmenu-images" ? world_.rich_menus.find(call.path[1]) : world_.rich_menus.end();
  if (menu != world_.rich_menus.end()) {
    response.set_content(menu->second.image, menu->second.image_type);
    return true;
  }
  const auto content =
      call.path[0] == "contents" ? world_.contents.find(call.path[1]) : world_.contents.end();
  if (content == world_.contents.end()) return false;
  response.set_content(content->second.bytes, content->second.type);
  return true;
}

}  // namespace careline::simulator
