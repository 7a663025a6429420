// A thief with the files, without and with the keys, cannot tell who asked which anonymous question.
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/thief.h"
#include "tests/support/town.h"

namespace careline::tests {
namespace {
namespace fs = std::filesystem;

// Chance is one in a thousand; two in a hundred beyond it are allowed.
constexpr double kMostHits = 1.0 / Town::kPeople + 0.02;
// A place of the right person that follows no rule is spread evenly over 0 to 1. The mean of 200 of them has
// a standard error of 0.0204, so that 0.5 ± 0.05 alone would raise a false alarm for one strategy in seventy,
// and thousands are tried: only what is 5.5 standard errors away (once in 26 million) counts.
constexpr double kMostRankDifference = 5.5 * 0.0204;

class Adversary : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    town_ = new Town([](Town& town) { take(town, "older.db"); });
    take_files("evening.db");
    town_->sleep();
    take_files("night.db");
    asked_ = new std::vector(town_->asked());
  }
  static void TearDownTestSuite() {
    delete asked_;
    delete town_;
  }
  // The files as they lie there, a moment after the last message: by then the WAL should be empty.
  static void take_files(const std::string& name) {
    for (int tries = 0; tries < 300 && fs::file_size(town_->database().string() + "-wal") > 0; ++tries)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    for (const char* end : {"", "-wal"})
      fs::copy_file(town_->database().string() + end, town_->whole.folder / (name + end));
  }
  // A copy, written anew as a backup is.
  static void take(Town& town, const std::string& name) {
    SQLite::Database db(town.database().string(), SQLite::OPEN_READONLY);
    db.exec("VACUUM INTO '" + (town.whole.folder / name).string() + "'");
  }

  // What the best strategies achieve.
  std::vector<Success> play(const Loot& loot) {
    std::vector<std::string> people, questions;
    std::map<std::string, std::size_t> place;
    for (int i = 0; i < Town::kPeople; ++i) {
      const auto id =
          town_->keys.hash<PersonId>(store::Purpose::person, Whole::line_id("p" + std::to_string(i)));
      place[std::string(id.view())] = people.size();
      people.emplace_back(id.view());
    }
    std::vector<std::size_t> askers;
    for (const auto& [thread, person] : *asked_) {
      questions.push_back(thread);
      askers.push_back(place.at(person));
    }
    const Thief thief(loot, people, questions);
    std::vector<Success> all;
    for (const auto& strategy : thief.strategies()) all.push_back(judged(strategy, people.size(), askers));
    return all;
  }
  void expect_chance(const Loot& loot) {
    const auto all = play(loot);
    const auto best = std::ranges::max(all, {}, &Success::hits);
    std::cout << all.size() << " strategies; the best finds " << best.hits << ": " << best.name << "\n";
    for (const auto& one : all) {
      EXPECT_LE(one.hits, kMostHits) << one.name;
      EXPECT_NEAR(one.rank, 0.5, kMostRankDifference) << one.name;
    }
  }

  Loot loot(const std::string& name) const {
    return {town_->whole.folder / name, town_->whole.folder / "older.db"};
  }

  static Town* town_;
  static std::vector<Town::Asked>* asked_;
};
Town* Adversary::town_ = nullptr;
std::vector<Town::Asked>* Adversary::asked_ = nullptr;

TEST_F(Adversary, FindsNobodyInTheFiles) {
  ASSERT_EQ(asked_->size(), Town::kAskers);
  expect_chance(loot("night.db"));
}

// By day a row says on which day its person wrote last: a class of people, but not whose question is whose.
TEST_F(Adversary, FindsNobodyInTheFilesByDay) {
  for (const auto& one : play(loot("evening.db"))) EXPECT_LE(one.hits, kMostHits) << one.name;
}

TEST_F(Adversary, FindsNobodyWithTheKeyFile) {
  const store::Keyring root_alone(store::Secret({7}), store::Secret());
  Loot with_key = loot("night.db");
  with_key.keys = &root_alone;
  with_key.holds = Loot::Holds::root;
  expect_chance(with_key);
}

TEST_F(Adversary, FindsNobodyWithBothKeyFiles) {
  Loot with_keys = loot("night.db");
  with_keys.keys = &town_->keys;
  with_keys.holds = Loot::Holds::root_and_passing;
  expect_chance(with_keys);
}

}  // namespace
}  // namespace careline::tests
