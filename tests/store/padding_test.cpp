// What sizes and left-over columns tell: nothing.
#include "store/padding.h"

#include <gtest/gtest.h>

#include "store/migrate.h"
#include "store/outbox.h"
#include "store/people.h"
#include "tests/config/temp_folder.h"
#include "tests/support/staff.h"

namespace careline::store {
namespace {

TEST(Padding, HasFewSizesAndIsUndone) {
  for (const std::size_t length : {0U, 1U, 63U, 64U, 65U, 127U, 128U, 1'000U}) {
    const std::string text(length, 'x');
    const std::string filled = padded(text, 64);
    EXPECT_GT(filled.size(), length);
    EXPECT_EQ(filled.size() & (filled.size() - 1), 0U) << length;
    EXPECT_EQ(without_padding(filled), text);
  }
  EXPECT_EQ(padded("a", 64).size(), padded(std::string(63, 'a'), 64).size());
  EXPECT_EQ(without_padding("stored before there was padding"), "stored before there was padding");
  EXPECT_EQ(without_padding(std::nullopt), std::nullopt);
}

class Rows : public ::testing::Test {
 protected:
  Rows() : db(folder.path() / "careline.db", Db::Access::write) { migrate(db, keys); }
  std::string value(const std::string& sql) { return db.raw().execAndGet(sql).getString(); }
  void remember(const std::string& line_id, const std::string& state) {
    People people(db, keys);
    Person person = people.find(line_id);
    person.state_json = state;
    people.remember(person, 20'000);
  }

  config::testing::TempFolder folder;
  const Keyring keys = tests::some_keys(7);
  Db db;
};

TEST_F(Rows, StatesAndAddressesHaveOneSize) {
  remember("U1", "{}");
  remember("U2" + std::string(31, '0'), "{" + std::string(700, ' ') + "}");
  EXPECT_EQ(value("SELECT count(DISTINCT length(sealed_state)) FROM people"), "1");
  EXPECT_EQ(value("SELECT count(DISTINCT length(sealed_address)) FROM people"), "1");
  remember("U1", "[1]");  // who is known already
  EXPECT_EQ(People(db, keys).find("U1").state_json, "[1]");
  EXPECT_EQ(value("SELECT count(DISTINCT length(sealed_state)) FROM people"), "1");
}

TEST_F(Rows, TheNightReadsStatesAsTheDayDoes) {
  remember("U1", "{}");
  EXPECT_EQ(People(db, keys).with_state({}, 10).at(0).state_json, "{}");
}

TEST_F(Rows, ASweptStateTakesItsDayAlong) {
  remember("U1", "{}");
  People(db, keys).sweep_states(20'001);
  EXPECT_EQ(value("SELECT state_day FROM people"), "0");
}

TEST_F(Rows, ADeadLetterDoesNotSayWhose) {
  Outbox outbox(db, keys);
  outbox.put({.person = random_id<PersonId>(), .retry_key = random_uuid(), .body = "x"});
  outbox.dead(outbox.take(1, 1, {1, 1}).at(0).id, "refused_404");
  EXPECT_EQ(value("SELECT hex(person) FROM outbox"), std::string(32, '0'));
}

}  // namespace
}  // namespace careline::store
