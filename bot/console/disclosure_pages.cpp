// Lawful disclosure: asking, approving, carrying out, fetching the sealed file.
#include <algorithm>

#include "bot/console/disclosure_views.h"
#include "bot/console/pages.h"
#include "bot/console/views.h"
#include "config/clock.h"
#include "store/retention.h"

namespace careline::console {
namespace {

constexpr std::int64_t kLatest = 100;

// Who may carry it out sees it once it is approved, if every thread was granted to them.
bool may_export(Office& office, store::Db& db, const Visit& visit, const store::Disclosure& d) {
  if (!visit.session->roles.any_of(kReaders) || !d.approved() || !d.open(office.setup.now_ms())) return false;
  return std::ranges::all_of(d.labels, [&](const auto& label) {
    const auto thread = store::Retention(db, office.setup.keys).labelled(label);
    return thread && store::Grants(db, office.setup.keys).has(thread->id, visit.session->name);
  });
}

std::vector<ShownDisclosure> shown(Office& office, const Visit& visit) {
  const auto& [name, roles] = std::pair(visit.session->name, visit.session->roles);
  const std::int64_t now = office.setup.now_ms();
  return office.readers.with([&](store::Db& db) {
    std::vector<ShownDisclosure> all;
    for (auto& d : store::Disclosures(db, office.setup.keys).latest(kLatest)) {
      ShownDisclosure one{.may_approve = d.may_approve(name, roles, now),
                          .may_export = may_export(office, db, visit, d),
                          .may_fetch = d.may_fetch(name, now)};
      one.in_full = roles.any_of(kApproveDisclosure) || one.may_export || one.may_fetch;
      one.disclosure = std::move(d);
      if (one.in_full || roles.any_of(kAskForDisclosure)) all.push_back(std::move(one));
    }
    return all;
  });
}

std::vector<std::string> labels_in(const std::string& text) {
  std::vector<std::string> labels;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    const std::string label = tidied(text.substr(from, end - from));
    if (!label.empty()) labels.push_back(label);
    from = end + 1;
  }
  return labels;
}

// 0 for what is no number of days.
std::int64_t days_in(const std::string& text) {
  const bool number =
      !text.empty() && text.size() < 3 && text.find_first_not_of("0123456789") == std::string::npos;
  return number ? std::stoll(text) : 0;
}

template <class Act>
Answer acted(Office& office, const Visit& visit, const char* refusal, const Act& act) {
  const auto id = store::DisclosureId::from_hex(visit.argument);
  if (!id) return not_found(office, visit.session);
  if (!act(visit.actor(), *id)) return problem(office, 409, refusal);
  return json(200, {{"go", "/disclosures"}});
}

}  // namespace

Answer disclosures_page(Office& office, const Visit& visit) {
  Json view = disclosures_view(office.setup.phrases, shown(office, visit), office.setup.now_ms());
  view["may_ask"] = visit.session->roles.any_of(kAskForDisclosure);
  return page(200, office.templates.page("disclosures", view,
                                         frame(office, visit.session,
                                               office.words("console.disclosure.title"), "/disclosures")));
}

Answer disclosure_ask(Office& office, const Visit& visit) {
  const auto recipient = store::BackupRecipient::parse(tidied(visit.field("recipient")));
  if (!recipient) return problem(office, 422, "console.disclosure.bad_key");
  store::Disclosure request{.basis = visit.field("basis"),
                            .clause = tidied(visit.field("clause")),
                            .recipient_name = tidied(visit.field("recipient_name")),
                            .silent_clause = tidied(visit.field("silent_clause")),
                            .labels = labels_in(visit.field("labels")),
                            .recipient = *recipient};
  request.until = office.setup.now_ms() + days_in(visit.field("days")) * config::kDayMilliseconds;
  if (!office.setup.desk.ask_for_disclosure(visit.actor(), request))
    return problem(office, 422, "console.disclosure.incomplete");
  return json(200, {{"go", "/disclosures"}});
}

Answer disclosure_approve(Office& office, const Visit& visit) {
  return acted(office, visit, "console.disclosure.not_approved", [&](const auto& who, const auto& id) {
    return office.setup.desk.approve_disclosure(who, id);
  });
}

Answer disclosure_export(Office& office, const Visit& visit) {
  return acted(office, visit, "console.disclosure.not_exported",
               [&](const auto& who, const auto& id) { return office.setup.desk.disclose(who, id); });
}

Answer disclosure_file(Office& office, const Visit& visit) {
  const auto id = store::DisclosureId::from_hex(visit.argument);
  auto file = id ? office.setup.desk.fetch_disclosure(visit.actor(), *id) : std::nullopt;
  if (!file) return not_found(office, visit.session);
  return web::Response{200,
                       "application/octet-stream",
                       std::move(*file),
                       {{"Content-Disposition", "attachment; filename=\"careline-disclosure.cld\""}}};
}

}  // namespace careline::console
