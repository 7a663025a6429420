// What counsellors see and do: the list, a thread, answering, closing.
#include <algorithm>
#include <array>
#include <string_view>

#include "bot/console/pages.h"
#include "bot/console/views.h"
#include "store/reply_drafts.h"

namespace careline::console {
namespace {

// Why somebody opens a contact card, as the audit trail keeps it.
constexpr std::array<std::string_view, 3> kContactReasons = {"danger", "no_answer", "duty"};
constexpr std::int64_t kOneLook_ms = 60 * 60'000;  // live updates of an open page are the same look

struct Opened {
  store::Thread thread;
  std::vector<store::Message> messages;
};

std::vector<store::Thread> threads(Office& office, const Visit& visit, bool closed) {
  return office.readers.with([&](store::Db& db) {
    return store::Threads(db, office.setup.keys).to_do(closed, visit.session->name);
  });
}

Json to_do(Office& office, const Visit& visit, const std::optional<ThreadId>& current) {
  return list_view(office.setup.phrases, threads(office, visit, false), office.setup.now_ms(), current);
}

// Nullopt for a thread that does not exist and for one that was not granted to this operator.
std::optional<Opened> thread_of(Office& office, const Visit& visit) {
  const auto id = ThreadId::from_hex(visit.argument);
  if (!id) return std::nullopt;
  return office.readers.with([&](store::Db& db) -> std::optional<Opened> {
    store::Threads all(db, office.setup.keys);
    auto thread = all.find(*id);
    const auto open = store::Grants(db, office.setup.keys).open(*id, visit.actor().reader());
    if (!thread || open.empty()) return std::nullopt;
    return Opened{*thread, all.messages(*id, open)};
  });
}

enum class Look { opened_now, goes_on };

// The thread with its content, for an operator whose look stands in the audit trail first: if it cannot be
// written, nothing is shown.
std::optional<Opened> shown_to(Office& office, const Visit& visit, Look look) {
  const auto id = ThreadId::from_hex(visit.argument);
  if (!id) return std::nullopt;
  const std::string key = visit.session->key + visit.argument;
  const std::int64_t now = office.setup.now_ms();
  if (look == Look::opened_now || !office.openings.within(key, now, kOneLook_ms)) {
    if (!office.setup.desk.open(*id, visit.actor())) return std::nullopt;
    office.openings.mark(key, now);
  }
  return thread_of(office, visit);
}

Json view_of(Office& office, const Opened& opened) {
  return thread_view(office.setup.phrases, opened.thread, opened.messages, office.setup.now_ms());
}

// What was not sent before the content was locked; "" if nothing.
std::string draft_of(Office& office, const Visit& visit, const ThreadId& id) {
  return office.readers
      .with([&](store::Db& db) { return store::ReplyDrafts(db).find(visit.actor().reader(), id); })
      .value_or("");
}

// "" erases. False unless the thread was granted to this operator.
bool keep_draft(Office& office, const Visit& visit, const ThreadId& id, const std::string& text) {
  bool kept = false;
  office.setup.writer.run([&](store::Db& db) {
    const auto op = store::Operators(db, office.setup.keys).find(visit.session->name);
    kept = op && op->intact && store::Grants(db, office.setup.keys).has(id, op->name);
    if (kept) store::ReplyDrafts(db).keep(*op, id, text);
    office.setup.writer.erase_soon();
  });
  return kept;
}

Answer said(const Office& office, std::string_view phrase) {
  return json(200, {{"say", office.words(phrase)}, {"clear", true}, {"key", store::random_token()}});
}

}  // namespace

Answer list_page(Office& office, const Visit& visit) {
  Json view = to_do(office, visit, std::nullopt);
  const auto me = office.readers.with(
      [&](store::Db& db) { return store::Operators(db, office.setup.keys).find(visit.session->name); });
  view["unvouched"] = false;
  if (me && !me->may_read()) view["unvouched"] = {{"fingerprint", store::fingerprint(me->public_key)}};
  return page(200, office.templates.page(
                       "list", view, frame(office, visit.session, office.words("console.list.title"), "/")));
}

Answer list_part(Office& office, const Visit& visit) {
  const auto current = visit.request().query.find("current");
  const auto id = current == visit.request().query.end() ? std::nullopt : ThreadId::from_hex(current->second);
  return page(200, office.templates.render("to_do", to_do(office, visit, id)));
}

Answer closed_page(Office& office, const Visit& visit) {
  const Json view =
      list_view(office.setup.phrases, threads(office, visit, true), office.setup.now_ms(), std::nullopt);
  return page(200, office.templates.page(
                       "closed", view,
                       frame(office, visit.session, office.words("console.closed.title"), "/closed")));
}

Answer all_page(Office& office, const Visit& visit) {
  const auto held = office.readers.with([&](store::Db& db) {
    store::Grants grants(db, office.setup.keys);
    std::vector<HeldThread> all;
    for (auto& thread : store::Threads(db, office.setup.keys).all_open()) {
      if (grants.keeps_out(thread.id, visit.session->name)) continue;  // not even that it exists
      auto holders = grants.holders(thread.id);
      all.push_back({std::move(thread), std::move(holders)});
    }
    return all;
  });
  return page(200,
              office.templates.page("all", overview(office.setup.phrases, held, office.setup.now_ms()),
                                    frame(office, visit.session, office.words("console.all.title"), "/all")));
}

Answer thread_page(Office& office, const Visit& visit) {
  const auto opened = shown_to(office, visit, Look::opened_now);
  if (!opened) return not_found(office, visit.session);
  Json view = to_do(office, visit, opened->thread.id);
  view.update(view_of(office, *opened));
  view["key"] = store::random_token();
  const std::string draft = draft_of(office, visit, opened->thread.id);
  view["draft"] = draft;
  view["drafted"] = !draft.empty();
  return page(200, office.templates.page(
                       "thread", view,
                       frame(office, visit.session, title_of(office.setup.phrases, opened->thread), "")));
}

Answer thread_part(Office& office, const Visit& visit) {
  const auto opened = shown_to(office, visit, Look::goes_on);
  if (!opened) return not_found(office, visit.session);
  return page(200, office.templates.render("history", view_of(office, *opened)));
}

Answer thread_opened(Office& office, const Visit& visit) {
  const auto id = ThreadId::from_hex(visit.argument);
  if (!id || !office.setup.desk.opened(*id, visit.actor())) return not_found(office, visit.session);
  return json(200, {{"ok", true}});
}

Answer thread_reply(Office& office, const Visit& visit) {
  const auto id = ThreadId::from_hex(visit.argument);
  if (!id) return not_found(office, visit.session);
  const std::string text = tidied(visit.field("text"));
  if (text.empty()) return problem(office, 422, "console.reply.empty");
  if (utf16_units(text) > kMostUnits) return problem(office, 422, "console.reply.too_long");
  const std::string form = visit.field("key");
  if (form.empty() || form.size() > 64) return problem(office, 400, "console.problem.stale");
  const std::string key = visit.session->name + ":" + form;
  switch (office.once.begin(key)) {
    case Once::Turn::running: return problem(office, 409, "console.problem.running");
    case Once::Turn::done: return said(office, "console.reply.stored");
    case Once::Turn::first: break;
  }
  bool taken = false;
  try {
    taken = office.setup.desk.reply(*id, visit.actor(), text);
  } catch (...) {
    office.once.give_up(key);
    throw;
  }
  if (!taken) {
    office.once.give_up(key);
    return problem(office, 409, "console.reply.closed");
  }
  office.once.finish(key);
  keep_draft(office, visit, *id, "");
  return said(office, "console.reply.stored");
}

// A page sends it while somebody writes, so that locking the content loses nothing.
Answer thread_draft(Office& office, const Visit& visit) {
  const auto id = ThreadId::from_hex(visit.argument);
  const std::string text = visit.field("text");
  if (utf16_units(text) > 2 * kMostUnits) return problem(office, 422, "console.reply.too_long");
  if (!id || !keep_draft(office, visit, *id, text)) return not_found(office, visit.session);
  return json(200, {{"ok", true}});
}

Answer thread_close(Office& office, const Visit& visit) {
  const auto id = ThreadId::from_hex(visit.argument);
  if (!id || !office.setup.desk.close(*id, visit.actor()))
    return problem(office, 409, "console.reply.closed");
  const bool gone = !office.readers.with(
      [&](store::Db& db) { return store::Threads(db, office.setup.keys).find(*id).has_value(); });
  return json(200, {{"go", gone ? "/" : "/threads/" + id->hex()}});
}

// The card is in this answer and nowhere else: it is gone with the page.
Answer thread_contact(Office& office, const Visit& visit) {
  const auto id = ThreadId::from_hex(visit.argument);
  const std::string reason = visit.field("reason");
  if (!id) return not_found(office, visit.session);
  if (std::ranges::find(kContactReasons, reason) == kContactReasons.end())
    return problem(office, 422, "console.contact.why");
  const auto card = office.setup.desk.contact(*id, visit.actor(), reason);
  if (!card) return problem(office, 409, "console.contact.refused");
  return json(200, {{"html", office.templates.render("contact", {{"card", *card}})},
                    {"say", office.words("console.contact.noted")}});
}

}  // namespace careline::console
