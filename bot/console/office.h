// Everything that the console's pages work with, and one visit of one operator.
#pragma once
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "bot/console/answers.h"
#include "bot/console/console.h"
#include "bot/console/live.h"
#include "bot/console/once.h"
#include "bot/console/password_gate.h"
#include "bot/console/readers.h"
#include "bot/console/recent.h"
#include "bot/console/sessions.h"
#include "bot/console/slowing.h"
#include "bot/console/templates.h"
#include "bot/console/verification.h"
#include "bot/flow/staff_desk.h"

namespace careline::console {

struct Office {
  explicit Office(Setup s)
      : setup(std::move(s)),
        readers(setup.database),
        templates(setup.phrases),
        staff(setup.writer, setup.keys, setup.changes, setup.now_ms),
        sessions(setup.writer, setup.keys),
        live(
            setup.changes, [this](const std::string& session) { return seat_of(session); },
            [this](const ThreadId& thread) { return holders_of(thread); },
            [this] { sessions.sweep(setup.now_ms()); }),
        verification(setup.keys) {}

  Live::Seat seat_of(const std::string& session);
  /// Signs an operator out, and their open pages notice.
  void end_everywhere(const std::string& name) {
    sessions.end_all(name);
    live.look();
  }

  std::string words(std::string_view key) const { return setup.phrases.text(key); }
  /// Those to whom a thread was granted; nobody if the store cannot be read.
  std::set<std::string> holders_of(const ThreadId& thread);

  const Setup setup;
  Readers readers;
  const Templates templates;
  flow::StaffDesk staff;
  Sessions sessions;
  Slowing slowing;
  Once once;
  Recent refusals, openings;  // by session; so that the audit trail says a thing once
  Live live;
  Verification verification;
  PasswordGate gate;  // these two last: their threads end before what they use
};

/// One request that may do what it asks for.
struct Visit {
  std::shared_ptr<web::Exchange> exchange;
  std::optional<Session> session;
  std::string argument;  // what stood for {id} in the address
  Json body;             // of a POST; always an object

  const web::Request& request() const { return exchange->request(); }
  /// Who acts, with their own key, only with a session. Without a key (after somebody reset their password)
  /// nothing opens.
  flow::Actor actor() const {
    return {session->name, session->roles, session->seed.value_or(store::Secret{})};
  }
  /// A text field of the body; "" if it is missing or no text.
  std::string field(const char* name) const;
};

/// Nullopt: the function answers the exchange itself, now or later.
using Answer = std::optional<web::Response>;

/// What the frame of a page shows: title, operator, menu with the current place marked, live position.
Json frame(const Office& office, const std::optional<Session>& session, const std::string& title,
           const std::string& place);
/// The one answer for what does not exist and for what this operator may not know of.
web::Response not_found(const Office& office, const std::optional<Session>& session);
/// {"problem": words} with a status.
web::Response problem(const Office& office, int status, std::string_view phrase);
/// A page that says one thing.
web::Response notice_page(const Office& office, const std::optional<Session>& session, int status,
                          std::string_view title_phrase, std::string_view text_phrase);

}  // namespace careline::console
