// What the page of keeping and shredding shows.
#include "bot/console/retention_views.h"

#include "bot/console/views.h"
#include "config/clock.h"

namespace careline::console {
namespace {

using config::Phrases;

// A term is ten years long: the year belongs to the day.
std::string day_text(std::int64_t ms_utc) { return config::taipei_iso(ms_utc).substr(0, 10); }

Json options(const Phrases& phrases, const std::string& kind, std::initializer_list<const char*> codes) {
  Json list = Json::array();
  for (const char* code : codes)
    list.push_back({{"value", code}, {"name", phrases.text("console.retention." + kind + "." + code)}});
  return list;
}

Json certificate_view(const Phrases& phrases, const store::Certificate& c) {
  return {{"day", day_text(c.day * config::kDayMilliseconds)},
          {"reason", phrases.text("console.retention.shred." + c.reason)},
          {"people", phrases.text("console.retention.by_two",
                                  {{"proposed", c.proposed_by}, {"approved", c.approved_by}})},
          {"figures", phrases.text("console.retention.figures", {{"cases", std::to_string(c.cases)},
                                                                 {"questions", std::to_string(c.questions)},
                                                                 {"alerts", std::to_string(c.alerts)},
                                                                 {"messages", std::to_string(c.messages)},
                                                                 {"keys", std::to_string(c.keys)}})},
          {"number", c.id.hex().substr(0, 12)}};
}

Json request_view(const Phrases& phrases, const store::ShredRequest& request, const std::string& eyes) {
  Json threads = Json::array();
  for (const auto& thread : request.threads) threads.push_back({{"title", title_of(phrases, thread)}});
  const bool own = request.proposed_by == eyes;
  return {{"id", request.id.hex()},
          {"reason", phrases.text("console.retention.shred." + request.reason)},
          {"by", phrases.text("console.retention.proposed_by",
                              {{"name", request.proposed_by}, {"day", day_text(request.proposed_at)}})},
          {"threads", threads},
          {"own", own}};
}

}  // namespace

Json retention_view(const Phrases& phrases, const Keeping& keeping, const std::string& whose_eyes,
                    Roles roles) {
  Json over = Json::array(), requests = Json::array(), holds = Json::array(), certificates = Json::array();
  for (const auto& thread : keeping.over)
    over.push_back(
        {{"title", title_of(phrases, thread)},
         {"since", phrases.text("console.retention.closed_on", {{"day", day_text(thread.closed_at)}})}});
  for (const auto& request : keeping.requests) requests.push_back(request_view(phrases, request, whose_eyes));
  for (const auto& hold : keeping.holds)
    holds.push_back({{"thread", hold.thread.id.hex()},
                     {"title", title_of(phrases, hold.thread)},
                     {"reason", phrases.text("console.retention.hold." + hold.reason)},
                     {"by", phrases.text("console.retention.held_by",
                                         {{"name", hold.who}, {"day", day_text(hold.at)}})}});
  for (const auto& certificate : keeping.certificates)
    certificates.push_back(certificate_view(phrases, certificate));
  return {{"over", over},
          {"any_over", !over.empty()},
          {"requests", requests},
          {"any_requests", !requests.empty()},
          {"holds", holds},
          {"any_holds", !holds.empty()},
          {"certificates", certificates},
          {"any_certificates", !certificates.empty()},
          {"may_hold", roles.any_of(Role::lead)},
          {"may_propose", roles.any_of(kKeepers)},
          {"shred_reasons", options(phrases, "shred", {"request", "mistake"})},
          {"hold_reasons", options(phrases, "hold", {"court", "complaint", "request", "safety"})}};
}

}  // namespace careline::console
