// Whom an employee wants kept out of a case gets no key to it, whichever way somebody tries to give one.
#include <gtest/gtest.h>

#include "store/migrate.h"
#include "store/threads.h"
#include "tests/config/temp_folder.h"
#include "tests/support/staff.h"

namespace careline::store {
namespace {

using tests::hire;
using tests::reader;

class KeptOut : public ::testing::Test {
 protected:
  KeptOut() {
    migrate(db, keys);
    lin = reader(hire(db, keys, "lin", Role::counsellor));
    hu = reader(hire(db, keys, "hu", Role::counsellor));
    operators.vouch(lin, "hu");
    Thread wanted{.id = random_id<ThreadId>(), .kind = "case", .label = "A1"};
    thread = threads.open(wanted, std::nullopt, std::nullopt, {"hu"});
  }

  config::testing::TempFolder folder;
  const Keyring keys = tests::some_keys(3);
  Db db{folder.path() / "careline.db", Db::Access::write};
  Threads threads{db, keys};
  Grants grants{db, keys};
  Operators operators{db, keys};
  Reader lin, hu;
  Thread thread;
};

TEST_F(KeptOut, NoWayLeadsToAGrant) {
  EXPECT_TRUE(grants.open(thread.id, hu).empty());
  EXPECT_FALSE(grants.share(thread.id, lin, "hu"));
  EXPECT_FALSE(grants.give(thread.id, 2, random_secret(), *operators.find("hu"))) << "a later epoch";
  grants.give_to_readers(thread.id, 2, random_secret());
  EXPECT_FALSE(grants.has(thread.id, "hu"));
  EXPECT_EQ(grants.holders(thread.id), std::set<std::string>{"lin"});
  EXPECT_TRUE(threads.to_do(false, "hu").empty());
  EXPECT_EQ(threads.to_do(false, "lin").size(), 1u);
}

TEST_F(KeptOut, ANewKeyOrANewVoucherChangesNothing) {
  auto op = *operators.find("hu");
  const Reader renewed{"hu", renew_key(op)};
  operators.save(op);
  ASSERT_TRUE(operators.vouch(lin, "hu"));
  grants.give_what_waited(*operators.find("hu"));
  EXPECT_FALSE(grants.share(thread.id, lin, "hu"));
  EXPECT_TRUE(grants.open(thread.id, renewed).empty());
}

TEST_F(KeptOut, WhatWaitsForAReaderDoesNotWaitForThem) {
  Thread wanted{.id = random_id<ThreadId>(), .kind = "alert", .label = "a"};
  threads.open(wanted, std::nullopt, std::nullopt, {"hu", "lin"});
  EXPECT_FALSE(grants.give_what_waited(*operators.find("hu")));
  const Reader chen = reader(hire(db, keys, "chen", Role::counsellor));
  operators.vouch(lin, "chen");
  EXPECT_TRUE(grants.give_what_waited(*operators.find("chen")));
  EXPECT_FALSE(grants.open(wanted.id, chen).empty());
  EXPECT_TRUE(grants.open(wanted.id, hu).empty());
}

TEST_F(KeptOut, TheRowNamesNobodyAndIsTheSameNowhereElse) {
  EXPECT_EQ(thread.kept_out.size(), 16u);
  EXPECT_EQ(thread.kept_out.find("hu"), std::string::npos);
  Thread wanted{.id = random_id<ThreadId>(), .kind = "case", .label = "A2"};
  EXPECT_NE(threads.open(wanted, std::nullopt, std::nullopt, {"hu"}).kept_out, thread.kept_out);
  EXPECT_EQ(grants.kept_out(thread.id), std::set<std::string>{"hu"});
}

TEST_F(KeptOut, TakingThemOffTheRowIsNoticed) {
  EXPECT_TRUE(threads.find(thread.id)->intact);
  db.raw().exec("UPDATE threads SET kept_out = x''");
  EXPECT_FALSE(threads.find(thread.id)->intact);
}

TEST_F(KeptOut, AThreadCannotBePutBesideAnotherCase) {
  Thread copy{.id = random_id<ThreadId>(), .kind = "alert", .label = "A1-a"};
  copy.about = thread.id;
  threads.open(copy, std::nullopt, std::nullopt, {}, {"lin"});
  EXPECT_EQ(grants.holders(copy.id), std::set<std::string>{"hu"});
  db.raw().exec("UPDATE threads SET about = NULL");
  EXPECT_FALSE(threads.find(copy.id)->intact);
}

}  // namespace
}  // namespace careline::store
