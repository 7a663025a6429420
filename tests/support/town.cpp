// A town for the thief.
#include "tests/support/town.h"

#include <regex>
#include <set>

#include "store/people.h"
#include "tests/support/staff.h"

namespace careline::tests {
namespace {
using nlohmann::json;
constexpr std::int64_t kMinute = 60'000, kHour = 60 * kMinute, kDay = 24 * kHour;
constexpr int kNewcomers = 100, kIntakes = 60, kMembers = 300, kBlockers = 15;
constexpr std::size_t kTogether = 3;  // people whose messages one webhook may carry

const std::vector<std::string> kIntake = {
    "諮商預約", "同意",     "沒有",      "先跳過", "1",      "心理健康", "面談", "睡得不太好，想找人談談。",
    "寫好了",   "週三下午", "分機 1234", "先跳過", "先跳過", "先跳過",   "送出"};

std::string name(int person) { return "p" + std::to_string(person); }
}  // namespace

store::Keyring Town::some_keys() { return tests::some_keys(7); }  // as in Whole

Town::Town(const std::function<void(Town&)>& at_noon) : morning_(whole.clock) {
  // The accounts of p50 and p500 to p509 are gone when a counsellor's notice comes.
  whole.line = [](const Heard& call) {
    const bool gone = call.how == "push" && call.to.starts_with("U703530");
    return flow::Answer{flow::Answer::Kind::status, gone ? 404 : 200};
  };
  std::vector<json> followers;
  for (int person = kNewcomers; person < kPeople; ++person) {
    followers.push_back(event({0, name(person), "<follow>"}));
    if (followers.size() == 50) whole.deliver(std::exchange(followers, {}));
  }
  for (int person = 0; person < kPeople; ++person) plan_day(person);
  live(morning_ + kDay + 4 * kHour);
  at_noon(*this);
  live(morning_ + 4 * kDay);
}

// Mornings and afternoons of three days.
std::int64_t Town::some_time() {
  return morning_ + kMinute + below(3) * kDay + std::int64_t{below(8 * 3600)} * 1000;
}

std::string Town::some_text(int longest) {
  std::string text;
  for (int left = 5 + below(longest); left > 0; --left) text += "話";
  return text;
}

void Town::plan(const std::string& who, std::int64_t at, const std::vector<std::string>& steps) {
  for (const auto& said : steps) {
    ahead_.push({at, who, said});
    at += 15'000 + below(75'000);
  }
}

// Who does what is spread over the people so that every mixture comes up: askers who also join a group, who
// block the account, who leave no way back, who never look at the answer.
void Town::plan_day(int person) {
  const std::string who = name(person);
  if (person < kNewcomers) plan(who, morning_ + 30'000 + below(3) * kDay, {"<follow>"});
  const std::int64_t at = some_time();
  if (person % (kPeople / kAskers) == 0) {
    plan(who, at,
         {"匿名提問", some_text(20), some_text(400), "寫好了", person % 35 == 0 ? "不留聯絡" : "要通知",
          "送出", "<receipt>"});
    if (person % 9 == 0) plan(who, at + 20 * kMinute, {"<unfollow>"});
    plan(who, at + (1 + below(20)) * kHour, {"<answer>"});
    if (person % 3 != 0) plan(who, at + (22 + below(9)) * kHour, {"查看回覆"});
  } else if (person % (kPeople / kIntakes) == 1) {
    plan(who, at, kIntake);
  } else {
    plan(who, at, {"選單", person % 2 == 0 ? "服務資訊" : "進度"});
    if (person % (kPeople / kBlockers) == 3) plan(who, at + kHour, {"<unfollow>"});
  }
  if (person % 10 < kMembers * 10 / kPeople)
    plan(who, at + (3 + below(20)) * kHour, {"主題群組", "壓力症候群-OUT", "加入"});
}

json Town::event(const Step& step) {
  json made = whole.text_event(step.who, step.says);
  if (step.says.front() != '<') return made;
  made.erase("message");
  made["type"] = step.says.substr(1, step.says.size() - 2);
  if (made["type"] == "unfollow") made.erase("replyToken");
  return made;
}

void Town::live(std::int64_t until) {
  while (!ahead_.empty() && ahead_.top().at < until) say_some();
  whole.clock = std::max(whole.clock, until);
  whole.later(0);
}

void Town::sleep() {
  whole.later(2 * kDay);
  whole.run([&](store::Db& db) { store::People(db, keys).sweep_states(whole.clock / kDay - 1); });
}

// What comes within half a minute may come in one webhook.
void Town::say_some() {
  whole.clock = std::max(whole.clock, ahead_.top().at);
  std::vector<json> events;
  std::set<std::string> speakers;
  const auto together = 1 + random_() % kTogether;
  while (!ahead_.empty() && events.size() < together && ahead_.top().at < whole.clock + kMinute / 2) {
    const Step step = ahead_.top();
    if (step.says == "<receipt>" || step.says == "<answer>") {
      if (!events.empty()) break;
      ahead_.pop();
      step.says == "<receipt>" ? note_receipt(step.who) : answer(step.who);
      continue;
    }
    if (!speakers.insert(step.who).second) break;
    ahead_.pop();
    events.push_back(event(step));
  }
  if (!events.empty()) whole.deliver(events);
}

void Town::note_receipt(const std::string& who) {
  static const std::regex kReceipt("[0-9A-HJKMNP-TV-Z]{26}");
  const std::string said = whole.last_to(who);
  std::smatch found;
  if (!std::regex_search(said, found, kReceipt)) throw std::runtime_error("no receipt was given");
  receipts_[who] = found.str();
}

void Town::answer(const std::string& who) {
  std::optional<store::Thread> thread;
  whole.run([&](store::Db& db) { thread = store::Threads(db, keys).by_receipt(receipts_.at(who)); });
  whole.desk->open(thread->id, whole.lin);
  whole.desk->reply(thread->id, whole.lin, some_text(200));
  whole.settle();
}

std::vector<Town::Asked> Town::asked() {
  std::vector<Asked> all;
  whole.run([&](store::Db& db) {
    for (const auto& [who, receipt] : receipts_)
      all.push_back({std::string(store::Threads(db, keys).by_receipt(receipt)->id.view()),
                     std::string(store::People(db, keys).id_of(Whole::line_id(who)).view())});
  });
  return all;
}

}  // namespace careline::tests
