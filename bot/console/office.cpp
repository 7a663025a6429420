// The frame of every page, and the answers that say that something cannot be had.
#include "bot/console/office.h"

#include "bot/console/assets.h"
#include "bot/console/routes.h"
#include "bot/console/views.h"

namespace careline::console {
namespace {

struct Entry {
  const char *href, *phrase;
  Roles who;
};
// In the order of the menu. Each leads to a route of the same right.
constexpr Entry kMenu[] = {{"/", "console.menu.to_do", kReaders},
                           {"/closed", "console.menu.closed", kReaders},
                           {"/all", "console.menu.all", kOverseers},
                           {"/search", "console.menu.search", kReaders},
                           {"/people", "console.menu.people", kReaders},
                           {"/retention", "console.menu.retention", kReaders},
                           {"/topics", "console.menu.topics", kPosters},
                           {"/care", "console.menu.care", kPosters},
                           {"/audit", "console.menu.audit", kAuditors},
                           {"/disclosures", "console.menu.disclosures", kSeeDisclosures},
                           {"/accounts", "console.menu.accounts", kAccountKeepers},
                           {"/undelivered", "console.menu.undelivered", kEveryRole},
                           {"/me", "console.menu.me", kEveryRole}};

Json menu(const Office& office, const Session& session, const std::string& place) {
  Json entries = Json::array();
  for (const Entry& entry : kMenu)
    if (session.roles.any_of(entry.who))
      entries.push_back(
          {{"href", entry.href}, {"text", office.words(entry.phrase)}, {"current", place == entry.href}});
  return entries;
}

}  // namespace

std::set<std::string> Office::holders_of(const ThreadId& thread) try {
  return readers.with([&](store::Db& db) { return store::Grants(db, setup.keys).holders(thread); });
} catch (const std::exception&) {
  return {};
}

std::string Visit::field(const char* name) const {
  const auto it = body.find(name);
  return it != body.end() && it->is_string() ? it->get<std::string>() : "";
}

Live::Seat Office::seat_of(const std::string& session) {
  const auto standing = sessions.standing(session, setup.now_ms());
  if (!standing) return Live::Seat::over;
  const bool locked = *standing == Standing::resting || *standing == Standing::taken_over;
  return locked ? Live::Seat::locked : Live::Seat::open;
}

Json frame(const Office& office, const std::optional<Session>& session, const std::string& title,
           const std::string& place) {
  Json view = {
      {"page_title", title}, {"assets", asset_addresses()}, {"agency", office.setup.programme.names.agency}};
  view["signed_in"] = view["live"] = view["strip"] = false;
  view["token"] = "";
  if (session) view["token"] = session->token;
  if (session && session->standing != Standing::enrolling) {
    view["live"] = {{"position", office.live.position()}};
    view["strip"] = session->roles.any_of(kReaders);
  }
  if (session && session->standing == Standing::full) {
    view["signed_in"] = {{"name", session->name},
                         {"role", roles_in_words(office.setup.phrases, session->roles)},
                         {"outside", alarms_view(office.setup.phrases, office.setup.alarms.present())},
                         {"menu", menu(office, *session, place)}};
  }
  return view;
}

web::Response notice_page(const Office& office, const std::optional<Session>& session, int status,
                          std::string_view title_phrase, std::string_view text_phrase) {
  const std::string title = office.words(title_phrase);
  return page(status, office.templates.page("notice", {{"title", title}, {"text", office.words(text_phrase)}},
                                            frame(office, session, title, "")));
}

web::Response not_found(const Office& office, const std::optional<Session>& session) {
  return notice_page(office, session, 404, "console.not_found.title", "console.not_found.text");
}

web::Response problem(const Office& office, int status, std::string_view phrase) {
  return json(status, {{"problem", office.words(phrase)}});
}

}  // namespace careline::console
