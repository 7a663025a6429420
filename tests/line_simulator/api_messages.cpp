// reply, push, multicast, narrowcast, broadcast and their dry runs.
#include <algorithm>
#include <optional>
#include <set>

#include "tests/line_simulator/api.h"
#include "tests/line_simulator/ids.h"
#include "tests/line_simulator/limits.h"
#include "tests/line_simulator/phone.h"

namespace careline::simulator {
namespace {

constexpr std::int64_t kTokenLifeMs = 60 * 1000;
constexpr std::int64_t kTokenEventMs = 20 * 60 * 1000;
constexpr std::int64_t kStrangerDaysMs = 7LL * 24 * 3600 * 1000;
constexpr const char* kMonthlyLimit = "You have reached your monthly limit.";

ApiAnswer bad_request(const Problems& problems) {
  ApiAnswer answer;
  answer.status = 400;
  answer.body = problems.body();
  return answer;
}

ApiAnswer wrong_recipient() { return api_error(400, "The property, 'to', in the request body is invalid"); }

void check_units(const At& root) {
  const Json* units = array_at(root, "customAggregationUnits", Need::kOptional, 0, 1);
  for (std::size_t i = 0; units && i < units->size(); ++i) {
    const auto& unit = (*units)[i];
    const bool fits =
        unit.is_string() && !unit.get<std::string>().empty() && unit.get<std::string>().size() <= 30 &&
        unit.get<std::string>().find_first_not_of(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
    if (!fits) root.problems.add("customAggregationUnits[" + std::to_string(i) + "]", "invalid property");
  }
}

void check_send(const ApiCall& call, Problems& problems) {
  const At root{call.body, "", problems};
  check_messages(call.body, call.endpoint, problems);
  check_bool(root, "notificationDisabled");
  if (call.endpoint == "push" || call.endpoint == "multicast") check_units(root);
}

/// What depends on the chat: mentions need a group, quotes need a message of this chat.
void check_destination(const World& world, const Json& messages, const std::string& chat,
                       Problems& problems) {
  const bool one_to_one = chat[0] == 'U';
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const auto& message = messages[i];
    const std::string path = "messages[" + std::to_string(i) + "]";
    if (message.contains("quoteToken")) {
      const auto token = world.quote_tokens.find(message["quoteToken"].get<std::string>());
      if (token == world.quote_tokens.end() || token->second != chat)
        problems.add(path + ".quoteToken", "invalid property");
    }
    if (!one_to_one && message.contains("trackingId"))
      problems.add(path + ".trackingId", "Not in groups and rooms");
    const auto substitution = message.value("substitution", Json::object());
    for (const auto& [key, value] : substitution.items())
      if (one_to_one && value.value("type", "") == "mention")
        problems.add(path + ".substitution." + key, "Only groups and rooms have members to mention");
  }
}

bool receives(const World& world, const Employee& employee) {
  if (employee.friendship == Friendship::kFriend) return true;
  if (employee.friendship == Friendship::kBlocked || !employee.last_wrote_ms) return false;
  return world.now_ms() - *employee.last_wrote_ms < kStrangerDaysMs;
}

/// The people among `ids` whom a message reaches.
std::vector<std::string> reached(const World& world, const std::vector<std::string>& ids) {
  std::vector<std::string> out;
  for (const auto& id : ids) {
    const auto employee = world.employees.find(id);
    if (employee != world.employees.end() && receives(world, employee->second)) out.push_back(id);
  }
  return out;
}

bool fits_quota(const World& world, std::size_t recipients) {
  const auto& settings = world.settings;
  return !settings.quota || settings.used + static_cast<std::int64_t>(recipients) <= *settings.quota;
}

void count(World& world, const ApiCall& call, std::size_t recipients) {
  const auto number = static_cast<std::int64_t>(recipients);
  if (call.endpoint != "reply") world.settings.used += number;
  world.delivered[call.endpoint][japan_date(world.now_ms())] += number;
  for (const auto& unit : call.body.value("customAggregationUnits", Json::array()))
    world.aggregation_units.insert(unit.get<std::string>());
}

bool silent(const ApiCall& call) { return call.body.value("notificationDisabled", false); }

/// Sends to many chats of one person each; every send but reply and push ends here.
ApiAnswer send_to_people(World& world, const ApiCall& call, const std::vector<std::string>& ids) {
  const auto people = reached(world, ids);
  if (!fits_quota(world, people.size())) return api_error(429, kMonthlyLimit);
  for (const auto& id : people) show_messages(world, id, call.body["messages"], call.endpoint, silent(call));
  count(world, call, people.size());
  return {};
}

bool usable(const World& world, const ReplyToken& token) {
  const auto now = world.now_ms();
  return !token.used && token.delivered_ms > 0 && now - token.delivered_ms <= kTokenLifeMs &&
         now - token.event_ms <= kTokenEventMs;
}

ApiAnswer reply(World& world, Webhooks&, const ApiCall& call) {
  Problems problems;
  const At root{call.body, "", problems};
  const std::string* name = string_at(root, "replyToken", Need::kRequired);
  check_send(call, problems);
  if (!problems.none()) return bad_request(problems);
  const auto found = world.reply_tokens.find(*name);
  if (found == world.reply_tokens.end()) return api_error(400, "Invalid reply token");
  auto& token = found->second;
  if (token.used && token.body != call.request.body)
    world.violate("reply_token_used_for_another_body", "reply", {{"replyToken", *name}});
  if (!usable(world, token)) return api_error(400, "Invalid reply token");
  check_destination(world, call.body["messages"], token.chat, problems);
  if (!problems.none()) return bad_request(problems);
  token.used = true;
  token.body = call.request.body;
  const auto person = world.employees.find(token.chat);
  const bool blocked = person != world.employees.end() && person->second.friendship == Friendship::kBlocked;
  ApiAnswer answer;
  World nowhere;  // a blocked account's messages get ids but reach nobody
  auto& there = blocked ? nowhere : world;
  answer.body = {
      {"sentMessages", show_messages(there, token.chat, call.body["messages"], "reply", silent(call))}};
  count(world, call, blocked ? 0 : 1);
  return answer;
}

ApiAnswer push_to_group(World& world, const ApiCall& call, const Group& group) {
  if (!group.bot_inside) return api_error(400, "Failed to send messages");
  if (!fits_quota(world, group.members.size())) return api_error(429, kMonthlyLimit);
  ApiAnswer answer;
  answer.body = {
      {"sentMessages", show_messages(world, group.id, call.body["messages"], "push", silent(call))}};
  count(world, call, group.members.size());
  return answer;
}

ApiAnswer push(World& world, Webhooks&, const ApiCall& call) {
  Problems problems;
  const std::string* to = string_at({call.body, "", problems}, "to", Need::kRequired);
  check_send(call, problems);
  if (!problems.none()) return bad_request(problems);
  if (!is_line_id(*to, 'U') && !is_line_id(*to, 'C') && !is_line_id(*to, 'R')) return wrong_recipient();
  check_destination(world, call.body["messages"], *to, problems);
  if (!problems.none()) return bad_request(problems);
  const auto group = world.groups.find(*to);
  if (group != world.groups.end()) return push_to_group(world, call, group->second);
  const auto person = world.employees.find(*to);
  if (person == world.employees.end()) return api_error(400, "Failed to send messages");
  const bool reaches = receives(world, person->second);
  if (reaches && !fits_quota(world, 1)) return api_error(429, kMonthlyLimit);
  World nowhere;
  ApiAnswer answer;
  answer.body = {{"sentMessages", show_messages(reaches ? world : nowhere, *to, call.body["messages"], "push",
                                                silent(call))}};
  count(world, call, reaches ? 1 : 0);
  return answer;
}

ApiAnswer multicast(World& world, Webhooks&, const ApiCall& call) {
  Problems problems;
  const Json* to = array_at({call.body, "", problems}, "to", Need::kRequired, 1, 500);
  check_send(call, problems);
  if (!problems.none()) return bad_request(problems);
  std::vector<std::string> ids;
  for (const auto& each : *to) {
    if (!each.is_string() || !is_line_id(each.get<std::string>(), 'U')) return wrong_recipient();
    const auto id = each.get<std::string>();
    const bool known = world.employees.count(id) > 0;
    if (!known && !world.settings.ignore_unknown_in_multicast)
      return api_error(400, "Failed to send messages");
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
  }
  return send_to_people(world, call, ids);
}

std::vector<std::string> friends(const World& world) {
  std::vector<std::string> ids;
  for (const auto& [id, employee] : world.employees)
    if (employee.friendship == Friendship::kFriend) ids.push_back(id);
  return ids;
}

ApiAnswer broadcast(World& world, Webhooks&, const ApiCall& call) {
  Problems problems;
  check_send(call, problems);
  if (!problems.none()) return bad_request(problems);
  return send_to_people(world, call, friends(world));
}

ApiAnswer narrowcast(World& world, Webhooks&, const ApiCall& call) {
  Problems problems;
  check_send(call, problems);
  if (call.body.contains("recipient")) problems.add("recipient", "This account has no audience");
  if (!problems.none()) return bad_request(problems);
  const auto people = friends(world);
  if (call.body.contains("filter") && people.size() < 100) return api_error(403, "Too few recipients");
  auto answer = send_to_people(world, call, people);
  if (answer.status != 200) return answer;
  answer.status = 202;
  world.narrowcasts[call.request_id] = {{"phase", "succeeded"},
                                        {"successCount", people.size()},
                                        {"failureCount", 0},
                                        {"targetCount", people.size()},
                                        {"acceptedTime", iso_time(world.now_ms())},
                                        {"completedTime", iso_time(world.now_ms())}};
  return answer;
}

ApiAnswer narrowcast_progress(World& world, Webhooks&, const ApiCall& call) {
  const auto found = world.narrowcasts.find(call.request.get_param_value("requestId"));
  if (found == world.narrowcasts.end()) return api_error(404, "Not found");
  ApiAnswer answer;
  answer.body = found->second;
  return answer;
}

Route validation(const std::string& endpoint) {
  return {"POST", "/v2/bot/message/validate/" + endpoint, "validate",
          [endpoint](World&, Webhooks&, const ApiCall& call) {
            Problems problems;
            check_messages(call.body, endpoint, problems);
            return problems.none() ? ApiAnswer{} : bad_request(problems);
          },
          Body::kJson};
}

Route sending(const std::string& endpoint, ApiAnswer (*handle)(World&, Webhooks&, const ApiCall&),
              double per_second, double burst, RetryKeys keys) {
  return {"POST", "/v2/bot/message/" + endpoint, endpoint, handle, Body::kJson, per_second, burst, keys};
}

}  // namespace

std::vector<Route> message_routes() {
  constexpr double kSixtyAnHour = 60.0 / 3600;
  return {sending("reply", reply, 2000, 2000, RetryKeys::kRefused),
          sending("push", push, 2000, 2000, RetryKeys::kTaken),
          sending("multicast", multicast, 200, 200, RetryKeys::kTaken),
          sending("narrowcast", narrowcast, kSixtyAnHour, 60, RetryKeys::kTaken),
          sending("broadcast", broadcast, kSixtyAnHour, 60, RetryKeys::kTaken),
          {"GET", "/v2/bot/message/progress/narrowcast", "narrowcast_progress", narrowcast_progress},
          validation("reply"),
          validation("push"),
          validation("multicast"),
          validation("narrowcast"),
          validation("broadcast")};
}

}  // namespace careline::simulator
