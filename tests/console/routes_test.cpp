// Who may do what: every route of the table, tried by nobody, a counsellor and an admin, and by forged
// requests.
#include "bot/console/routes.h"

#include <gtest/gtest.h>

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
    rig.writer.run([&](store::Db& db) { tests::hire(db, rig.keys, "mei", Role::lead); });
  }
  Rig rig;
  ThreadId thread = rig.open("case", "A1");
};

TEST_F(Routes, NobodyGetsInWithoutASession) {
  Visitor nobody(rig);
  for (const Route& route : routes()) {
    SCOPED_TRACE(std::string(route.method) + " " + route.path);
    const auto answer = attempt(nobody, route);
    if (route.who == kAnyone && route.kind == Kind::action) {
      EXPECT_EQ(answer.status, 401);  // empty name and password
    } else if (route.who == kAnyone) {
      EXPECT_EQ(answer.status, 200);
    } else if (route.kind == Kind::page) {
      EXPECT_EQ(answer.status, 303);
      EXPECT_TRUE(holds(answer.head, "Location: /sign-in"));
    } else {
      EXPECT_EQ(answer.status, 401);
    }
  }
}

TEST_F(Routes, EachRoleReachesItsOwnPagesAndFindsNothingElse) {
  for (const auto& [name, role] :
       {std::pair{"lin", Role::counsellor}, {"wang", Role::admin}, {"mei", Role::lead}}) {
    Visitor visitor(rig, name);
    for (const Route& route : routes()) {
      SCOPED_TRACE(std::string(name) + " " + route.method + " " + route.path);
      if (route.who == kAnyone) continue;
      const auto answer = attempt(visitor, route);
      if (route.who.any_of(role))
        expect_allowed(answer);
      else
        EXPECT_EQ(answer.status, 404);
      if (std::string_view(route.path) == "/sign-out") visitor.sign_in(name, kPassword);
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

std::vector<std::string> forgeries(const Visitor& visitor) {
  const std::string json = "Content-Type: application/json\r\n",
                    token = "X-Careline-Token: " + visitor.token + "\r\n";
  const std::string ours = "Origin: http://a\r\nSec-Fetch-Site: same-origin\r\n";
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
  for (const auto& [name, role] : {std::pair{"lin", Roles(Role::counsellor)},
                                   {"wang", Roles(Role::admin)},
                                   {"mei", Roles(Role::lead)}}) {
    Visitor visitor(rig, name);
    for (const Route& route : routes()) {
      if (route.kind != Kind::action || route.who == kAnyone || !route.who.any_of(role)) continue;
      for (const std::string& fields : forgeries(visitor))
        EXPECT_EQ(visitor.ask("POST", address_of(route, thread), fields, R"({"text":"x","key":"k"})").status,
                  403)
            << route.path << "\n"
            << fields;
    }
    EXPECT_TRUE(rig.messages(thread).empty());
    EXPECT_NE(visitor.get("/me").status, 303);  // not signed out either
  }
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
