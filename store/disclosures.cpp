// Requests to hand the content of named threads to somebody outside by law.
#include "store/disclosures.h"

#include <algorithm>
#include <sstream>

#include "store/marks.h"
#include "store/utc.h"

namespace careline::store {
namespace {

#define DISCLOSURE_COLUMNS \
  "id, basis, recipient, sealed, asked_by, asked_at, until, exported_by, exported_at, mark"

constexpr std::int64_t kTaipei_ms = std::int64_t{8} * 3'600'000;
constexpr std::size_t kCodeDigits = 6;

// One line each; what is put in holds no line ends.
std::string details_of(const Disclosure& d) {
  std::string lines = d.clause + "\n" + d.recipient_name + "\n" + d.silent_clause + "\n";
  for (const auto& label : d.labels) lines += label + "\n";
  return lines;
}

void read_details(Disclosure& d, const std::string& lines) {
  std::istringstream in(lines);
  std::getline(in, d.clause);
  std::getline(in, d.recipient_name);
  std::getline(in, d.silent_clause);
  for (std::string label; std::getline(in, label);) d.labels.push_back(label);
}

}  // namespace

std::string Disclosure::code() const {
  std::string digits = id.hex().substr(0, kCodeDigits);
  std::transform(digits.begin(), digits.end(), digits.begin(),
                 [](char c) { return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c; });
  return utc_text(asked_at + kTaipei_ms, "D%Y%m%d-") + digits;
}

bool Disclosure::may_approve(const std::string& name, Roles roles, std::int64_t now_ms) const {
  return open(now_ms) && !approved() && roles.any_of(kApproveDisclosure) && name != asked_by &&
         std::ranges::find(approvals, name, &Approval::who) == approvals.end();
}

bool Disclosure::may_fetch(const std::string& name, std::int64_t now_ms) const {
  return intact && exported_at != 0 && name == exported_by && now_ms < exported_at + kDisclosureFileLives_ms;
}

std::string Disclosures::mark(const Disclosure& d, const std::string& sealed) const {
  return mark_of(keys_, "disclosures",
                 {d.id.view(), d.basis, view(d.recipient.key), sealed, d.asked_by, std::to_string(d.asked_at),
                  std::to_string(d.until), d.exported_by, std::to_string(d.exported_at)});
}

std::string Disclosures::mark(const DisclosureId& id, const Approval& a) const {
  return mark_of(keys_, "disclosure_approvals", {id.view(), a.who, a.roles, std::to_string(a.at)});
}

void Disclosures::add(const Disclosure& d) {
  const std::string sealed = keys_.seal(Purpose::disclosure, details_of(d), d.id.view());
  db_.query(R"sql(
    INSERT INTO disclosures (id, basis, recipient, sealed, asked_by, asked_at, until, mark)
    VALUES (:id, :basis, :recipient, :sealed, :by, :at, :until, :mark))sql")
      .bind(":id", d.id)
      .bind(":basis", d.basis)
      .bind_blob(":recipient", view(d.recipient.key))
      .bind_blob(":sealed", sealed)
      .bind(":by", d.asked_by)
      .bind(":at", d.asked_at)
      .bind(":until", d.until)
      .bind_blob(":mark", mark(d, sealed))
      .run();
}

Disclosure Disclosures::read(Query& q) const {
  Disclosure d{.id = q.id<DisclosureId>(0), .basis = q.text(1)};
  const std::string recipient = q.text(2), sealed = q.text(3);
  d.asked_by = q.text(4);
  d.asked_at = q.integer(5);
  d.until = q.integer(6);
  d.exported_by = q.text(7);
  d.exported_at = q.integer(8);
  const auto details = keys_.open(Purpose::disclosure, sealed, d.id.view());
  d.intact = details && recipient.size() == d.recipient.key.size();
  if (!d.intact) return d;
  read_details(d, *details);
  d.recipient.key = key32(recipient);
  d.intact = q.text(9) == mark(d, sealed);
  return d;
}

std::vector<Approval> Disclosures::approvals_of(const DisclosureId& id) {
  auto q = db_.query(
      "SELECT operator, roles, at, mark FROM disclosure_approvals WHERE disclosure = :id ORDER BY at");
  q.bind(":id", id);
  std::vector<Approval> found;
  while (q.step()) {
    const Approval approval{q.text(0), q.text(1), q.integer(2)};
    if (q.text(3) == mark(id, approval)) found.push_back(approval);
  }
  return found;
}

std::optional<Disclosure> Disclosures::find(const DisclosureId& id) {
  std::optional<Disclosure> found;
  {
    auto q = db_.query("SELECT " DISCLOSURE_COLUMNS " FROM disclosures WHERE id = :id");
    q.bind(":id", id);
    if (q.step()) found = read(q);
  }
  if (found) found->approvals = approvals_of(id);
  return found;
}

std::vector<Disclosure> Disclosures::latest(std::int64_t limit) {
  std::vector<Disclosure> found;
  {
    auto q =
        db_.query("SELECT " DISCLOSURE_COLUMNS " FROM disclosures ORDER BY asked_at DESC, id LIMIT :limit");
    q.bind(":limit", limit);
    while (q.step()) found.push_back(read(q));
  }
  for (Disclosure& d : found) d.approvals = approvals_of(d.id);
  return found;
}

void Disclosures::approve(const DisclosureId& id, const Approval& approval) {
  db_.query(R"sql(
    INSERT INTO disclosure_approvals (disclosure, operator, roles, at, mark)
    VALUES (:id, :who, :roles, :at, :mark))sql")
      .bind(":id", id)
      .bind(":who", approval.who)
      .bind(":roles", approval.roles)
      .bind(":at", approval.at)
      .bind_blob(":mark", mark(id, approval))
      .run();
}

void Disclosures::exported(Disclosure d, const std::string& by, std::int64_t at_ms, const std::string& file) {
  d.exported_by = by;
  d.exported_at = at_ms;
  std::string sealed;
  {
    auto q = db_.query("SELECT sealed FROM disclosures WHERE id = :id");
    q.bind(":id", d.id);
    q.step();
    sealed = q.text(0);
  }
  db_.query("UPDATE disclosures SET exported_by = :by, exported_at = :at, mark = :mark WHERE id = :id")
      .bind(":by", by)
      .bind(":at", at_ms)
      .bind_blob(":mark", mark(d, sealed))
      .bind(":id", d.id)
      .run();
  db_.query("INSERT INTO disclosure_files (disclosure, made_at, sealed) VALUES (:id, :at, :file)")
      .bind(":id", d.id)
      .bind(":at", at_ms)
      .bind_blob(":file", file)
      .run();
}

std::optional<std::string> Disclosures::file(const DisclosureId& id) {
  auto q = db_.query("SELECT sealed FROM disclosure_files WHERE disclosure = :id");
  q.bind(":id", id);
  if (!q.step()) return std::nullopt;
  return q.text(0);
}

bool Disclosures::drop_files(std::int64_t now_ms) {
  return db_.query("DELETE FROM disclosure_files WHERE made_at <= :before")
             .bind(":before", now_ms - kDisclosureFileLives_ms)
             .run() > 0;
}

}  // namespace careline::store
