// A console on a real server, a real desk and a real database, and operators who visit it by plain HTTP.
#pragma once
#include <atomic>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <string>

#include "bot/console/console.h"
#include "bot/console/origin.h"
#include "bot/flow/house.h"
#include "store/outbox.h"
#include "store/people.h"
#include "store/posts.h"
#include "store/threads.h"
#include "tests/config/temp_folder.h"
#include "tests/support/staff.h"
#include "tests/web/wire.h"

namespace careline::console {

using tests::kPassword;

inline std::string source_file(const std::string& name) {
  std::ifstream in(std::string(CARELINE_SOURCE_DIR) + "/" + name, std::ios::binary);
  std::ostringstream all;
  all << in.rdbuf();
  return all.str();
}

class Rig {
 public:
  Rig() : keys(tests::some_keys(9)), writer(database(), keys), desk(house) {
    writer.run([&](store::Db& db) {
      lin = tests::reader(tests::hire(db, keys, "lin", Role::counsellor));
      tests::hire(db, keys, "wang", Role::admin);
    });
    house.now_ms = [this] { return now.load(); };
    house.write = [](const flow::Spoken&) { return std::string(R"([{"type":"text","text":"-"}])"); };
    house.on_duty = [this] { return console->on_duty(); };
    house.promised = [] {};
    house.quota_left = [this] { return quota; };
    console.emplace(Setup{database(), keys, config::Phrases::built_in(), programme, desk, writer, changes,
                          alarms, house.now_ms});
    web::Options options;
    options.workers = 4;
    server.emplace(options, console->handler());
  }
  ~Rig() {
    server->stop();
    server.reset();
    console.reset();
  }

  std::filesystem::path database() const { return folder.path() / "careline.db"; }
  ThreadId open(const std::string& kind, const std::string& label, std::int64_t severity = 0) {
    store::Thread thread{
        .id = store::random_id<ThreadId>(), .kind = kind, .label = label, .severity = severity};
    thread.opened_at = thread.active_at = now;
    thread.due_at = now + 60'000;
    writer.run([&](store::Db& db) { store::Threads(db, keys).open(thread, std::nullopt, std::nullopt); });
    return thread.id;
  }
  void write(const ThreadId& id, const store::NewMessage& message) {
    writer.run([&](store::Db& db) {
      store::Threads threads(db, keys);
      threads.add(*threads.find(id), message);
    });
  }
  std::vector<store::Message> messages(const ThreadId& id) {
    std::vector<store::Message> found;
    writer.run([&](store::Db& db) {
      found = store::Threads(db, keys).messages(id, store::Grants(db, keys).open(id, lin));
    });
    return found;
  }

  // The code of this moment, "" without such an operator. Makes as if no code had been used yet, so that a
  // test signs in as often as it likes without turning the clock.
  std::string code_of(const std::string& name) {
    std::optional<store::SecondFactor> factor;
    writer.run([&](store::Db& db) {
      store::SecondFactors factors(db, keys);
      factor = factors.find(name);
      if (!factor) return;
      factor->last_step = 0;
      factors.save(*factor);
    });
    return factor ? store::code_of(factor->secret, now / store::kCodeStep_ms) : "";
  }

  config::testing::TempFolder folder;
  std::atomic<std::int64_t> now{1'795'485'600'000};  // Tuesday 24 November 2026, 10:00 in Taipei
  std::optional<std::int64_t> quota;
  store::Keyring keys;
  store::Reader lin;  // the counsellor
  config::Programme programme =
      config::load_programme(CARELINE_SOURCE_DIR "/config/programmes/taoyuan-104.toml");
  crisis::Lookout lookout{source_file("config/crisis/rules.json")};
  store::Writer writer;
  flow::Changes changes;
  flow::Alarms alarms;
  flow::House house{keys, config::Phrases::built_in(), programme, lookout, writer, changes};
  flow::Desk desk;
  std::optional<Console> console;
  std::optional<web::Server> server;
};

// A browser that belongs to one operator, or to nobody yet.
class Visitor {
 public:
  explicit Visitor(Rig& rig) : rig_(rig) {}
  Visitor(Rig& rig, const std::string& name) : rig_(rig) { sign_in(name, kPassword); }

  web::Answer ask(const std::string& method, const std::string& path, const std::string& fields,
                  const std::string& body = "") {
    web::Wire wire(rig_.server->port());
    std::string head = method + " " + path + " HTTP/1.1\r\nHost: a\r\n" + fields;
    if (!cookie.empty()) head += "Cookie: other=1; careline=" + cookie + "\r\n";
    if (method == "POST") head += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    wire.send(head + "\r\n" + body);
    return wire.answer(10'000);
  }
  web::Answer get(const std::string& path) { return ask("GET", path, "Sec-Fetch-Site: same-origin\r\n"); }
  web::Answer post(const std::string& path, nlohmann::json body = nlohmann::json::object()) {
    return ask("POST", path,
               "Origin: http://a\r\nContent-Type: application/json\r\nX-Careline-Token: " + token + "\r\n",
               body.dump());
  }
  web::Answer sign_in(const std::string& name, const std::string& password) {
    return sign_in(name, password, rig_.code_of(name));
  }
  web::Answer sign_in(const std::string& name, const std::string& password, const std::string& code) {
    web::Answer answer = post("/sign-in", {{"name", name}, {"password", password}, {"code", code}});
    take_cookie(answer);
    return answer;
  }
  // Password and code once more, for what weighs more.
  Visitor& step_up(const std::string& name, const std::string& password = kPassword) {
    const auto answer = post("/step-up", {{"password", password}, {"code", rig_.code_of(name)}});
    EXPECT_EQ(answer.status, 200);
    take_cookie(answer);
    return *this;
  }
  // As browsers do; and the token of the session that the cookie belongs to.
  void take_cookie(const web::Answer& answer) {
    const auto at = answer.head.find("Set-Cookie: careline=");
    if (answer.status != 200 || at == std::string::npos) return;
    cookie = answer.head.substr(at + 21, answer.head.find(';', at) - at - 21);
    const auto session = get("/session");  // none while the second factor waits for its first code
    if (session.status == 200) token = nlohmann::json::parse(session.body)["token"];
  }

  std::string cookie, token;

 private:
  Rig& rig_;
};

inline bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace careline::console
