// Effects become rows.
#include <algorithm>

#include "bot/flow/letter.h"
#include "bot/flow/talk.h"
#include "config/clock.h"

namespace careline::flow {
namespace {
constexpr std::int64_t kQuestionKnown_ms = 30 * 60'000;
constexpr std::size_t kAnswersShown = 3;

Choice looked_choice() { return {"cmd:looked", {"flow.command.looked"}}; }
Choice erase_choice() { return {"cmd:erase_question", {"flow.command.erase_question"}}; }

std::string short_name() { return store::random_id<ThreadId>().hex().substr(0, 6); }

}  // namespace

void Talk::carry_out(const Say& effect) { say(effect.prompt); }

void Talk::carry_out(const OpenQuestion& question) {
  store::Thread thread{.id = store::random_id<ThreadId>(), .kind = "question", .label = short_name()};
  thread.opened_at = thread.active_at = to_the_hour(now_);
  thread.due_at = to_the_hour(config::question_due(house_.programme, now_));
  thread = threads_.open(thread, question.receipt,
                         question.with_return_address ? std::optional(person_.line_id) : std::nullopt);
  std::vector<Part> parts = {question.subject};
  parts.insert(parts.end(), question.parts.begin(), question.parts.end());
  append(thread, parts);
  if (question.with_return_address) {
    talk_.question = hide(house_, {question.receipt, {}});
    talk_.question_until = now_ + kQuestionKnown_ms;
  }
}

void Talk::append(const store::Thread& thread, const std::vector<Part>& parts) {
  const bool anonymous = thread.kind == "question";
  const std::int64_t at = anonymous ? to_the_hour(now_) : now_;
  for (const Part& part : parts)
    threads_.add(
        thread,
        {.author = "employee", .text = part.text, .at = at, .line_message = LineKey::from_hex(part.key)});
  const bool was_waiting = thread.waiting && thread.due_at > 0;
  std::int64_t due = config::question_due(house_.programme, now_);
  if (anonymous) due = to_the_hour(due);
  // A time that was told never moves later.
  threads_.waits(thread.id, 1, at, was_waiting ? std::min(thread.due_at, due) : due);
  house_.changes.tell_later("list:" + thread.id.hex());
  house_.changes.tell_later("thread:" + thread.id.hex());
}

void Talk::carry_out(const AddToThread& effect) {
  if (const auto thread = referred(effect.thread)) append(*thread, effect.parts);
}

void Talk::carry_out(const CloseThread& effect) {
  const auto thread = referred(effect.thread);
  if (!thread) return;
  if (!threads_.alert_copies(thread->id).empty()) house_.changes.tell_later("list");
  threads_.set_closed(thread->id, 1, now_);
  threads_.drop_return_address(thread->id);
  forget(*thread);
  house_.writer.erase_soon();  // what stood beside it
  house_.changes.tell_later("list:" + thread->id.hex());
}

std::string Talk::lines_of(const std::vector<std::pair<std::string, std::string>>& fields) const {
  std::string lines;
  for (const auto& [key, answer] : fields) lines += house_.phrases.text(key) + "：" + answer + "\n";
  return lines;
}

void Talk::carry_out(const OpenCase& intake) {
  store::Thread thread{.id = store::random_id<ThreadId>(), .kind = "case", .label = intake.number};
  thread.person = person_.id;
  thread.opened_at = thread.active_at = now_;
  thread.due_at = config::question_due(house_.programme, now_);
  const std::set<std::string> kept_out(intake.kept_out.begin(), intake.kept_out.end());
  thread = threads_.open(thread, std::nullopt, std::nullopt, kept_out);
  threads_.add(thread, {.author = "system", .text = lines_of(intake.fields), .at = now_});
  append(thread, intake.matter);
  put_beside(thread, intake.contact, kept_out);
}

// The contact card has a key of its own, for those who in an alert hold only its copy.
void Talk::put_beside(const store::Thread& the_case,
                      const std::vector<std::pair<std::string, std::string>>& contact,
                      const std::set<std::string>& kept_out) {
  store::Thread card{.id = store::random_id<ThreadId>(), .kind = "case"};
  card.label = card.id.hex();
  card.about = the_case.id;
  card = threads_.open(card, std::nullopt, std::nullopt, kept_out);
  threads_.add(card, {.author = "system", .text = lines_of(contact), .at = now_});
}

void Talk::carry_out(const JoinTopic& effect) { people_.join(effect.topic, person_.id); }
void Talk::carry_out(const LeaveTopic& effect) {
  people_.leave(effect.topic, person_.id);
  house_.writer.erase_soon();
}

void Talk::carry_out(const ShowPosts& effect) {
  const auto* topic = house_.programme.topic(effect.topic);
  if (!topic) return;
  const auto posts = store::Posts(db_, house_.keys).latest(effect.topic, kAnswersShown);
  if (posts.empty()) return say("flow.posts.none", {{"topic", topic->name}});
  say("flow.posts.head", {{"topic", topic->name}});
  for (const auto& post : posts)
    say("flow.posts.one", {{"date", config::taipei_date_text(post.at)}, {"text", post.text}});
}

void Talk::carry_out(const NoteNotice& effect) {
  if (effect.agreed)
    people_.consented(person_.id, effect.kind, kNoticeVersion, now_);
  else
    people_.notice_shown(effect.kind, kNoticeVersion, today());
}

// What waits to be sent may hold an answer in full.
bool Talk::erase(const store::Thread& thread) {
  if (!may_be_erased(thread)) return false;
  store::Outbox outbox(db_, house_.keys);
  for (const store::Parcel& parcel : outbox.of(person_.id)) {
    const auto letter = read_letter(parcel.body);
    const auto about = letter ? letter->head.value("about", nlohmann::json()) : nlohmann::json();
    if (about.is_object() && about.value("thread", "") == thread.id.hex()) outbox.sent(parcel.id);
  }
  threads_.erase(thread.id);
  house_.writer.erase_soon();
  house_.changes.tell_later("list");
  house_.changes.tell_later("thread:" + thread.id.hex());
  return true;
}

void Talk::carry_out(const EraseThread& effect) {
  const auto thread = referred(effect.thread);
  if (!thread) return;
  forget(*thread);
  erase(*thread);
}

// What a law keeps (cases) stays; the person's row stays only as the way back to them.
void Talk::carry_out(const EraseMe&) {
  for (const store::Thread& thread : known_threads()) erase(thread);
  leave_everything();
  const auto cases = threads_.cases_of(person_.id);
  for (const store::Thread& kept : cases) threads_.set_delivery_of_thread(kept.id, "none", "");
  if (cases.empty()) {
    people_.forget(person_.id);
    erased_ = true;
  }
}

void Talk::carry_out(const StopUsing&) {
  remember();  // who never wrote before has no row yet
  leave_everything();
  people_.set_quiet(person_.id, 1);
  for (const store::Thread& kept : threads_.cases_of(person_.id))
    threads_.set_delivery_of_thread(kept.id, "failed", "quiet");
}

void Talk::leave_everything() {
  for (const std::string& topic : people_.topics_of(person_.id)) people_.leave(topic, person_.id);
  store::Outbox outbox(db_, house_.keys);
  for (const store::Parcel& parcel : outbox.of(person_.id)) outbox.sent(parcel.id);
  talk_ = {};
  left_ = true;
  house_.writer.erase_soon();
}

// In a named case the message joins the case. Anywhere else it opens a thread of its own, which holds this
// message only and is linked to nobody.
void Talk::alert(const crisis::Finding& finding, const std::string& words) {
  store::NewMessage message{.author = "employee", .text = words, .at = now_};
  if (!in_.message_id.empty()) message.line_message = LineKey::from_hex(line_key());  // a tap has none
  auto thread = threads_.open_case_of(person_.id);
  if (thread) {
    raise_in_copies(*thread, finding, message);
  } else {
    thread = store::Thread{.id = store::random_id<ThreadId>(), .kind = "alert", .label = short_name()};
    thread->opened_at = thread->active_at = now_;
    thread = threads_.open(*thread, std::nullopt, std::nullopt, kept_out());
  }
  raise_in(*thread, finding, message);
  talk_.alert = hide(house_, {"", thread->id});
}

void Talk::raise_in(const store::Thread& thread, const crisis::Finding& finding,
                    const store::NewMessage& message) {
  std::string rules = finding.version;
  for (const auto& rule : finding.rules) rules += " " + rule;
  threads_.add(thread, message);
  // An alert has no due time of its own: it stands first. What was told for a case stays.
  std::int64_t due = thread.due_at;
  if (thread.kind == "case" && (!thread.waiting || due == 0))
    due = config::question_due(house_.programme, now_);
  threads_.waits(thread.id, 1, now_, due);
  threads_.raise(thread.id, static_cast<std::int64_t>(finding.severity), finding.kind, rules, now_);
  for (const char* what : {"list:", "thread:", "alert:"}) house_.changes.tell_later(what + thread.id.hex());
}

// For those on duty to whom the case was not given: the message alone, gone when somebody closes it.
void Talk::raise_in_copies(const store::Thread& the_case, const crisis::Finding& finding,
                           const store::NewMessage& message) {
  store::Grants grants(db_, house_.keys);
  std::set<std::string> served = grants.holders(the_case.id);
  for (const store::Thread& copy : threads_.alert_copies(the_case.id)) {
    served.merge(grants.holders(copy.id));
    raise_in(copy, finding, message);
  }
  const std::set<std::string> out = grants.kept_out(the_case.id);
  const auto readers = store::Operators(db_, house_.keys).readers();
  if (std::ranges::all_of(readers,
                          [&](const auto& op) { return served.contains(op.name) || out.contains(op.name); }))
    return;
  store::Thread copy{.id = store::random_id<ThreadId>(), .kind = "alert"};
  copy.label = the_case.label + "-" + short_name();
  copy.opened_at = copy.active_at = now_;
  copy.about = the_case.id;
  raise_in(threads_.open(copy, std::nullopt, std::nullopt, out, served), finding, message);
}

// Whom this person wants kept out: as a draft says, and as their cases say, closed ones too.
std::set<std::string> Talk::kept_out() {
  std::set<std::string> names;
  for (const Place* place : {&talk_.at, talk_.draft ? &*talk_.draft : nullptr})
    if (const auto* intake = place ? std::get_if<counselling::State>(place) : nullptr)
      for (const std::string& name : counselling::kept_out(*intake)) names.insert(name);
  for (const store::Thread& thread : threads_.cases_of(person_.id))
    names.merge(store::Grants(db_, house_.keys).kept_out(thread.id));
  return names;
}

void Talk::view(const Reference& reference, const store::Thread& thread) {
  const bool is_case = thread.kind == "case";
  forget(thread);
  if (!is_case) {
    talk_.question = hide(house_, reference);
    talk_.question_until = now_ + kQuestionKnown_ms;
  }
  auto answers = threads_.answers(thread, reference.receipt);
  // What is new; without it, what was read before, as far as the asker's receipt still opens it.
  if (std::ranges::any_of(answers, [](const auto& a) { return !a.fetched; }))
    std::erase_if(answers, [](const auto& a) { return a.fetched; });
  if (answers.size() > kAnswersShown) answers.erase(answers.begin(), answers.end() - kAnswersShown);
  for (const auto& a : answers) say("flow.answer", {{"label", label_of(thread)}, {"text", a.text}});
  threads_.fetched_all(thread);
  threads_.set_delivery_of_thread(thread.id, "accepted", "");
  house_.writer.erase_soon();
  house_.changes.tell_later("thread:" + thread.id.hex());
  if (thread.closed)
    return say({{{{"flow.answers.closed", {{"label", label_of(thread)}}}}},
                is_case ? std::vector<Choice>{} : std::vector<Choice>{erase_choice()}});
  if (answers.empty())
    return say({{{{"flow.answers.none",
                   {{"label", label_of(thread)}, {"due", config::taipei_text(thread.due_at)}}}}},
                is_case
                    ? std::vector<Choice>{}
                    : std::vector<Choice>{
                          {"cmd:follow_up", {"flow.command.follow_up"}}, looked_choice(), erase_choice()}});
  if (is_case) return say("flow.answers.next_case", {{"number", thread.label}});
  say({{{{"flow.answers.next"}}},
       {{"cmd:follow_up", {"flow.command.follow_up"}},
        {"cmd:close_question", {"flow.command.close_question"}},
        looked_choice(),
        erase_choice()}});
}

// 查看回覆: what was announced last, else the question at hand, else the open case.
void Talk::view_answers() {
  for (const std::string& hidden :
       std::vector<std::string>{talk_.nudged.empty() ? "" : talk_.nudged.back(), talk_.question}) {
    const auto reference = reveal(house_, hidden);
    if (const auto thread = reference ? thread_of(threads_, *reference) : std::nullopt)
      return view(*reference, *thread);
  }
  if (const auto open = threads_.open_case_of(person_.id)) return view({"", open->id}, *open);
  say("flow.answers.which");
}

std::optional<store::Thread> Talk::referred(const std::string& hidden) {
  const auto reference = reveal(house_, hidden);
  return reference ? thread_of(threads_, *reference) : std::nullopt;
}

// The questions and alerts that the conversation still knows, each once.
std::vector<store::Thread> Talk::known_threads() {
  std::vector<std::string> hidden = talk_.nudged;
  hidden.push_back(talk_.question);
  hidden.push_back(talk_.alert);
  std::vector<store::Thread> known;
  for (const std::string& reference : hidden) {
    const auto thread = referred(reference);
    if (!thread || thread->kind == "case") continue;
    if (std::ranges::none_of(known, [&](const auto& other) { return other.id == thread->id; }))
      known.push_back(*thread);
  }
  return known;
}

// An alert that nobody saw yet stays until somebody did: a person may be in danger.
bool Talk::may_be_erased(const store::Thread& thread) {
  return thread.severity == 0 && !store::Retention(db_, house_.keys).held(thread.id);
}

// The conversation knows nothing of this thread any more.
void Talk::forget(const store::Thread& thread) {
  const auto is_it = [&](const std::string& hidden) {
    const auto known = referred(hidden);
    return known && known->id == thread.id;
  };
  if (is_it(talk_.question)) talk_.question.clear();
  std::erase_if(talk_.nudged, is_it);
}

}  // namespace careline::flow
