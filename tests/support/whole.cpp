// A whole Careline on a real database.
#include "tests/support/whole.h"

#include <unistd.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "bot/flow/letter.h"
#include "bot/flow/nightly.h"
#include "bot/line/incoming.h"
#include "bot/line/outgoing.h"
#include "store/inbox.h"
#include "store/outbox.h"
#include "tests/support/staff.h"

namespace careline::tests {
namespace {
using nlohmann::json;

std::filesystem::path new_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "careline-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  return name;
}

std::string read(const std::string& file) {
  std::ifstream in(std::string(CARELINE_SOURCE_DIR) + "/" + file);
  return {std::istreambuf_iterator<char>(in), {}};
}

void collect_texts(const json& node, std::string& out) {
  if (node.is_array())
    for (const auto& child : node) collect_texts(child, out);
  if (!node.is_object()) return;
  if (node.value("type", "") == "text" && node.contains("text"))
    out += (out.empty() ? "" : "\n") + node["text"].get<std::string>();
  for (const char* part : {"contents", "header", "body", "footer"})
    if (node.contains(part)) collect_texts(node[part], out);
}

void collect_actions(const json& node, std::vector<json>& out) {
  if (node.is_array() || node.is_object())
    for (const auto& [key, child] : node.items()) {
      if (key == "action" && child.is_object() && child.contains("label")) out.push_back(child);
      collect_actions(child, out);
    }
}

}  // namespace

std::string texts_of(const json& message) {
  std::string out;
  collect_texts(message, out);
  return out;
}

Whole::Whole()
    : folder(new_folder()),
      programme_(
          config::load_programme(std::string(CARELINE_SOURCE_DIR) + "/config/programmes/taoyuan-104.toml")),
      keys_(some_keys(7)),
      lookout_(std::make_unique<crisis::Lookout>(read("config/crisis/rules.json"))),
      writer_(std::make_unique<store::Writer>(folder / "careline.db", keys_)) {
  house_ = std::make_unique<flow::House>(
      flow::House{keys_, config::Phrases::built_in(), programme_, *lookout_, *writer_, changes_});
  house_->now_ms = [this] { return clock; };
  house_->read = line::read_event;
  house_->write = line::messages_json;
  house_->on_duty = [this] { return on_duty; };
  house_->quota_left = [] { return std::nullopt; };
  house_->promised = [this] { sender_->wake(); };
  writer_->run([&](store::Db& db) { lin = actor(hire(db, keys_, "lin", Role::counsellor)); });
  line = [](const Heard&) { return flow::Answer{flow::Answer::Kind::status, 200}; };
  desk = std::make_unique<flow::Desk>(*house_);
  sender_ = std::make_unique<flow::Sender>(*house_, [this](const store::Parcel& p) { return hear(p); }, 0);
  inbox_ = std::make_unique<flow::InboxWorker>(*house_);
}

Whole::~Whole() {
  inbox_->stop();
  sender_->stop();
  writer_.reset();
  std::filesystem::remove_all(folder);
}

flow::Answer Whole::hear(const store::Parcel& parcel) {
  const std::lock_guard lock(mutex_);
  const auto letter = flow::read_letter(parcel.body).value();
  const json& to = letter.head.at("to");
  const bool reply = parcel.mode == store::Mode::reply;
  Heard call{reply                              ? "reply"
             : parcel.mode == store::Mode::push ? "push"
                                                : "multicast",
             to.is_string() ? to.get<std::string>() : to.dump(),
             reply ? letter.head.at("token").get<std::string>() : "", reply ? "" : parcel.retry_key,
             json::parse(letter.messages)};
  const auto answer = line(call);
  heard.push_back(call);
  if (answer.kind == flow::Answer::Kind::status && answer.status == 200)
    for (const auto& message : call.messages) phone_[call.to].push_back(message);
  return answer;
}

std::string Whole::line_id(const std::string& who) {
  std::ostringstream hex;
  for (unsigned char c : who) hex << std::hex << static_cast<int>(c);
  std::string id = hex.str();
  id.resize(32, '0');
  return "U" + id;
}

json Whole::text_event(const std::string& who, const std::string& text) {
  ++events_;
  return {{"type", "message"},
          {"mode", "active"},
          {"timestamp", clock + events_},
          {"source", {{"type", "user"}, {"userId", line_id(who)}}},
          {"webhookEventId", "event" + std::to_string(events_)},
          {"replyToken", "token" + std::to_string(events_)},
          {"message", {{"id", "m" + std::to_string(events_)}, {"type", "text"}, {"text", text}}}};
}

void Whole::says(const std::string& who, const std::string& text, const json& extra) {
  json event = text_event(who, text);
  if (extra.is_object()) event.merge_patch(extra);
  deliver({event});
}

void Whole::presses(const std::string& who, const std::string& data) {
  happens(who, {{"type", "postback"}, {"postback", {{"data", data}}}});
}

void Whole::happens(const std::string& who, json event) {
  json whole = text_event(who, "");
  whole.erase("message");
  whole.merge_patch(event);
  deliver({whole});
}

json Whole::find_button(const std::string& who, const std::string& label) {
  const std::lock_guard lock(mutex_);
  const auto& messages = phone_[line_id(who)];
  for (auto message = messages.rbegin(); message != messages.rend(); ++message) {
    std::vector<json> actions;
    collect_actions(*message, actions);
    for (const auto& action : actions)
      if (action["label"] == label) return action;
  }
  throw std::runtime_error("no such button: " + label);
}

void Whole::taps(const std::string& who, const std::string& label) {
  const json action = find_button(who, label);
  if (action["type"] == "postback") presses(who, action["data"]);
  if (action["type"] == "message") says(who, action["text"]);
}

void Whole::deliver(const std::vector<json>& events) {
  const json body = {{"destination", "U0"}, {"events", events}};
  const auto arrivals = line::split(body.dump(), keys_);
  writer_->run([&](store::Db& db) { store::Inbox(db, keys_).append(arrivals.value(), clock); });
  inbox_->wake();
  settle();
}

void Whole::settle() {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (std::chrono::steady_clock::now() < until) {
    bool idle = false;
    writer_->run([&](store::Db& db) {
      auto q = db.query(R"sql(
        SELECT (SELECT count(*) FROM inbox WHERE parked = 0) +
               (SELECT count(*) FROM outbox
                WHERE state = 'waiting' AND (due_at <= :now OR (tries > 0 AND due_at = :now + 60000))))sql");
      q.bind(":now", clock);
      q.step();
      idle = q.integer(0) == 0;
    });
    if (idle) return;
    inbox_->wake();
    sender_->wake();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  throw std::runtime_error("Careline did not come to rest");
}

void Whole::with(const store::Writer::Work& work) { writer_->run(work); }

store::Thread Whole::ask(const std::string& who, const std::string& text) {
  for (const std::string& said : {std::string("匿名提問"), std::string("主旨"), text, std::string("寫好了"),
                                  std::string("要通知"), std::string("送出")})
    says(who, said, {{"message", {{"id", "said " + said}}}});
  for (const auto& thread : threads())
    for (const auto& message : messages(thread.id))
      if (message.text == text) return thread;
  throw std::runtime_error("the question did not arrive");
}

store::Thread Whole::apply(const std::string& who, const std::string& matter) {
  for (const std::string& said :
       {std::string("諮商預約"), std::string("同意"), std::string("沒有"), std::string("先跳過"),
        std::string("1"), std::string("心理健康"), std::string("面談"), matter, std::string("寫好了"),
        std::string("先跳過"), std::string("分機 1234"), std::string("先跳過"), std::string("先跳過"),
        std::string("先跳過"), std::string("送出")})
    says(who, said, {{"message", {{"id", "said " + said}}}});
  for (const auto& thread : threads())
    if (thread.kind == "case") return thread;
  throw std::runtime_error("the request did not arrive");
}

bool Whole::night() {
  return flow::keep_to_terms(*house_, [] { return false; });
}
bool Whole::night_stopped() {
  return flow::keep_to_terms(*house_, [] { return true; });
}
void Whole::forget_left() { flow::forget_left_conversations(*house_); }

void Whole::later(std::int64_t ms) {
  clock += ms;
  sender_->wake();
  settle();
}

flow::Actor Whole::joins(const std::string& name, Roles roles) {
  flow::Actor hired;
  writer_->run([&](store::Db& db) { hired = actor(tests::hire(db, keys_, name, roles)); });
  return hired;
}

flow::Actor Whole::joins(const std::string& name) {
  const flow::Actor who = joins(name, Role::counsellor);
  desk->vouch(lin, name);
  return who;
}

std::vector<store::Thread> Whole::threads_of(const flow::Actor& who, bool closed) {
  std::vector<store::Thread> found;
  writer_->run([&](store::Db& db) { found = store::Threads(db, keys_).to_do(closed, who.name); });
  return found;
}

std::vector<store::Message> Whole::messages(const ThreadId& id, const flow::Actor& who) {
  std::vector<store::Message> found;
  writer_->run([&](store::Db& db) {
    found = store::Threads(db, keys_).messages(id, store::Grants(db, keys_).open(id, who.reader()));
  });
  return found;
}

std::string Whole::last_to(const std::string& who) {
  const std::lock_guard lock(mutex_);
  for (auto call = heard.rbegin(); call != heard.rend(); ++call)
    if (call->to == line_id(who)) return texts_of(call->messages);
  return "";
}

std::vector<Heard> Whole::heard_and_forget() {
  const std::lock_guard lock(mutex_);
  return std::exchange(heard, {});
}

}  // namespace careline::tests
