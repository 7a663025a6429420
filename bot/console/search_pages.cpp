// Searching the messages that an operator may read. The words come in a POST's body: no address, log or row
// holds them.
#include "bot/console/pages.h"
#include "bot/console/search.h"
#include "bot/console/views.h"

namespace careline::console {
namespace {
constexpr std::size_t kLongest = 100;  // UTF-16 units
}

Answer search_page(Office& office, const Visit& visit) {
  return page(200, office.templates.page(
                       "search", Json::object(),
                       frame(office, visit.session, office.words("console.search.title"), "/search")));
}

Answer search_now(Office& office, const Visit& visit) {
  const std::string typed = tidied(visit.field("words"));
  const Wanted wanted(typed);
  if (wanted.empty()) return problem(office, 422, "console.search.empty");
  if (utf16_units(typed) > kLongest) return problem(office, 422, "console.search.too_long");
  office.setup.desk.note(visit.actor(), store::Action::searched);  // what cannot be noted shows nothing
  const Matches matches = search(office.readers, office.setup.keys, visit.actor().reader(), wanted);
  return json(200, {{"html", office.templates.render("found", matches_view(office.setup.phrases, matches))}});
}

}  // namespace careline::console
