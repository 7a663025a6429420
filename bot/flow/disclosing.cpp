// Lawful disclosure: asked for, approved by two, carried out once by somebody who may read, and told.
#include <algorithm>

#include "bot/flow/desk.h"
#include "bot/flow/house.h"
#include "config/clock.h"
#include "store/disclosure_file.h"
#include "store/retention.h"

namespace careline::flow {
namespace {

constexpr std::size_t kMostText = 300;  // bytes of a clause, a name, a label
constexpr std::int64_t kMostDays = 30;

bool one_line(const std::string& text) {
  return text.size() <= kMostText &&
         std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

bool complete(const store::Disclosure& d, std::int64_t now_ms) {
  const bool known = d.basis == "consent" || d.basis == "court_order" || d.basis == "statute";
  const bool named =
      !d.labels.empty() && d.labels.size() <= store::kMostLabels &&
      std::ranges::all_of(d.labels, [](const auto& label) { return !label.empty() && one_line(label); });
  const bool worded = !d.clause.empty() && one_line(d.clause) && !d.recipient_name.empty() &&
                      one_line(d.recipient_name) && one_line(d.silent_clause);
  return known && named && worded && d.until > now_ms &&
         d.until <= now_ms + kMostDays * config::kDayMilliseconds;
}

std::string minute(std::int64_t ms) {
  std::string text = config::taipei_iso(ms);
  std::replace(text.begin(), text.end(), 'T', ' ');
  return text;
}

// A thread that the request names, with the keys of whoever carries it out.
struct Named {
  store::Thread thread;
  store::ThreadKeys open;
};

// Empty unless each label names one thread that was granted to this reader.
std::vector<Named> named_threads(House& house, store::Db& db, const store::Disclosure& d,
                                 const store::Reader& reader) {
  std::vector<Named> all;
  for (const auto& label : d.labels) {
    auto thread = store::Retention(db, house.keys).labelled(label);
    if (!thread) return {};
    auto open = store::Grants(db, house.keys).open(thread->id, reader);
    if (open.empty()) return {};
    all.push_back({std::move(*thread), std::move(open)});
  }
  return all;
}

std::string head_of(const House& house, const store::Disclosure& d, const Actor& who) {
  const auto& phrases = house.phrases;
  std::string approvals;
  for (const auto& approval : d.approvals)
    approvals += (approvals.empty() ? "" : ", ") + approval.who + " " + minute(approval.at);
  return phrases.text("flow.disclosure.head", {{"code", d.code()},
                                               {"basis", phrases.text("flow.disclosure.basis." + d.basis)},
                                               {"clause", d.clause},
                                               {"recipient", d.recipient_name},
                                               {"asked", d.asked_by + " " + minute(d.asked_at)},
                                               {"approved", approvals},
                                               {"made", who.name + " " + minute(house.now_ms())}});
}

std::string text_of(const House& house, const store::Message& message) {
  const std::string said = message.withdrawn  ? house.phrases.text("flow.disclosure.withdrawn")
                           : message.readable ? message.text
                                              : house.phrases.text("flow.disclosure.unreadable");
  return minute(message.at) + " " + house.phrases.text("flow.disclosure.author." + message.author) + "\n" +
         said + "\n\n";
}

// Everything that was written in the named threads, as one text. Held in memory only.
std::string written_out(House& house, store::Db& db, const store::Disclosure& d, const Actor& who,
                        const std::vector<Named>& named) {
  std::string text = head_of(house, d, who);
  for (const auto& [thread, open] : named) {
    text += "\n\n" + house.phrases.text("flow.disclosure.thread", {{"label", thread.label}}) + "\n\n";
    for (const auto& message : store::Threads(db, house.keys).messages(thread.id, open))
      text += text_of(house, message);
  }
  return text;
}

}  // namespace

bool Desk::ask_for_disclosure(const Actor& who, store::Disclosure request) {
  request.id = store::random_id<store::DisclosureId>();
  request.asked_by = who.name;
  request.asked_at = house_.now_ms();
  if (!who.roles.any_of(kAskForDisclosure) || !complete(request, request.asked_at)) return false;
  house_.writer.run([&](store::Db& db) {
    store::Disclosures(db, house_.keys).add(request);
    note_line(house_, db, who, store::Action::disclosure_requested, request.code());
  });
  return true;
}

bool Desk::approve_disclosure(const Actor& who, const store::DisclosureId& id) {
  bool done = false;
  house_.writer.run([&](store::Db& db) {
    store::Disclosures disclosures(db, house_.keys);
    const auto request = disclosures.find(id);
    if (!request) return;
    done = request->may_approve(who.name, who.roles, house_.now_ms());
    if (done) disclosures.approve(id, {who.name, who.roles.text(), house_.now_ms()});
    note_line(house_, db, who, store::Action::disclosure_approved, request->code(),
              done ? "done" : "refused");
  });
  return done;
}

bool Desk::disclose(const Actor& who, const store::DisclosureId& id) {
  bool done = false;
  house_.writer.run([&](store::Db& db) {
    store::Disclosures disclosures(db, house_.keys);
    const auto request = disclosures.find(id);
    if (!request) return;
    const bool allowed = request->open(house_.now_ms()) && request->approved();
    const auto named = allowed ? named_threads(house_, db, *request, who.reader()) : std::vector<Named>{};
    if (named.empty())
      return note_line(house_, db, who, store::Action::disclosed, request->code(), "refused");
    disclosures.exported(
        *request, who.name, house_.now_ms(),
        store::seal_disclosure(written_out(house_, db, *request, who, named), request->recipient));
    for (const auto& [thread, open] : named) {
      note_line(house_, db, who, store::Action::disclosed, thread.id.hex(), request->code());
      if (request->silent_clause.empty())
        say(db, thread, open,
            house_.phrases.text("flow.disclosure.told",
                                {{"basis", house_.phrases.text("flow.disclosure.basis." + request->basis)},
                                 {"clause", request->clause},
                                 {"recipient", request->recipient_name}}));
    }
    done = true;
  });
  if (done) house_.promised();
  return done;
}

std::optional<std::string> Desk::fetch_disclosure(const Actor& who, const store::DisclosureId& id) {
  std::optional<std::string> file;
  house_.writer.run([&](store::Db& db) {
    store::Disclosures disclosures(db, house_.keys);
    const auto request = disclosures.find(id);
    if (!request) return;
    if (request->may_fetch(who.name, house_.now_ms())) file = disclosures.file(id);
    note_line(house_, db, who, store::Action::disclosure_fetched, request->code(), file ? "done" : "refused");
  });
  return file;
}

}  // namespace careline::flow
