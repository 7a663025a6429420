// What the page of lawful disclosures shows.
#include "bot/console/disclosure_views.h"

#include "config/clock.h"

namespace careline::console {
namespace {

using config::Phrases;
using config::taipei_text;

std::string state_in_words(const Phrases& phrases, const store::Disclosure& d, std::int64_t now_ms) {
  if (!d.intact) return phrases.text("console.disclosure.state.changed");
  if (d.exported_at != 0)
    return phrases.text("console.disclosure.state.exported",
                        {{"who", d.exported_by}, {"time", taipei_text(d.exported_at)}});
  if (!d.open(now_ms)) return phrases.text("console.disclosure.state.expired");
  if (d.approved())
    return phrases.text("console.disclosure.state.approved", {{"time", taipei_text(d.until)}});
  return phrases.text(
      d.approvals.empty() ? "console.disclosure.state.asked" : "console.disclosure.state.half",
      {{"time", taipei_text(d.until)}});
}

std::string joined(const std::vector<std::string>& texts, const std::string& between) {
  std::string all;
  for (const auto& text : texts) all += (all.empty() ? "" : between) + text;
  return all;
}

Json in_full(const Phrases& phrases, const store::Disclosure& d) {
  std::vector<std::string> approvals;
  for (const auto& approval : d.approvals)
    approvals.push_back(
        phrases.text("console.disclosure.by", {{"who", approval.who}, {"time", taipei_text(approval.at)}}));
  return {{"clause", d.clause},
          {"labels", joined(d.labels, ", ")},
          {"recipient_name", d.recipient_name},
          {"recipient", d.recipient.text()},
          {"asked",
           phrases.text("console.disclosure.by", {{"who", d.asked_by}, {"time", taipei_text(d.asked_at)}})},
          {"approvals",
           approvals.empty() ? phrases.text("console.disclosure.nobody_yet") : joined(approvals, ", ")},
          {"telling", d.silent_clause.empty()
                          ? phrases.text("console.disclosure.told")
                          : phrases.text("console.disclosure.silent", {{"clause", d.silent_clause}})}};
}

}  // namespace

Json disclosures_view(const Phrases& phrases, const std::vector<ShownDisclosure>& shown,
                      std::int64_t now_ms) {
  Json rows = Json::array();
  for (const auto& one : shown) {
    const auto& d = one.disclosure;
    rows.push_back({{"id", d.id.hex()},
                    {"code", d.code()},
                    {"basis", phrases.text("flow.disclosure.basis." + d.basis)},
                    {"state", state_in_words(phrases, d, now_ms)},
                    {"full", one.in_full ? in_full(phrases, d) : Json(false)},
                    {"may_approve", one.may_approve},
                    {"may_export", one.may_export},
                    {"may_fetch", one.may_fetch}});
  }
  Json bases = Json::array();
  for (const char* basis : {"consent", "court_order", "statute"})
    bases.push_back(
        {{"value", basis}, {"name", phrases.text(std::string("flow.disclosure.basis.") + basis)}});
  return {{"disclosures", rows}, {"any", !rows.empty()}, {"bases", bases}};
}

}  // namespace careline::console
