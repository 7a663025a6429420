// Whatever the true counts are, what an admin is shown leaves no count of 1 to 4 and no difference of 1 to 4.
// GCC 12 takes std::regex for uninitialised under the address sanitizer.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include "bot/console/small_numbers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <regex>

#include "bot/console/routes.h"
#include "bot/console/templates.h"
#include "bot/console/views.h"
#include "tests/console/rig.h"

namespace careline::console {
namespace {

// All that somebody knows who sees a figure and knows the rule: every true count that looks the same.
struct Range {
  std::int64_t low, high;
};
template <class Shown>
Range behind(const Shown& shown, std::int64_t count) {
  Range alike{count, count};
  while (alike.low > 0 && shown(alike.low - 1) == shown(count)) --alike.low;
  while (shown(alike.high + 1) == shown(count)) ++alike.high;
  return alike;
}
Range difference(Range a, Range b) { return {a.low - b.high, a.high - b.low}; }
// Whether it is certain that there are 1 to 4, one way round or the other.
bool tells_a_few(Range r) { return (r.low >= 1 && r.high <= 4) || (r.low >= -4 && r.high <= -1); }

class Counts {
 public:
  // Small counts are the dangerous ones, so they come often.
  std::int64_t any() { return std::uniform_int_distribution<std::int64_t>(0, small() ? 30 : 5'000)(random_); }
  std::int64_t near(std::int64_t count) {
    return std::max<std::int64_t>(0, count + std::uniform_int_distribution<std::int64_t>(-6, 6)(random_));
  }
  std::int64_t up_to(std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(0, most)(random_);
  }

 private:
  bool small() { return random_() % 2 == 0; }
  std::mt19937 random_{20261124};
};

TEST(SmallNumbers, NoTwoFiguresTellAFew) {
  Counts counts;
  for (int i = 0; i < 50'000; ++i) {
    const std::int64_t a = counts.any(), b = counts.near(a);
    const Range first = behind(shown_people, a), second = behind(shown_people, b);
    ASSERT_FALSE(tells_a_few(first)) << a;
    ASSERT_FALSE(tells_a_few(difference(first, second))) << a << " " << b;
    const Range left = behind(shown_messages, a), later = behind(shown_messages, b);
    ASSERT_FALSE(tells_a_few(difference(left, later))) << a << " " << b;
    ASSERT_FALSE(tells_a_few(difference(left, second))) << a << " " << b;
    ASSERT_LE(shown_people(a), a);
    ASSERT_LE(shown_messages(a), a);
  }
}

TEST(SmallNumbers, ARunningBarLeavesOpenHowManyWait) {
  std::map<std::pair<std::int64_t, std::int64_t>, Range> waiting;  // by what the bar shows
  for (std::int64_t planned = 1; planned < 200; ++planned) {
    for (std::int64_t settled = 0; settled < planned; ++settled) {
      const auto bar = shown_progress(settled, planned);
      if (!bar) {
        ASSERT_LT(planned, 5);
        continue;
      }
      const std::int64_t wait = planned - settled;
      auto& alike = waiting.try_emplace({bar->settled, bar->planned}, Range{wait, wait}).first->second;
      alike = {std::min(alike.low, wait), std::max(alike.high, wait)};
    }
  }
  for (const auto& [bar, wait] : waiting)
    EXPECT_FALSE(tells_a_few(wait)) << bar.first << " of " << bar.second;
}

TEST(SmallNumbers, TheWarningFollowsFromWhatIsShown) {
  Counts counts;
  for (int i = 0; i < 100'000; ++i) {
    const std::int64_t left = counts.any(), people = counts.near(left);
    ASSERT_EQ(may_not_suffice(left, people), may_not_suffice(shown_messages(left), shown_people(people)));
    if (left < people) {
      ASSERT_TRUE(may_not_suffice(left, people)) << left << " " << people;
    }
  }
}

// Every number in front of one of these words.
std::vector<std::int64_t> numbers_in(const std::string& text) {
  std::vector<std::int64_t> found;
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (std::isdigit(static_cast<unsigned char>(text[i])) != 0)
      digits += text[i];
    else if (text[i] != ',' && !digits.empty()) {
      if (text.compare(i, 4, " 人") == 0 || text.compare(i, 4, " 則") == 0)
        found.push_back(std::stoll(digits));
      digits.clear();
    }
  }
  return found;
}

TEST(SmallNumbers, NoPageOfAnAdminHoldsAPairThatTellsAFew) {
  const auto& phrases = config::Phrases::built_in();
  const auto programme = config::load_programme(CARELINE_SOURCE_DIR "/config/programmes/taoyuan-104.toml");
  const Templates templates(phrases);
  Counts counts;
  for (int i = 0; i < 300; ++i) {
    store::Post post{
        .id = store::random_id<BroadcastId>(), .topic = "", .text = "x", .planned = counts.any()};
    post.refused = counts.up_to(std::min<std::int64_t>(post.planned, 12));
    post.accepted = i % 3 == 0 ? counts.up_to(post.planned - post.refused) : post.planned - post.refused;
    const std::string page =
        templates.render("sent", posts_view(phrases, programme, {post})) + templates.render("preview", [&] {
          Json view = audience_view(phrases, {counts.near(post.planned), counts.near(post.planned)});
          view["text"] = "x";
          return view;
        }());
    const auto shown = numbers_in(page);
    for (const auto one : shown) {
      EXPECT_FALSE(one >= 1 && one <= 4) << page;
      for (const auto other : shown) EXPECT_FALSE(one > other && one - other <= 4) << page;
    }
  }
}

// Every count of persons or messages on a page, whatever word stands behind it.
std::vector<std::int64_t> counts_on(const std::string& page) {
  static const std::regex counted("([0-9][0-9,]*) ?(?:人|則|件|筆|位|名)");
  std::vector<std::int64_t> found;
  for (std::sregex_iterator it(page.begin(), page.end(), counted), end; it != end; ++it) {
    std::string digits = (*it)[1];
    std::erase(digits, ',');
    found.push_back(std::stoll(digits));
  }
  return found;
}

// Few of everything that could be counted.
void plant_small_counts(Rig& rig) {
  rig.quota = 53;
  for (int i = 0; i < 3; ++i) rig.open(i == 0 ? "question" : "case", "A" + std::to_string(i));
  rig.writer.run([&](store::Db& db) {
    store::People people(db, rig.keys);
    for (const char* who : {"one", "two", "three"}) {
      const auto id = people.id_of(who);
      people.remember({.id = id, .line_id = who}, 1);
      people.join("stress", id);
    }
    for (const char* topic : {"", "stress"})
      store::Posts(db, rig.keys)
          .add({.id = store::random_id<BroadcastId>(),
                .topic = topic,
                .text = "x",
                .at = 1,
                .planned = 3,
                .accepted = 2,
                .refused = 1});
    store::Parcel parcel{.person = people.id_of("one"), .retry_key = store::random_uuid(), .body = "{}\n[]"};
    store::Outbox outbox(db, rig.keys);
    outbox.put(parcel);
    outbox.dead(1, "blocked");
  });
}

class PagesOf : public ::testing::TestWithParam<Role> {};

TEST_P(PagesOf, ARoleThatIsNoCaseHolderShowNoFew) {
  Rig rig;
  plant_small_counts(rig);
  rig.writer.run([&](store::Db& db) { tests::hire(db, rig.keys, "mei", GetParam()); });
  Visitor visitor(rig, "mei");
  visitor.step_up("mei");
  std::size_t looked_at = 0;
  for (const Route& route : routes()) {
    const std::string path = route.path;
    const bool text = (route.kind == Kind::page || route.kind == Kind::data) && path != "/live";
    const bool preview = path.find("/preview") != std::string::npos;
    if (!route.who.any_of(GetParam()) || (!text && !preview)) continue;
    SCOPED_TRACE(path);
    const auto answer =
        preview ? visitor.post(path, {{"text", "x"}, {"topic", "stress"}}) : visitor.get(path);
    ++looked_at;
    const auto counts = counts_on(answer.body);
    for (const auto one : counts) {
      EXPECT_FALSE(one >= 1 && one <= 4) << answer.body;
      for (const auto other : counts) EXPECT_FALSE(one > other && one - other <= 4) << answer.body;
    }
  }
  EXPECT_GT(looked_at, 6u);
}

INSTANTIATE_TEST_SUITE_P(SmallNumbers, PagesOf,
                         ::testing::Values(Role::admin, Role::broadcaster, Role::auditor));

}  // namespace
}  // namespace careline::console
