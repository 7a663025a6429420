// What the page of lawful disclosures shows. Pure.
#pragma once
#include <vector>

#include "bot/console/answers.h"
#include "config/phrases.h"
#include "store/disclosures.h"

namespace careline::console {

/// A request and what whoever looks may do with it. Not in full: neither threads nor words of it.
struct ShownDisclosure {
  store::Disclosure disclosure;
  bool may_approve = false, may_export = false, may_fetch = false, in_full = false;
};
Json disclosures_view(const config::Phrases& phrases, const std::vector<ShownDisclosure>& shown,
                      std::int64_t now_ms);

}  // namespace careline::console
