// Who may do what: every route of the table tried by everybody, and by forged requests.
#include "bot/console/routes.h"

#include <gtest/gtest.h>

#include "bot/console/sessions.h"
#include "tests/console/rig.h"

namespace careline::console {
namespace {

std::string address_of(const Route& route, const ThreadId& thread) {
  std::string path = route.path;
  if (const auto hole = path.find("{id}"); hole != std::string::npos)
    path.replace(hole, 4, path.find("/assets/") == 0 ? "console.css" : thread.hex());
  return path;
}

class Routes : public ::testing::Test {
 protected:
  web::Answer attempt(Visitor& visitor, const Route& route) {
    const std::string path = address_of(route, thread);
    return std::string(route.method) == "POST" ? visitor.post(path) : visitor.get(path);
  }
  // What somebody gets who may: never an order to sign in, a refusal or nothing found.
  void expect_allowed(const web::Answer& answer) {
    for (const int refusal : {0, 401, 403, 404, 500}) EXPECT_NE(answer.status, refusal);
    EXPECT_FALSE(holds(answer.head, "Location: /sign-in"));
  }

  Routes() {
    rig.writer.run([&](store::Db& db) {
      tests::hire(db, rig.keys, "mei", Role::lead);
      store::Operators(db, rig.keys).vouch(rig.lin, "mei");
    });
    thread = rig.open("case", "A1");
  }
  Rig rig;
  ThreadId thread;
};

// Everybody who may stand before the console: each role with a whole session, with the second factor still
// to be confirmed and with locked content; and nobody.
enum class Stands { outside, enrolling, locked, inside };
struct Who {
  std::string role;
  Roles roles;
  Stands stands;
};

void PrintTo(const Who& who, std::ostream* out) { *out << who.role; }

std::vector<Who> everybody() {
  std::vector<Who> all = {{"nobody", {}, Stands::outside}};
  for (const auto& [name, role] : kRoles)
    for (const Stands stands : {Stands::inside, Stands::enrolling, Stands::locked})
      all.push_back({std::string(name), role, stands});
  return all;
}

std::string name_of(const ::testing::TestParamInfo<Who>& info) {
  static constexpr const char* kStands[] = {"", "_enrolling", "_locked", "_inside"};
  return info.param.role + kStands[static_cast<int>(info.param.stands)];
}

// The whole matrix grows from the table of routes: a new route is tried with everybody at once.
class EveryRoute : public Routes, public ::testing::WithParamInterface<Who> {
 protected:
  EveryRoute() {
    rig.writer.run([&](store::Db& db) {
      const std::string& name = GetParam().role;
      tests::hire(db, rig.keys, name, GetParam().roles);
      store::Operators(db, rig.keys).vouch(rig.lin, name);
      if (GetParam().stands == Stands::enrolling) store::SecondFactors(db, rig.keys).renew(name);
    });
    thread = rig.open("case", "A2");  // granted to every reader
  }

  Visitor arrived() {
    Visitor visitor(rig);
    if (GetParam().stands == Stands::outside) return visitor;
    visitor.sign_in(GetParam().role, kPassword, code());
    if (GetParam().stands == Stands::enrolling) visitor.token = token_in(visitor.get("/enrol").body);
    if (GetParam().stands == Stands::locked) rig.now += kIdle_ms;
    return visitor;
  }
  std::string code() { return GetParam().stands == Stands::enrolling ? "" : rig.code_of(GetParam().role); }
  static std::string token_in(const std::string& page) {
    return page.substr(page.find("data-token=\"") + 12, 43);
  }

  // A page leads to `place`; what is no page is refused with `status`.
  void expect_led_to(const Route& route, const web::Answer& answer, const char* place, int status) {
    EXPECT_EQ(answer.status, route.kind == Kind::page ? 303 : status);
    if (route.kind == Kind::page) {
      EXPECT_TRUE(holds(answer.head, std::string("Location: ") + place));
    }
  }
  void expect_locked(const Route& route, const web::Answer& answer) {
    EXPECT_EQ(answer.status, 423);
    if (route.kind == Kind::page) {
      EXPECT_TRUE(holds(answer.body, "data-locked"));
    }
  }
  void expect_right(const Route& route, const web::Answer& answer, const web::Answer& missing) {
    const Stands stands = GetParam().stands;
    if (stands == Stands::outside) return expect_led_to(route, answer, "/sign-in", 401);
    if (!route.who.any_of(GetParam().roles)) {
      EXPECT_EQ(answer.status, 404);
      EXPECT_EQ(answer.body, missing.body) << "forbidden must look like missing";
      return;
    }
    if (stands == Stands::enrolling && (route.but & kAlsoEnrolling) == 0)
      return expect_led_to(route, answer, "/enrol", 401);
    if (stands == Stands::locked && (route.but & kAlsoLocked) == 0) return expect_locked(route, answer);
    expect_allowed(answer);
    if ((route.but & kSteppedUp) != 0) expect_led_to(route, answer, "/step-up?next=", 428);
  }
};

TEST_P(EveryRoute, IsOpenToWhoMayAndAsIfMissingToAllOthers) {
  for (const Route& route : routes()) {
    if (route.who == kAnyone) continue;
    SCOPED_TRACE(std::string(route.method) + " " + route.path);
    Visitor visitor = arrived();
    const auto missing = visitor.get("/nowhere");
    expect_right(route, attempt(visitor, route), missing);
  }
}

INSTANTIATE_TEST_SUITE_P(Everybody, EveryRoute, ::testing::ValuesIn(everybody()), name_of);

TEST_F(Routes, WhatNeedsNoSessionIsTheWayInAndFiles) {
  Visitor nobody(rig);
  for (const Route& route : routes()) {
    if (route.who != kAnyone) continue;
    SCOPED_TRACE(std::string(route.method) + " " + route.path);
    const bool empty_sign_in = route.kind == Kind::action;
    EXPECT_EQ(attempt(nobody, route).status, empty_sign_in ? 401 : 200);
    const std::string_view path = route.path;
    EXPECT_TRUE(path == "/sign-in" || path == "/activate" || route.kind == Kind::file) << path;
  }
}

// What security.md §3.1 says of content, independently of the table's own words.
TEST_F(Routes, NoRouteToContentIsForTheEmployersSideOrTheAuditor) {
  for (const Route& route : routes()) {
    const std::string_view path = route.path;
    const bool content = path.substr(0, 9) == "/threads/" || path == "/to-do" || path == "/closed";
    if (content) {
      EXPECT_TRUE(route.who == kReaders) << route.path;
    }
    if (path == "/all") {
      EXPECT_FALSE(route.who.any_of(Role::admin | Role::broadcaster | Role::auditor));
    }
  }
}

TEST_F(Routes, AnAdminCannotTellAThreadFromNothing) {
  Visitor admin(rig, "wang");
  const auto there = admin.get("/threads/" + thread.hex());
  const auto not_there = admin.get("/threads/" + std::string(32, '0'));
  const auto nowhere = admin.get("/nowhere");
  EXPECT_EQ(there.status, 404);
  EXPECT_EQ(there.head, not_there.head);
  EXPECT_EQ(there.body, not_there.body);
  EXPECT_EQ(there.body, nowhere.body);
  const auto history = admin.get("/threads/" + thread.hex() + "/history");
  EXPECT_EQ(history.body, nowhere.body);
}

// What pages of others, or no page of ours, may send with the operator's cookie.
std::vector<std::string> forgeries(const std::string& token_of_session) {
  const std::string json = "Content-Type: application/json\r\n",
                    token = "X-Careline-Token: " + token_of_session + "\r\n",
                    ours = "Origin: http://a\r\nSec-Fetch-Site: same-origin\r\n";
  return {
      ours + json,                                                         // no token
      ours + json + "X-Careline-Token: " + std::string(43, 'A') + "\r\n",  // another's
      json + token,                                                        // from nowhere
      json + token + "Origin: http://evil\r\n",
      json + token + "Origin: https://a\r\n",  // another scheme
      json + token + "Origin: null\r\n",
      json + token + "Sec-Fetch-Site: cross-site\r\n",
      json + token + "Sec-Fetch-Site: same-site\r\n",
      json + token + "Sec-Fetch-Site: none\r\n",
      json + token + "Origin: http://a\r\nSec-Fetch-Site: cross-site\r\n",
      ours + token + "Content-Type: application/x-www-form-urlencoded\r\n",
      ours + token + "Content-Type: text/plain\r\n",
  };
}

TEST_F(Routes, ForgedRequestsChangeNothing) {
  rig.writer.run([&](store::Db& db) { tests::hire(db, rig.keys, "bo", Role::auditor); });
  std::vector<std::pair<Roles, Visitor>> visitors;
  for (const auto& [name, role] : {std::pair{"lin", Role::counsellor},
                                   {"mei", Role::lead},
                                   {"wang", Role::admin},
                                   {"bo", Role::auditor}})
    visitors.emplace_back(role, Visitor(rig, name));
  for (const Route& route : routes()) {
    if (route.kind != Kind::action || route.who == kAnyone) continue;
    for (auto& [role, visitor] : visitors) {
      if (!route.who.any_of(role)) continue;
      for (const std::string& fields : forgeries(visitor.token))
        EXPECT_EQ(visitor.ask("POST", address_of(route, thread), fields, R"({"text":"x","key":"k"})").status,
                  403)
            << route.path << "\n"
            << fields;
    }
  }
  EXPECT_TRUE(rig.messages(thread).empty());
  for (auto& [role, visitor] : visitors) EXPECT_NE(visitor.get("/me").status, 303);  // not signed out either
}

TEST_F(Routes, TheTokenMayAlsoStandInTheBody) {
  Visitor visitor(rig, "lin");
  const auto answer = visitor.ask("POST", "/here", "Origin: http://a\r\nContent-Type: application/json\r\n",
                                  nlohmann::json{{"token", visitor.token}}.dump());
  EXPECT_EQ(answer.status, 200);
}

TEST_F(Routes, NoPageChangesAnythingWhenItIsRead) {
  for (const Route& route : routes())
    if (route.kind == Kind::action)
      EXPECT_STREQ(route.method, "POST") << route.path;
    else
      EXPECT_STREQ(route.method, "GET") << route.path;
}

TEST_F(Routes, EveryAnswerCarriesTheHeaders) {
  Visitor visitor(rig, "lin");
  Visitor nobody(rig);
  for (const auto& answer :
       {visitor.get("/"), visitor.get("/nowhere"), visitor.get("/live"), visitor.post("/here"),
        nobody.get("/"), nobody.get("/session"), nobody.get("/assets/console.js"),
        nobody.get("/assets/nothing"), nobody.post("/sign-in")}) {
    EXPECT_TRUE(holds(answer.head,
                      "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'"));
    EXPECT_FALSE(holds(answer.head, "unsafe"));
    for (const char* header :
         {"X-Content-Type-Options: nosniff", "Referrer-Policy: no-referrer",
          "Cache-Control: ", "Cross-Origin-Opener-Policy: same-origin",
          "Cross-Origin-Resource-Policy: same-origin", "Permissions-Policy: ", "X-Robots-Tag: noindex"})
      EXPECT_TRUE(holds(answer.head, header)) << header << "\n" << answer.head;
  }
  EXPECT_TRUE(holds(visitor.get("/").head, "Cache-Control: no-store"));
  EXPECT_TRUE(holds(nobody.get("/assets/console.js").head, "immutable"));
}

}  // namespace
}  // namespace careline::console
