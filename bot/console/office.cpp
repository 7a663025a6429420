// The frame of every page, and the answers that say that something cannot be had.
#include "bot/console/office.h"

#include "bot/console/assets.h"
#include "bot/console/routes.h"
#include "bot/console/views.h"

namespace careline::console {
namespace {

Json entry(const Office& office, const char* href, std::string_view phrase, const std::string& place) {
  return {{"href", href}, {"text", office.words(phrase)}, {"current", place == href}};
}

Json menu(const Office& office, const Session& session, const std::string& place) {
  Json entries = Json::array();
  if (session.roles.any_of(kReaders)) {
    entries.push_back(entry(office, "/", "console.menu.to_do", place));
    entries.push_back(entry(office, "/closed", "console.menu.closed", place));
    entries.push_back(entry(office, "/search", "console.menu.search", place));
    entries.push_back(entry(office, "/people", "console.menu.people", place));
    if (session.roles.any_of(kKeepers))
      entries.push_back(entry(office, "/retention", "console.menu.retention", place));
  } else {
    entries.push_back(entry(office, "/topics", "console.menu.topics", place));
    entries.push_back(entry(office, "/care", "console.menu.care", place));
  }
  if (session.roles.any_of(kAccountKeepers))
    entries.push_back(entry(office, "/accounts", "console.menu.accounts", place));
  entries.push_back(entry(office, "/undelivered", "console.menu.undelivered", place));
  entries.push_back(entry(office, "/me", "console.menu.me", place));
  return entries;
}

}  // namespace

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
