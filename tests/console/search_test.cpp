// Searching: what is found, what is not, and that nobody learns what was searched for.
#include "bot/console/search.h"

#include <gtest/gtest.h>

#include "bot/console/views.h"
#include "tests/console/rig.h"

namespace careline::console {
namespace {

TEST(Wanted, FindsWordsWhateverTheirWidthAndCase) {
  const auto found = [](const std::string& typed, const std::string& message) -> std::string {
    const auto place = Wanted(typed).in(message);
    return place ? message.substr(place->from, place->to - place->from) : "-";
  };
  EXPECT_EQ(found("主管", "我的主管不聽"), "主管");
  EXPECT_EQ(found("line", "加ＬＩＮＥ嗎"), "ＬＩＮＥ");
  EXPECT_EQ(found("ＡＢ", "xab"), "ab");
  EXPECT_EQ(found(" 主管 壓力 ", "壓力來自主管"), "主管");
  EXPECT_EQ(found("主管 同事", "壓力來自主管"), "-");
  EXPECT_EQ(found("管主", "主管"), "-");
  EXPECT_EQ(found("株", "去㈱找"), "㈱");
  EXPECT_TRUE(Wanted("　 \n").empty());
}

TEST(Wanted, ShowsWhatStandsAround) {
  std::string far;
  for (int i = 0; i < 40; ++i) far += "遠";
  const std::string message = far + "主管" + far;
  const auto excerpt = excerpt_of(message, *Wanted("主管").in(message));
  EXPECT_EQ(excerpt.word, "主管");
  EXPECT_EQ(utf16_units(excerpt.before), 31u);  // thirty characters and the dots
  EXPECT_EQ(utf16_units(excerpt.after), 31u);
  const auto whole = excerpt_of("在主管", {3, 9});
  EXPECT_EQ(whole.before + "|" + whole.word + "|" + whole.after, "在|主管|");
}

class Search : public ::testing::Test {
 protected:
  Search() {
    rig.writer.run([&](store::Db& db) { tests::hire(db, rig.keys, "hu", Role::counsellor); });
    rig.write(thread, {.author = "employee", .text = "昨天和主管 <談> 過", .at = rig.now});
    rig.write(thread, {.author = "counsellor", .text = "主管怎麼說", .at = rig.now + 60'000});
    rig.write(thread, {.author = "employee", .text = "沒有說什麼", .at = rig.now + 120'000});
  }
  std::string html(Visitor& visitor, const std::string& words) {
    const auto answer = visitor.post("/search", {{"words", words}});
    return answer.status == 200 ? nlohmann::json::parse(answer.body)["html"].get<std::string>() : answer.body;
  }
  std::size_t noted() {
    std::size_t lines = 0;
    rig.writer.run([&](store::Db& db) {
      for (const auto& line : store::Audit(db, rig.keys).lines({}))
        if (line.action == "searched") {
          ++lines;
          EXPECT_EQ(line.object, "");
        }
    });
    return lines;
  }

  Rig rig;
  const ThreadId thread = rig.open("case", "A1");
};

TEST_F(Search, ShowsExcerptsNewestFirstWithTheWayToTheThread) {
  Visitor lin(rig, "lin");
  EXPECT_TRUE(holds(lin.get("/search").body, "type=\"search\""));
  const auto found = html(lin, "主管");
  EXPECT_TRUE(holds(found, "找到 2 則"));
  EXPECT_TRUE(holds(found, "/threads/" + thread.hex() + "#message-"));
  EXPECT_TRUE(holds(found, "昨天和<mark>主管</mark> &lt;談&gt; 過"));
  EXPECT_LT(found.find("怎麼說"), found.find("昨天"));
  EXPECT_TRUE(holds(html(lin, "股長"), "沒有找到"));
  EXPECT_TRUE(holds(html(lin, " "), "請先輸入"));
  EXPECT_TRUE(holds(html(lin, std::string(101, 'x')), "超過 100"));
}

TEST_F(Search, FindsNothingInWhatWasNotGranted) {
  Visitor hu(rig, "hu");
  EXPECT_TRUE(holds(html(hu, "主管"), "沒有找到"));
  EXPECT_EQ(Visitor(rig, "wang").post("/search", {{"words", "主管"}}).status, 404);
}

TEST_F(Search, LeavesALineWithoutTheWords) {
  Visitor lin(rig, "lin");
  html(lin, "主管");
  html(lin, "股長");
  EXPECT_EQ(noted(), 2u);
}

TEST_F(Search, ShowsNothingThatCannotBeNoted) {
  Visitor lin(rig, "lin");
  rig.writer.run([](store::Db& db) {
    db.exec("CREATE TEMP TRIGGER full BEFORE INSERT ON main.audit BEGIN SELECT raise(ABORT, 'full'); END");
  });
  EXPECT_EQ(lin.post("/search", {{"words", "主管"}}).status, 500);
}

TEST_F(Search, ListsTheNewestFiftyAndSaysSo) {
  for (int i = 0; i < 60; ++i)
    rig.write(thread, {.author = "employee", .text = "股長 " + std::to_string(i), .at = rig.now + i});
  Visitor lin(rig, "lin");
  const auto found = html(lin, "股長");
  EXPECT_TRUE(holds(found, "找到 60 則，只列出最新的 50 則"));
  EXPECT_TRUE(holds(found, "</mark> 59<"));
  EXPECT_FALSE(holds(found, "</mark> 9<"));
}

}  // namespace
}  // namespace careline::console
