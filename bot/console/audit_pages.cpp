// The audit trail: the auditor's page, its verification and what is carried off, and everybody's own actions.
#include "bot/console/audit_views.h"
#include "bot/console/pages.h"
#include "store/utc.h"

namespace careline::console {
namespace {

constexpr std::size_t kMostText = 100;
constexpr std::int64_t kExportPage = 1'000, kMostExported = 200'000;

std::string queried(const Visit& visit, const char* name) {
  const auto found = visit.request().query.find(name);
  return found == visit.request().query.end() ? "" : found->second.substr(0, kMostText);
}

TrailFilter filter_in_address(const Visit& visit) {
  TrailFilter filter{queried(visit, "day"), queried(visit, "who"), queried(visit, "action")};
  const std::string before = queried(visit, "before");
  const bool number =
      !before.empty() && before.size() < 16 && before.find_first_not_of("0123456789") == std::string::npos;
  if (number) filter.before = std::stoll(before);
  return filter;
}

TrailFilter filter_in_form(const Visit& visit) {
  return {visit.field("day").substr(0, kMostText), visit.field("who").substr(0, kMostText),
          visit.field("action").substr(0, kMostText)};
}

std::vector<store::AuditEntry> lines(Office& office, const store::AuditPage& page) {
  return office.readers.with([&](store::Db& db) { return store::Audit(db, office.setup.keys).lines(page); });
}

// One page of the trail with the way to the one before it.
Json trail(Office& office, const std::string& path, TrailFilter filter, const store::AuditPage& page) {
  const auto found = lines(office, page);
  Json view = trail_view(office.setup.phrases, found);
  view["older"] = false;
  if (static_cast<std::int64_t>(found.size()) == page.limit) {
    filter.before = found.back().seq;
    view["older"] = {{"href", path + "?" + address_of(filter)}};
  }
  return view;
}

std::string anchor_now(Office& office) {
  return office.readers.with([&](store::Db& db) {
    return store::anchor_line(store::Audit(db, office.setup.keys).end(), office.setup.now_ms(),
                              office.setup.keys);
  });
}

web::Response attachment(const std::string& type, const std::string& name, std::string body) {
  return {200, type, std::move(body), {{"Content-Disposition", "attachment; filename=\"" + name + "\""}}};
}

std::string dated(const Office& office, const char* format) {
  return store::utc_text(office.setup.now_ms(), format);
}

Json verification(const Office& office) {
  return verification_view(office.setup.phrases, office.verification.now());
}

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> all;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    std::string line = text.substr(from, end - from);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.empty()) all.push_back(std::move(line));
    from = end + 1;
  }
  return all;
}

}  // namespace

Answer audit_page(Office& office, const Visit& visit) {
  const TrailFilter filter = filter_in_address(visit);
  const auto wanted = page_of(filter);
  Json view = trail(office, "/audit", filter, wanted.value_or(store::AuditPage{}));
  view.update(verification(office));
  view["bad_day"] = !wanted.has_value();
  view["day"] = filter.day;
  view["by"] = filter.who;
  view["actions"] = actions_view(office.setup.phrases, filter.action);
  view["anchor"] = anchor_now(office);
  return page(
      200, office.templates.page(
               "audit", view, frame(office, visit.session, office.words("console.audit.title"), "/audit")));
}

// Forms travel as JSON; the choice then stands in the address, where it can be kept and gone back to.
Answer audit_find(Office&, const Visit& visit) {
  const std::string query = address_of(filter_in_form(visit));
  return json(200, {{"go", query.empty() ? "/audit" : "/audit?" + query}});
}

Answer audit_verify(Office& office, const Visit& visit) {
  const bool started = office.verification.start(
      {office.setup.database, split_lines(visit.field("anchors")), office.setup.now_ms,
       [&office, who = visit.actor()](const store::Verified& verified) {
         office.setup.desk.note(who, store::Action::verified, "",
                                verified.findings.empty() ? "done" : "found");
       }});
  if (!started) return problem(office, 409, "console.verify.runs");
  return json(200, {{"go", "/audit"}});
}

Answer audit_verification(Office& office, const Visit&) {
  return page(200, office.templates.render("verification", verification(office)));
}

Answer audit_anchor(Office& office, const Visit&) {
  return attachment("text/plain; charset=utf-8", dated(office, "careline-anchor-%Y%m%d-%H%M%S.txt"),
                    anchor_now(office) + "\n");
}

Answer audit_export(Office&, const Visit& visit) {
  return json(200, {{"go", "/audit/file?" + address_of(filter_in_form(visit))}});
}

// Noted before it is read: what cannot be noted is not carried off.
Answer audit_file(Office& office, const Visit& visit) {
  auto page = page_of(filter_in_address(visit));
  if (!page) return not_found(office, visit.session);
  office.setup.desk.note(visit.actor(), store::Action::exported, "audit", "done");
  page->limit = kExportPage;
  std::string csv = csv_head(office.setup.phrases);
  for (std::int64_t rows = 0; rows < kMostExported; rows += kExportPage) {
    const auto found = lines(office, *page);
    csv += csv_lines(office.setup.phrases, found);
    if (static_cast<std::int64_t>(found.size()) < kExportPage) break;
    page->before = found.back().seq;
  }
  return attachment("text/csv; charset=utf-8", dated(office, "careline-audit-%Y%m%d-%H%M%S.csv"), csv);
}

Answer my_actions(Office& office, const Visit& visit) {
  TrailFilter filter;
  filter.before = filter_in_address(visit).before;
  auto page_wanted = *page_of(filter);
  page_wanted.who = visit.session->name;
  return page(200,
              office.templates.page("my_actions", trail(office, "/me/actions", filter, page_wanted),
                                    frame(office, visit.session, office.words("console.mine.title"), "/me")));
}

}  // namespace careline::console
