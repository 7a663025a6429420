// Everything that the simulated platform remembers, in memory, behind one mutex.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace careline::simulator {

using Json = nlohmann::json;

enum class Friendship { kStranger, kFriend, kBlocked };

struct Employee {
  std::string id;
  std::string display_name;
  Friendship friendship = Friendship::kStranger;
  std::optional<std::int64_t> last_wrote_ms;  // in the one-to-one chat
  std::string rich_menu;                      // linked to this person alone; empty: the default one
  std::int64_t loading_until_ms = 0;
  std::string notification;  // preview line of the last message that made the phone ring
  std::string link_token;
};

struct Group {
  std::string id;  // C… for a group, R… for a room
  std::string name;
  std::vector<std::string> members;
  bool bot_inside = false;
};

struct Bubble {
  std::int64_t seq = 0;  // grows over all chats
  std::string id;
  std::string from;  // "bot" or the id of an employee
  std::string via;   // reply, push, multicast, narrowcast, broadcast; empty for people
  std::int64_t time_ms = 0;
  Json message;
  bool silent = false;
  bool unsent = false;
  bool edited = false;
};

struct Chat {
  std::vector<Bubble> bubbles;
  Json quick_replies = Json::array();  // items of the newest message
};

struct ReplyToken {
  std::string chat;
  std::int64_t event_ms = 0;
  std::int64_t delivered_ms = 0;  // 0 until the webhook left
  bool used = false;
  std::string body;  // of the call that used it
};

struct RetryKey {
  std::int64_t first_seen_ms = 0;
  std::string endpoint;
  std::string body;
  std::string accepted_request_id;  // empty until accepted
  Json sent_messages;
};

struct Fault {
  std::int64_t id = 0;
  std::string endpoint;  // an endpoint's name or "*"
  std::string kind;
  std::int64_t remaining = -1;  // calls; -1 until cleared
  std::int64_t ms = 0;
  int status = 500;
  bool accept = false;
};

struct Settings {
  std::optional<std::int64_t> quota;  // messages a month; none: unlimited
  std::int64_t used = 0;
  bool rate_limits = true;
  bool ignore_unknown_in_multicast = false;
  std::string webhook;
  bool webhook_active = true;
  bool redelivery = false;
  std::int64_t redelivery_delay_ms = 1000;
  std::int64_t redelivery_max = 5;
  std::int64_t duplicates = 0;
  bool hold = false;
  std::string chat_mode = "bot";
};

struct RichMenu {
  Json object;
  std::string image;
  std::string image_type;
};

struct Content {
  std::string bytes;
  std::string type;
  bool gone = false;
};

struct Bucket {
  double tokens = 0;
  std::int64_t filled_ms = 0;
};

struct World {
  std::string channel_secret;
  std::string channel_access_token;
  std::string bot_id;
  Settings settings;
  std::int64_t clock_offset_ms = 0;

  std::map<std::string, Employee> employees;
  std::vector<std::string> employee_order;
  std::map<std::string, Group> groups;
  std::map<std::string, Chat> chats;  // by employee or group
  std::map<std::string, ReplyToken> reply_tokens;
  std::map<std::string, RetryKey> retry_keys;
  std::map<std::string, std::string> quote_tokens;  // token to chat
  std::set<std::string> read_tokens;
  std::map<std::string, Content> contents;
  std::map<std::string, RichMenu> rich_menus;
  std::map<std::string, std::string> rich_menu_aliases;
  std::string default_rich_menu;
  std::map<std::string, std::string> batch_times;  // rich menu batches: request id to ISO time
  std::map<std::string, Json> narrowcasts;         // request id to progress
  std::set<std::string> aggregation_units;
  std::map<std::string, Bucket> buckets;
  std::map<std::string, std::map<std::string, std::int64_t>> delivered;  // endpoint to date to count
  std::string usage_month;

  std::vector<Fault> faults;
  std::int64_t fault_generation = 0;  // grows when faults are cleared, so that held calls let go
  std::deque<Json> calls;
  std::deque<Json> events;      // as emitted, in order
  std::deque<Json> deliveries;  // one per webhook request sent
  std::deque<Json> violations;
  std::int64_t next_number = 1;  // bubbles, calls, deliveries, violations and faults
  std::int64_t webhooks_pending = 0;
  std::int64_t calls_in_progress = 0;
  std::int64_t last_change_ms = 0;  // by the monotonic clock

  std::mutex mutex;
  std::condition_variable changed;
  std::int64_t version = 1;

  /// The simulated time in UNIX milliseconds. Needs the lock.
  std::int64_t now_ms() const;
  std::int64_t take_number() { return next_number++; }
  /// Wakes everybody who waits for news. Needs the lock.
  void announce();
  /// Notes a rule of LINE that the caller broke. Needs the lock.
  void violate(const std::string& rule, const std::string& endpoint, Json facts);
  /// Back to the first moment: no people, no chats, settings as started. Needs the lock.
  void reset(const Settings& initial);
  /// Starts a new month of the quota when the simulated time has entered one. Needs the lock.
  void turn_month();
};

/// Monotonic milliseconds, for waiting.
std::int64_t steady_ms();
/// ISO 8601 in UTC with milliseconds.
std::string iso_time(std::int64_t unix_ms);
/// yyyyMMdd in UTC+9, as LINE's statistics count days.
std::string japan_date(std::int64_t unix_ms);
/// Keeps the newest entries of a log.
void append_log(std::deque<Json>& log, Json entry);

}  // namespace careline::simulator
