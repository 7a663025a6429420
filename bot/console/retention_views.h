// What the page of keeping and shredding shows: labels, days and figures; no content and no persons but the
// operators.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "bot/console/answers.h"
#include "config/phrases.h"
#include "store/retention.h"

namespace careline::console {

struct Keeping {
  std::vector<store::Thread> over;  // cases whose term is over
  std::vector<store::ShredRequest> requests;
  std::vector<store::Hold> holds;
  std::vector<store::Certificate> certificates;
};

/// `whose_eyes` may approve what others proposed. Keepers propose and withdraw and see what is over its term
/// and what is held; only a lead sets and lifts a hold.
Json retention_view(const config::Phrases& phrases, const Keeping& keeping, const std::string& whose_eyes,
                    Roles roles);

}  // namespace careline::console
