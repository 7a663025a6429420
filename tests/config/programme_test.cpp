// One government's plan: the shipped one word for word, the refusals, and the edges of its opening hours.
#include "config/programme.h"

#include <gtest/gtest.h>

#include "config/clock.h"
#include "tests/config/temp_folder.h"

namespace careline::config {
namespace {

using std::chrono::year_month_day, std::chrono::year, std::chrono::month, std::chrono::day;
using testing::in_quotes;
using testing::refusal;
using testing::TempFolder;
using testing::with;

const std::string kShipped = CARELINE_SOURCE_DIR "/config/programmes/taoyuan-104.toml";

constexpr const char* kSmall = R"(id = "small"
[names]
service = "關懷"
agency = "某縣政府"
greeting = "關懷線"
[hotline]
name = "專線"
number = "0212345678"
display = "02-1234-5678"
hours = "上班日"
[window]
name = "人事處"
phone = "02-1234-5678"
mail = "window@example.org"
hours = "上班日"
[opening]
monday = ["09:00-12:00", "13:00-17:00"]
tuesday = ["09:00-17:00"]
friday = ["09:00-17:00"]
[[opening.closed]]
date = 2026-11-24
reason = "校慶"
[[opening.extra]]
date = 2026-11-28
hours = ["09:00-12:00"]
[[areas]]
id = "legal"
name = "法律諮詢"
[[staff_types]]
id = "civil"
name = "公務人員"
[[topics]]
id = "worker"
name = "活力上班族"
about = "上班日"
[ways]
visit = "面談"
phone = "電話"
text = "文字"
[[complaints]]
id = "bullying"
name = "職場霸凌"
to = "委員會"
by_when = "請儘早"
)";

std::int64_t at(int y, unsigned m, unsigned d, int hour, int minute) {
  return from_taipei(year_month_day{year{y}, month{m}, day{d}}, hour * 60 + minute);
}

class ProgrammeTest : public ::testing::Test {
 protected:
  Programme load(const std::string& toml) { return load_programme(folder_.write("plan.toml", toml)); }
  std::string refused(const std::string& toml) {
    const std::string what = refusal<ConfigError>([&] { load(toml); });
    const std::string start = (folder_.path() / "plan.toml").string();
    EXPECT_EQ(what.compare(0, start.size(), start), 0) << what;
    return what.size() > start.size() ? what.substr(start.size()) : what;
  }
  TempFolder folder_;
};

template <typename Item>
std::vector<std::string> names_of(const std::vector<Item>& items) {
  std::vector<std::string> names;
  for (const auto& item : items) names.push_back(item.name);
  return names;
}

TEST(ShippedProgrammeTest, HasTheNineTopicsByTheirExactNames) {
  const Programme plan = load_programme(kShipped);
  EXPECT_EQ(names_of(plan.topics),
            (std::vector<std::string>{"職場新手 Easy Go", "夫妻相處有撇步", "新手父母 Fun 輕鬆", "活力上班族",
                                      "壓力症候群-OUT", "女性保健，青春永駐", "照護銀髮，輕鬆上手",
                                      "樂活養生，三高絕緣", "親子教養，無憂無慮"}));
  ASSERT_NE(plan.topic("stress"), nullptr);
  EXPECT_EQ(plan.topic("stress")->name, "壓力症候群-OUT");
  EXPECT_EQ(plan.topic("nonsense"), nullptr);
}

TEST(ShippedProgrammeTest, HasTheEightAreasAndSevenStaffTypes) {
  const Programme plan = load_programme(kShipped);
  EXPECT_EQ(names_of(plan.areas), (std::vector<std::string>{"法律諮詢", "職涯規劃", "家庭關係", "財務問題",
                                                            "心理健康", "醫療保健", "工作壓力", "婚喪喜慶"}));
  EXPECT_EQ(names_of(plan.staff_types),
            (std::vector<std::string>{"公務人員", "教師", "約聘僱人員", "工友（含技工、駕駛）", "駐衛警察",
                                      "臨時人員", "其他"}));
  EXPECT_EQ(plan.area("legal")->name, "法律諮詢");
  EXPECT_EQ(plan.staff_type("guard")->name, "駐衛警察");
  EXPECT_EQ(plan.area(""), nullptr);
}

TEST(ShippedProgrammeTest, IsADemonstrationThatNobodyApproved) {
  const Programme plan = load_programme(kShipped);
  EXPECT_EQ(plan.id, "taoyuan-104");
  EXPECT_TRUE(plan.demonstration);
  EXPECT_EQ(plan.hotline.display, "03-3027858");
  EXPECT_EQ(plan.hotline.number, "033027858");
  EXPECT_EQ(plan.window.mail, "eapcenter.service@gmail.com");
  EXPECT_EQ(plan.question_deadline_days, 3);
  EXPECT_EQ(plan.minutes_per_year, 240);
  EXPECT_EQ(names_of(plan.ways), (std::vector<std::string>{"面談", "電話"}));
  EXPECT_FALSE(plan.text_counselling_approved.has_value());
  EXPECT_EQ(missing_approvals(plan), (std::vector<std::string>{"cards", "notices", "numbers"}));
  ASSERT_EQ(plan.complaints.size(), 2U);
  EXPECT_NE(plan.complaints[0].to.find("安全及衛生防護委員會"), std::string::npos);
}

TEST(ShippedProgrammeTest, OpensOnWorkingDaysFromNineToFive) {
  const Programme plan = load_programme(kShipped);
  EXPECT_FALSE(open_at(plan, at(2026, 11, 27, 8, 59)));
  EXPECT_TRUE(open_at(plan, at(2026, 11, 27, 9, 0)));
  EXPECT_TRUE(open_at(plan, at(2026, 11, 27, 16, 59)));
  EXPECT_FALSE(open_at(plan, at(2026, 11, 27, 17, 0)));
  EXPECT_FALSE(open_at(plan, at(2026, 11, 28, 10, 0)));  // Saturday
  EXPECT_FALSE(open_at(plan, at(2026, 11, 29, 10, 0)));  // Sunday
  EXPECT_FALSE(open_at(plan, at(2027, 1, 1, 10, 0)));    // a holiday on a Friday
  EXPECT_EQ(next_opening(plan, at(2026, 11, 27, 17, 0)), at(2026, 11, 30, 9, 0));
  EXPECT_EQ(next_opening(plan, at(2026, 12, 31, 17, 0)), at(2027, 1, 4, 9, 0));
}

TEST_F(ProgrammeTest, OpeningBoundariesToTheMillisecond) {
  const Programme plan = load(kSmall);
  const std::int64_t nine = at(2026, 11, 23, 9, 0);
  EXPECT_FALSE(open_at(plan, nine - 1));
  EXPECT_TRUE(open_at(plan, nine));
  EXPECT_EQ(next_opening(plan, nine - 1), nine);
  EXPECT_TRUE(open_at(plan, at(2026, 11, 23, 17, 0) - 1));
  EXPECT_FALSE(open_at(plan, at(2026, 11, 23, 17, 0)));
}

TEST_F(ProgrammeTest, KnowsTheMiddayBreakClosedDatesAndExtraDates) {
  const Programme plan = load(kSmall);
  EXPECT_FALSE(open_at(plan, at(2026, 11, 23, 12, 0)));
  EXPECT_EQ(next_opening(plan, at(2026, 11, 23, 9, 0)), at(2026, 11, 23, 13, 0));
  EXPECT_FALSE(open_at(plan, at(2026, 11, 24, 10, 0)));  // a closed Tuesday
  EXPECT_EQ(next_opening(plan, at(2026, 11, 23, 13, 0)), at(2026, 11, 27, 9, 0));
  EXPECT_TRUE(open_at(plan, at(2026, 11, 28, 9, 0)));  // an extra Saturday
  EXPECT_FALSE(open_at(plan, at(2026, 11, 28, 12, 0)));
  EXPECT_EQ(next_opening(plan, at(2026, 11, 28, 9, 0)), at(2026, 11, 30, 9, 0));
}

TEST_F(ProgrammeTest, FindsTheNextOpeningBeyondManyClosedDates) {
  std::string toml = kSmall;
  toml = with(toml, "monday = [\"09:00-12:00\", \"13:00-17:00\"]\ntuesday = [\"09:00-17:00\"]\n", "");
  for (const char* friday : {"2026-12-04", "2026-12-11", "2026-12-18", "2026-12-25"}) {
    toml = with(toml, "[[opening.extra]]",
                "[[opening.closed]]\ndate = " + std::string(friday) + "\nreason = \"x\"\n[[opening.extra]]");
  }
  EXPECT_EQ(next_opening(load(toml), at(2026, 11, 28, 9, 0)), at(2027, 1, 1, 9, 0));
}

TEST_F(ProgrammeTest, QuestionsAreDueAfterCalendarDays) {
  EXPECT_EQ(question_due(load(kSmall), at(2026, 11, 27, 18, 30)), at(2026, 11, 30, 18, 30));
  EXPECT_EQ(question_due(load(with(kSmall, "[[areas]]", "[limits]\nquestion_deadline_days = 5\n[[areas]]")),
                         at(2026, 12, 29, 0, 0)),
            at(2027, 1, 3, 0, 0));
}

TEST_F(ProgrammeTest, TextCounsellingAppearsOnlyWithAnApproval) {
  EXPECT_EQ(load(kSmall).way(kWayText), nullptr);
  const std::string approved =
      with(kSmall, "text = \"文字\"",
           "text = \"文字\"\ntext_counselling_approved = { by = \"衛生局\", date = 2026-03-01 }");
  const Programme plan = load(approved);
  ASSERT_NE(plan.way(kWayText), nullptr);
  EXPECT_EQ(plan.way(kWayText)->name, "文字");
  EXPECT_EQ(plan.text_counselling_approved->by, "衛生局");
  EXPECT_EQ(plan.text_counselling_approved->date, "2026-03-01");
  EXPECT_NE(refused(with(approved, "date = 2026-03-01", "date = \"soon\""))
                .find("must be a date such as 2027-01-31"),
            std::string::npos);
  EXPECT_NE(refused(with(approved, ", date = 2026-03-01", "")).find("missing key `date`"), std::string::npos);
}

TEST_F(ProgrammeTest, CountsApprovals) {
  const std::string some =
      std::string(kSmall) + "[approvals]\ncards = { by = \"某心理師\", date = 2026-11-01 }\n";
  EXPECT_EQ(missing_approvals(load(some)), (std::vector<std::string>{"notices", "numbers"}));
  const std::string all = some + "notices = { by = \"某主任\", date = 2026-11-01 }\n" +
                          "numbers = { by = \"某主任\", date = 2026-11-01 }\n";
  EXPECT_TRUE(missing_approvals(load(all)).empty());
  EXPECT_EQ(missing_approvals(load(kSmall)).size(), 3U);
}

TEST_F(ProgrammeTest, RefusesUnknownKeysWithASuggestion) {
  EXPECT_EQ(refused(with(kSmall, "greeting =", "greetings =")),
            ":5:1: unknown key `greetings` in [names] (did you mean `greeting`?)");
  EXPECT_EQ(refused(with(kSmall, "tuesday", "tuseday")),
            ":18:1: unknown key `tuseday` in [opening] (did you mean `tuesday`?)");
  EXPECT_NE(refused(with(kSmall, "about =", "abuot =")).find("(did you mean `about`?)"), std::string::npos);
}

TEST_F(ProgrammeTest, RefusesMissingAndEmptyValues) {
  EXPECT_EQ(refused(with(kSmall, "id = \"small\"\n", "")), ":1:1: missing key `id`");
  EXPECT_EQ(refused(with(kSmall, "agency = \"某縣政府\"\n", "")), ":2:1: missing key `agency` in [names]");
  EXPECT_EQ(refused(with(kSmall, "\"某縣政府\"", "\"\"")), ":4:10: `agency` in [names] must not be empty");
  EXPECT_NE(
      refused(with(kSmall, "[[topics]]\nid = \"worker\"\nname = \"活力上班族\"\nabout = \"上班日\"\n", ""))
          .find("`topics` must list between 1 and 12 entries"),
      std::string::npos);
}

TEST_F(ProgrammeTest, RefusesBadIdsAndRepetition) {
  for (const char* bad : {"Legal", "1legal", "le gal", "法律"}) {
    EXPECT_NE(refused(with(kSmall, "\"legal\"", in_quotes(bad))).find("`id` must be"), std::string::npos);
  }
  const std::string again = "[[areas]]\nid = \"legal\"\nname = \"財務\"\n[[staff_types]]";
  EXPECT_NE(refused(with(kSmall, "[[staff_types]]", again)).find(":30:6: `legal` stands here twice"),
            std::string::npos);
  const std::string same_name = "[[areas]]\nid = \"law\"\nname = \"法律諮詢\"\n[[staff_types]]";
  EXPECT_NE(refused(with(kSmall, "[[staff_types]]", same_name)).find(":31:8: this name stands here twice"),
            std::string::npos);
}

TEST_F(ProgrammeTest, RefusesTooManyChoices) {
  std::string many;
  for (int i = 0; i < 12; ++i) {
    many += "[[areas]]\nid = \"a" + std::to_string(i) + "\"\nname = \"" + std::to_string(i) + "\"\n";
  }
  EXPECT_NE(refused(with(kSmall, "[[staff_types]]", many + "[[staff_types]]")).find("between 1 and 12"),
            std::string::npos);
}

TEST_F(ProgrammeTest, RefusesBadHours) {
  for (const char* bad : {"9:00-17:00", "09:00–17:00", "17:00-09:00", "09:00-09:00", "09:60-10:00",
                          "09:00-24:01", "", "09:00-17:00 ", "aa:bb-cc:dd"}) {
    EXPECT_EQ(refused(with(kSmall, "tuesday = [\"09:00-17:00\"]", "tuesday = [\"" + std::string(bad) + "\"]"))
                  .substr(0, 38),
              ":18:12: opening hours must look like \"")
        << bad;
  }
  EXPECT_NO_THROW(load(with(kSmall, "tuesday = [\"09:00-17:00\"]", "tuesday = [\"00:00-24:00\"]")));
  EXPECT_NE(
      refused(with(kSmall, "\"13:00-17:00\"", "\"11:00-17:00\"")).find(":17:26: opening hours of a day must"),
      std::string::npos);
  EXPECT_NE(refused(with(kSmall, "tuesday = [\"09:00-17:00\"]", "tuesday = \"09:00-17:00\""))
                .find("list of strings"),
            std::string::npos);
  EXPECT_NE(refused(with(kSmall, "tuesday = [\"09:00-17:00\"]", "tuesday = [9]")).find("only strings"),
            std::string::npos);
}

TEST_F(ProgrammeTest, RefusesAnOfficeThatNeverOpens) {
  EXPECT_EQ(refused(with(with(with(kSmall, "monday = [\"09:00-12:00\", \"13:00-17:00\"]\n", ""),
                              "tuesday = [\"09:00-17:00\"]\n", ""),
                         "friday = [\"09:00-17:00\"]\n", "")),
            ":16:1: [opening] must open on at least one weekday");
}

TEST_F(ProgrammeTest, RefusesContradictingDates) {
  EXPECT_NE(refused(with(kSmall, "2026-11-28", "2026-11-24")).find("listed as closed, too"),
            std::string::npos);
  EXPECT_NE(refused(with(kSmall, "[[opening.extra]]",
                         "[[opening.closed]]\ndate = 2026-11-24\nreason = \"x\"\n[[opening.extra]]"))
                .find("this date stands here twice"),
            std::string::npos);
  EXPECT_EQ(refused(with(kSmall, "2026-11-24", "2026-02-30")).substr(0, 4), ":21:");
  EXPECT_NE(
      refused(with(kSmall, "hours = [\"09:00-12:00\"]", "hours = []")).find("an extra date needs `hours`"),
      std::string::npos);
}

TEST_F(ProgrammeTest, RefusesBadNumbersAndLimits) {
  for (const char* bad : {"02-1234", "12", "+", "0212345678901234", "１２３４"}) {
    EXPECT_NE(refused(with(kSmall, "\"0212345678\"", in_quotes(bad))).find(":8:10: `number` must be"),
              std::string::npos)
        << bad;
  }
  for (const char* bad : {"window", "@example.org", "window@", "a b@example.org"}) {
    EXPECT_EQ(refused(with(kSmall, "window@example.org", bad)), ":14:8: `mail` is not a mail address");
  }
  EXPECT_NE(refused(with(kSmall, "[[areas]]", "[limits]\nquestion_deadline_days = 0\n[[areas]]"))
                .find("between 1 and 31"),
            std::string::npos);
}

TEST_F(ProgrammeTest, KeepsCasesAsLongAsTheLawSays) {
  const auto kept = [](const std::string& line) {
    return with(kSmall, "[[areas]]", "[retention]\n" + line + "\n[[areas]]");
  };
  EXPECT_EQ(load(kSmall).retention.case_years, 10);
  EXPECT_EQ(load(kSmall).retention.question_days, 90);
  EXPECT_EQ(load(kept("case_years = 15\nquestion_days = 30")).retention.case_years, 15);
  for (const char* line : {"case_years = 9", "question_days = 6", "alert_days = 29", "line_message_days = 9",
                           "event_days = 2", "audit_years = 1"})
    EXPECT_NE(refused(kept(line)), "") << line;
}

TEST_F(ProgrammeTest, CountsATermByTheCalendar) {
  EXPECT_EQ(kept_until(at(2026, 11, 24, 10, 0), 10), at(2036, 11, 24, 10, 0));
  EXPECT_EQ(kept_until(at(2028, 2, 29, 10, 0), 10), at(2038, 3, 1, 10, 0));
  EXPECT_EQ(term_began(at(2036, 11, 24, 10, 0), 10), at(2026, 11, 24, 10, 0));
}

}  // namespace
}  // namespace careline::config
