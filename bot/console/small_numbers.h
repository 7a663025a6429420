// The one rule on counts of persons that admins see: none from 1 to 4, and no two whose difference is one.
// Every figure is rounded down to a step, so that all that can be learned from two of them is a range at
// least as wide as the step.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "config/phrases.h"

namespace careline::console {

inline constexpr std::int64_t kPeopleStep = 5;
// Each message of the month's quota may be one person's notice, and a broadcast takes one for each person.
inline constexpr std::int64_t kMessageStep = 50;

/// Down to a multiple of 5; 0 stands for "fewer than 5".
std::int64_t shown_people(std::int64_t people);
/// Down to a multiple of 50; 0 stands for "fewer than 50".
std::int64_t shown_messages(std::int64_t messages);
/// Whether the month's rest may not do for all; follows from what is shown, so it tells nothing more.
bool may_not_suffice(std::int64_t messages_left, std::int64_t people);

/// How far a sending that still runs has got, for a bar. Always a step away from its end, for the rest could
/// be a few people. Nullopt: of so few that there is no bar.
struct Progress {
  std::int64_t settled = 0, planned = 0;
};
std::optional<Progress> shown_progress(std::int64_t settled, std::int64_t planned);

/// 12345 → "12,345".
std::string grouped(std::int64_t number);
/// "about 95", "fewer than 5".
std::string people_in_words(const config::Phrases& phrases, std::int64_t people);
std::string messages_in_words(const config::Phrases& phrases, std::int64_t messages);

}  // namespace careline::console
