// What operators read and do, by HTTP on a real desk: the list, a thread, an answer, a post, what failed.
#include <gtest/gtest.h>

#include "bot/console/views.h"
#include "tests/console/rig.h"

namespace careline::console {
namespace {

using nlohmann::json;

std::string path_of(const ThreadId& id) { return "/threads/" + id.hex(); }

TEST(ListPage, ShowsCrisisFirstInWordsAndNoContent) {
  Rig rig;
  const auto quiet = rig.open("case", "A1");
  const auto crisis = rig.open("alert", "C1", 2);
  rig.write(quiet, {.author = "employee", .text = "secret words", .at = rig.now});
  rig.now += 120'000;  // past the due time
  const auto list = Visitor(rig, "lin").get("/");
  EXPECT_EQ(list.status, 200);
  EXPECT_LT(list.body.find(crisis.hex()), list.body.find(quiet.hex()));
  EXPECT_TRUE(holds(list.body, "危機"));
  EXPECT_TRUE(holds(list.body, "個案 A1"));
  EXPECT_TRUE(holds(list.body, "已逾時"));
  EXPECT_FALSE(holds(list.body, "secret words"));
}

TEST(ListPage, SaysWhatToDoWhenThereIsNothing) {
  Rig rig;
  EXPECT_TRUE(holds(Visitor(rig, "lin").get("/").body, "目前沒有待處理的項目"));
  EXPECT_TRUE(holds(Visitor(rig, "lin").get("/closed").body, "還沒有結案的項目"));
}

TEST(ThreadPage, ShowsWhoWroteWhenAndWhatBecameOfIt) {
  Rig rig;
  const auto id = rig.open("case", "A1");
  rig.write(id, {.author = "employee", .text = "<script>alert(1)</script>", .at = rig.now});
  rig.write(id, {.author = "counsellor", .text = "one", .at = rig.now, .delivery = "waiting"});
  rig.write(id, {.author = "counsellor", .text = "two", .at = rig.now, .delivery = "accepted"});
  rig.write(id, {.author = "counsellor", .text = "three", .at = rig.now, .delivery = "failed"});
  rig.writer.run([&](store::Db& db) {
    store::Threads threads(db, rig.keys);
    const auto open = store::Grants(db, rig.keys).open(id, rig.lin);
    threads.delivered(id, threads.messages(id, open)[3].id, "failed", "blocked");
  });
  const auto page = Visitor(rig, "lin").get(path_of(id));
  for (const char* part :
       {"role=\"log\"", "&lt;script&gt;", "11月24日（二）10:00", "等待送出", "LINE 已接受",
        "送出失敗：對方已封鎖", "諮詢回覆，非心理治療", "<label for=\"reply\">回覆</label>"})
    EXPECT_TRUE(holds(page.body, part)) << part;
  EXPECT_FALSE(holds(page.body, "<script>alert"));
}

TEST(ThreadPage, AWithdrawnMessageIsSaidToBeWithdrawn) {
  Rig rig;
  const auto id = rig.open("case", "A1");
  const auto key = store::random_id<LineKey>();
  rig.write(id, {.author = "employee", .text = "regretted", .at = rig.now, .line_message = key});
  rig.writer.run([&](store::Db& db) { store::Threads(db, rig.keys).unsend(key, 0); });
  const auto page = Visitor(rig, "lin").get(path_of(id));
  EXPECT_TRUE(holds(page.body, "員工已收回訊息"));
  EXPECT_FALSE(holds(page.body, "regretted"));
}

TEST(ThreadPage, OpeningIsTold) {
  Rig rig;
  const auto id = rig.open("alert", "C1", 3);
  Visitor visitor(rig, "lin");
  visitor.get(path_of(id));
  const auto thread = [&] {
    std::optional<store::Thread> found;
    rig.writer.run([&](store::Db& db) { found = store::Threads(db, rig.keys).find(id); });
    return *found;
  };
  EXPECT_FALSE(thread().read_by_staff);  // fetching a page is not reading it
  EXPECT_EQ(visitor.post(path_of(id) + "/opened").status, 200);
  EXPECT_TRUE(thread().read_by_staff);
  EXPECT_EQ(thread().severity, 0);
}

TEST(Reply, IsStoredOnceHoweverOftenTheFormIsSent) {
  Rig rig;
  const auto id = rig.open("case", "A1");
  Visitor visitor(rig, "lin");
  const auto first = visitor.post(path_of(id) + "/reply", {{"text", " 收到了\r\n謝謝 "}, {"key", "form-1"}});
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(visitor.post(path_of(id) + "/reply", {{"text", "收到了"}, {"key", "form-1"}}).status, 200);
  ASSERT_EQ(rig.messages(id).size(), 1u);
  EXPECT_EQ(rig.messages(id)[0].text, "收到了\n謝謝");
  const std::string next = json::parse(first.body)["key"];
  visitor.post(path_of(id) + "/reply", {{"text", "還有一句"}, {"key", next}});
  EXPECT_EQ(rig.messages(id).size(), 2u);
}

TEST(Reply, RefusesWhatCannotBeSentAndSaysWhy) {
  Rig rig;
  const auto id = rig.open("case", "A1");
  Visitor visitor(rig, "lin");
  std::string long_text;
  for (int i = 0; i < 2'501; ++i) long_text += "😀";  // two units each
  EXPECT_EQ(visitor.post(path_of(id) + "/reply", {{"text", long_text}, {"key", "a"}}).status, 422);
  EXPECT_EQ(visitor.post(path_of(id) + "/reply", {{"text", " \n "}, {"key", "b"}}).status, 422);
  EXPECT_EQ(visitor.post(path_of(id) + "/reply", {{"text", "x"}}).status, 400);
  EXPECT_EQ(visitor.post(path_of(id) + "/reply", {{"text", 5}, {"key", "c"}}).status, 422);
  EXPECT_EQ(visitor.post("/threads/zz/reply", {{"text", "x"}, {"key", "d"}}).status, 404);
  EXPECT_TRUE(rig.messages(id).empty());
  long_text.resize(long_text.size() - 4);
  EXPECT_EQ(visitor.post(path_of(id) + "/reply", {{"text", long_text}, {"key", "a"}}).status, 200);
}

TEST(Close, EndsTheThreadAndItsForm) {
  Rig rig;
  const auto id = rig.open("case", "A1");
  Visitor visitor(rig, "lin");
  EXPECT_EQ(visitor.post(path_of(id) + "/close").status, 200);
  const auto page = visitor.get(path_of(id));
  EXPECT_TRUE(holds(page.body, "已結案，不能再回覆"));
  EXPECT_FALSE(holds(page.body, "<textarea"));
  EXPECT_EQ(visitor.post(path_of(id) + "/reply", {{"text", "x"}, {"key", "a"}}).status, 409);
  EXPECT_EQ(visitor.post(path_of(id) + "/close").status, 409);
  EXPECT_TRUE(holds(visitor.get("/closed").body, "個案 A1"));
}

TEST(Live, TellsWhatAPageMissedAndWhatComes) {
  Rig rig;
  const auto id = rig.open("case", "A1");
  Visitor visitor(rig, "lin");
  const std::string page = visitor.get("/").body;
  const auto at = page.find("/live?after=");
  const std::string address = page.substr(at, page.find('"', at) - at);
  rig.changes.tell("thread:" + id.hex());  // between the page and its stream
  rig.changes.tell("broadcast:" + id.hex());
  web::Wire wire(rig.server->port());
  wire.send(web::get(address, "Cookie: careline=" + visitor.cookie + "\r\n"));
  EXPECT_TRUE(wire.await("event: thread-" + id.hex() + "\ndata: 1\n\n"));
  rig.changes.tell("list");
  EXPECT_TRUE(wire.await("event: list\ndata: 1\n\n"));
  EXPECT_FALSE(wire.await("broadcast", 50));  // not a counsellor's matter
  visitor.post("/sign-out");
  EXPECT_FALSE(wire.ends(0));
  EXPECT_TRUE(web::becomes_true([&] { return !wire.send("x"); }));
}

TEST(Live, APositionOfAnotherRunMeansFetchEverything) {
  Rig rig;
  Visitor visitor(rig, "lin");
  for (const char* position : {"", "?after=", "?after=elsewhere.7", "?after=.99999999999999999999"}) {
    web::Wire wire(rig.server->port());
    wire.send(web::get("/live" + std::string(position), "Cookie: careline=" + visitor.cookie + "\r\n"));
    EXPECT_TRUE(wire.await("event: resync")) << position;
  }
}

class Broadcast : public ::testing::Test {
 protected:
  void join(int people) {
    rig.writer.run([&](store::Db& db) {
      store::People all(db, rig.keys);
      for (int i = 0; i < people; ++i) {
        const auto person = all.find("U" + std::string(30, 'f') + std::to_string(10 + i));
        all.remember(person, 0);
        all.join(topic, person.id);
      }
    });
  }
  void settle(std::int64_t accepted, std::int64_t refused) {
    rig.writer.run([&](store::Db& db) {
      store::Posts all(db, rig.keys);
      all.settled(all.latest(topic, 1).at(0).id, accepted, refused);
    });
  }
  std::size_t posts() {
    std::size_t count = 0;
    rig.writer.run([&](store::Db& db) { count = store::Posts(db, rig.keys).latest(topic, 5).size(); });
    return count;
  }

  Rig rig;
  std::string topic = rig.programme.topics.at(0).id;
  Visitor admin{rig, "wang"};
};

TEST_F(Broadcast, PreviewTellsRoughlyHowManyButNotOfFew) {
  join(4);
  auto preview = admin.post("/topics/preview", {{"topic", topic}, {"text", "大家好"}});
  EXPECT_EQ(preview.status, 200);
  EXPECT_TRUE(holds(preview.body, "少於 5 人"));
  EXPECT_TRUE(holds(preview.body, "無上限或未知"));
  join(8);
  rig.quota = 1234;
  preview = admin.post("/topics/preview", {{"topic", topic}, {"text", "大家好"}});
  EXPECT_TRUE(holds(preview.body, ">約 5 人<"));
  EXPECT_TRUE(holds(preview.body, "約 1,200 則"));
  EXPECT_FALSE(holds(preview.body, "可能不夠"));
  EXPECT_EQ(posts(), 0u);
  EXPECT_EQ(admin.post("/topics/preview", {{"topic", "nothing"}, {"text", "x"}}).status, 422);
  EXPECT_EQ(admin.post("/care/preview", {{"text", ""}}).status, 422);
}

TEST_F(Broadcast, OnePersonMoreOrLessIsNotSeen) {
  join(11);
  rig.quota = 180;
  const auto seen = [&] { return admin.post("/topics/preview", {{"topic", topic}, {"text", "x"}}).body; };
  const std::string before = seen();
  join(12);
  rig.quota = 179;
  EXPECT_EQ(seen(), before);
  rig.quota = 9;
  EXPECT_TRUE(holds(seen(), "少於 50 則"));
  EXPECT_TRUE(holds(seen(), "可能不夠"));
}

TEST_F(Broadcast, IsSentOnceAndItsResultShown) {
  join(13);
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(admin.post("/topics/send", {{"topic", topic}, {"text", "大家好"}, {"key", "form-1"}}).status,
              200);
  EXPECT_EQ(posts(), 1u);
  EXPECT_TRUE(holds(admin.get("/topics").body, "<progress"));
  EXPECT_TRUE(holds(admin.get("/topics/sent").body, "發送中：約 10 人"));
  settle(12, 0);
  EXPECT_TRUE(holds(admin.get("/topics/sent").body, "max=\"10\" value=\"5\""));
  settle(0, 1);
  const auto sent = admin.get("/topics/sent").body;
  EXPECT_TRUE(holds(sent, "發送完成：約 10 人，LINE 未接受的少於 5 人"));
  EXPECT_FALSE(holds(sent, "<progress"));
  for (const char* number : {"12 人", "13 人", "1 人"}) EXPECT_FALSE(holds(sent, number)) << number;
  EXPECT_FALSE(holds(admin.get("/care/sent").body, "大家好"));
}

TEST_F(Broadcast, OfAFewPeopleNoNumberIsShown) {
  join(3);
  admin.post("/topics/send", {{"topic", topic}, {"text", "大家好"}, {"key", "form-1"}});
  EXPECT_TRUE(holds(admin.get("/topics/sent").body, "發送中：少於 5 人"));
  settle(2, 1);
  const auto sent = admin.get("/topics/sent").body;
  EXPECT_TRUE(holds(sent, "發送完成：少於 5 人<"));
  for (const char* number : {"2 人", "3 人", "1 人", "max=\"3\""})
    EXPECT_FALSE(holds(sent, number)) << number;
}

TEST(Undelivered, ShowsReasonsAndNoPersons) {
  Rig rig;
  Visitor admin(rig, "wang");
  EXPECT_TRUE(holds(admin.get("/undelivered").body, "沒有送出失敗的訊息"));
  const auto give_up = [&](const std::string& key, const std::string& reason) {
    rig.writer.run([&](store::Db& db) {
      store::Parcel parcel{.person = store::random_id<PersonId>(), .retry_key = key, .body = "{}"};
      parcel.made_at = rig.now;
      store::Outbox outbox(db, rig.keys);
      outbox.put(parcel);
      outbox.dead(db.raw().getLastInsertRowid(), reason);
    });
  };
  give_up("key-1", "refused_400");
  give_up("key-2", "something_new");
  const auto page = Visitor(rig, "lin").get("/undelivered").body;
  for (const char* part : {"11月24日（二）10:00", "LINE 不接受這則訊息", "代碼 something_new"})
    EXPECT_TRUE(holds(page, part)) << part;
  // Rows would count persons and times would tell them apart: an admin reads each reason once.
  const std::string before = admin.get("/undelivered").body;
  for (const char* part : {"LINE 不接受這則訊息", "代碼 something_new"})
    EXPECT_TRUE(holds(before, part)) << part;
  EXPECT_FALSE(holds(before, "11月24日"));
  rig.now += 60'000;
  give_up("key-3", "something_new");
  EXPECT_EQ(admin.get("/undelivered").body, before);
}

TEST(Outside, WhatIsWrongStandsOnEveryPageAndGoesLive) {
  Rig rig;
  Visitor counsellor(rig, "lin"), admin(rig, "wang");
  EXPECT_FALSE(holds(counsellor.get("/").body, "class=\"outside\""));
  web::Wire wire(rig.server->port());
  wire.send(web::get("/live", "Cookie: careline=" + admin.cookie + "\r\n"));
  ASSERT_TRUE(wire.await("event: resync"));
  rig.alarms.set(flow::Alarm::chat_mode, true, rig.now);
  rig.changes.tell("alarms");
  EXPECT_TRUE(wire.await("event: alarms\ndata: 1\n\n"));
  for (const auto& [who, path] : {std::pair{&counsellor, "/"},
                                  {&counsellor, "/closed"},
                                  {&admin, "/topics"},
                                  {&admin, "/care"},
                                  {&admin, "/nowhere"},
                                  {&admin, "/alarms"}}) {
    const auto page = who->get(path).body;
    EXPECT_TRUE(holds(page, "「聊天」被打開了")) << path;
    EXPECT_TRUE(holds(page, "11月24日（二）10:00")) << path;
  }
  EXPECT_FALSE(holds(Visitor(rig).get("/sign-in").body, "聊天"));
  rig.alarms.set(flow::Alarm::chat_mode, false, rig.now);
  EXPECT_FALSE(holds(counsellor.get("/").body, "聊天"));
}

TEST(Outside, EachAlarmHasItsWords) {
  for (const flow::Alarm alarm : flow::kAlarms)
    EXPECT_TRUE(config::Phrases::built_in().has(std::string("console.outside.") + flow::code_of(alarm)));
}

}  // namespace
}  // namespace careline::console
