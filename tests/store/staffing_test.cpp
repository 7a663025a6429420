// What stops when somebody is away, told from the table of operators.
#include "store/staffing.h"

#include <gtest/gtest.h>

namespace careline::store {
namespace {

Operator one(const std::string& name, Roles roles, const std::string& vouched_by = "lin") {
  return {.name = name, .roles = roles, .vouched_by = roles.any_of(kReaders) ? vouched_by : ""};
}

// One admin, two counsellors of whom one is lead, one outside officer.
std::vector<Operator> smallest() {
  return {one("wang", Role::admin), one("lin", Role::counsellor | Role::lead), one("hu", Role::counsellor),
          one("mei", Role::auditor)};
}

std::vector<Duty> without(const std::string& name) {
  for (const auto& dependence : dependences(smallest()))
    if (dependence.name == name) return dependence.stops;
  return {};
}

using Duties = std::vector<Duty>;

TEST(Staffing, TheSmallestCanDoEverything) { EXPECT_EQ(impossible(smallest()), Duties{}); }

TEST(Staffing, SaysWhatStopsWithoutEachOfThem) {
  EXPECT_EQ(without("lin"), (Duties{Duty::take_over, Duty::oversee, Duty::shred, Duty::disclose}));
  EXPECT_EQ(without("hu"), (Duties{Duty::take_over, Duty::shred}));
  EXPECT_EQ(without("wang"), (Duties{Duty::disclose, Duty::post}));
  EXPECT_EQ(without("mei"), (Duties{Duty::disclose, Duty::audit}));
}

TEST(Staffing, WhoLeftWasChangedOrWaitsForAVoucherDoesNotCount) {
  auto staff = smallest();
  staff[2].vouched_by.clear();
  EXPECT_EQ(impossible(staff), (Duties{Duty::take_over, Duty::shred}));
  staff[1].left_at = 1;
  EXPECT_EQ(impossible(staff),
            (Duties{Duty::answer, Duty::take_over, Duty::oversee, Duty::shred, Duty::disclose}));
  staff[3].intact = false;
  EXPECT_EQ(impossible(staff).back(), Duty::audit);
  EXPECT_EQ(impossible({}).size(), 7u);
}

}  // namespace
}  // namespace careline::store
