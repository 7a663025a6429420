// What the staff can do together.
#include "store/staffing.h"

#include <algorithm>
#include <array>

#include "store/disclosures.h"

namespace careline::store {
namespace {

using Staff = std::vector<Operator>;

constexpr std::array<Duty, 7> kDuties = {Duty::answer,   Duty::take_over, Duty::oversee, Duty::shred,
                                         Duty::disclose, Duty::post,      Duty::audit};
// In the order of Duty.
constexpr std::array<const char*, 7> kTexts = {
    "read and answer what employees write",
    "take over from a colleague who reads (that needs two who read)",
    "see all open threads (lead or case_manager)",
    "shred a record (a lead or case_manager proposes, another one who reads approves)",
    "carry out a lawful disclosure (an admin or lead asks, two others of lead, case_manager and auditor "
    "approve, somebody who reads carries it out)",
    "post to topic groups and send care messages",
    "look through the audit trail (auditor)"};

std::size_t readers(const Staff& staff) {
  return static_cast<std::size_t>(std::ranges::count_if(staff, &Operator::may_read));
}

bool anybody(const Staff& staff, Roles roles) {
  return std::ranges::any_of(staff, [&](const Operator& op) { return op.roles.any_of(roles); });
}

bool may_disclose(const Staff& staff) {
  const auto approvers_beside = [&](const Operator& asks) {
    return static_cast<std::size_t>(std::ranges::count_if(staff, [&](const Operator& op) {
      return op.name != asks.name && op.roles.any_of(kApproveDisclosure);
    }));
  };
  return readers(staff) > 0 && std::ranges::any_of(staff, [&](const Operator& op) {
           return op.roles.any_of(kAskForDisclosure) && approvers_beside(op) >= kApprovalsNeeded;
         });
}

bool possible(Duty duty, const Staff& staff) {
  switch (duty) {
    case Duty::answer: return readers(staff) > 0;
    case Duty::take_over: return readers(staff) > 1;
    case Duty::oversee: return anybody(staff, kOverseers);
    case Duty::shred: return anybody(staff, kKeepers) && readers(staff) > 1;
    case Duty::disclose: return may_disclose(staff);
    case Duty::post: return anybody(staff, kPosters);
    case Duty::audit: return anybody(staff, kAuditors);
  }
  return false;
}

Staff active(Staff staff) {
  std::erase_if(staff, [](const Operator& op) { return !op.intact || op.left_at != 0; });
  return staff;
}

}  // namespace

const char* text_of(Duty duty) { return kTexts.at(static_cast<std::size_t>(duty)); }

std::vector<Duty> impossible(const Staff& staff) {
  const Staff there = active(staff);
  std::vector<Duty> lacking;
  for (const Duty duty : kDuties)
    if (!possible(duty, there)) lacking.push_back(duty);
  return lacking;
}

std::vector<Dependence> dependences(const Staff& staff) {
  const Staff there = active(staff);
  std::vector<Dependence> all;
  for (const Operator& away : there) {
    Staff rest = there;
    std::erase_if(rest, [&](const Operator& op) { return op.name == away.name; });
    Dependence one{away.name, {}};
    for (const Duty duty : kDuties)
      if (possible(duty, there) && !possible(duty, rest)) one.stops.push_back(duty);
    if (!one.stops.empty()) all.push_back(std::move(one));
  }
  return all;
}

}  // namespace careline::store
