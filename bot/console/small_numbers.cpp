// The one rule on counts of persons that admins see.
#include "bot/console/small_numbers.h"

#include <algorithm>

namespace careline::console {
namespace {

std::int64_t down_to(std::int64_t step, std::int64_t number) {
  return std::max<std::int64_t>(number, 0) / step * step;
}

}  // namespace

std::int64_t shown_people(std::int64_t people) { return down_to(kPeopleStep, people); }
std::int64_t shown_messages(std::int64_t messages) { return down_to(kMessageStep, messages); }

bool may_not_suffice(std::int64_t messages_left, std::int64_t people) {
  return shown_messages(messages_left) < shown_people(people) + kPeopleStep;
}

std::optional<Progress> shown_progress(std::int64_t settled, std::int64_t planned) {
  const std::int64_t all = shown_people(planned);
  if (all == 0) return std::nullopt;
  return Progress{std::min(shown_people(settled), all - kPeopleStep), all};
}

std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number);
  const std::size_t sign = number < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > sign + 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string people_in_words(const config::Phrases& phrases, std::int64_t people) {
  const std::int64_t shown = shown_people(people);
  if (shown == 0) return phrases.text("console.people.few");
  return phrases.text("console.people.count", {{"count", grouped(shown)}});
}

std::string messages_in_words(const config::Phrases& phrases, std::int64_t messages) {
  const std::int64_t shown = shown_messages(messages);
  if (shown == 0) return phrases.text("console.quota.few");
  return phrases.text("console.quota.left", {{"count", grouped(shown)}});
}

}  // namespace careline::console
