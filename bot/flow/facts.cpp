// What the features need to know before a step: the programme's lists, deadlines in words, open threads.
#include <algorithm>
#include <map>
#include <set>

#include "bot/flow/talk.h"
#include "config/clock.h"
#include "handlers/questions/receipt.h"
#include "store/audit.h"

namespace careline::flow {
namespace {

std::array<unsigned char, 15> receipt_bytes() {
  std::array<unsigned char, 15> out{};
  const auto random = store::random_bytes();
  std::copy_n(random.begin(), out.size(), out.begin());
  return out;
}

std::string dialable(const config::Programme& programme) {
  return programme.demonstration ? "" : programme.hotline.number;
}

std::vector<counselling::Listed> listed(const std::vector<config::Choice>& choices) {
  std::vector<counselling::Listed> out;
  for (const auto& choice : choices) out.push_back({choice.id, choice.name});
  return out;
}

}  // namespace

std::string Talk::due_text() { return config::taipei_text(config::question_due(house_.programme, now_)); }

std::string Talk::reading_text() {
  if (config::open_at(house_.programme, now_))
    return house_.phrases.text("flow.reading.open", {{"due", due_text()}});
  return house_.phrases.text(
      "flow.reading.closed",
      {{"next", config::taipei_text(config::next_opening(house_.programme, now_))}, {"due", due_text()}});
}

questions::Facts Talk::question_facts() {
  if (!receipt_) receipt_ = questions::make_receipt(receipt_bytes());
  const auto due = to_the_hour(config::question_due(house_.programme, now_));
  const auto* state = std::get_if<questions::State>(&talk_.at);
  const auto* erasing = state ? std::get_if<questions::Erasing>(state) : nullptr;
  const auto thread = referred(erasing ? erasing->thread : talk_.question);
  return {.fresh_receipt = *receipt_,
          .due_text = config::taipei_text(due),
          .deadline_days = house_.programme.question_deadline_days,
          .held = thread && !may_be_erased(*thread)};
}

counselling::Facts Talk::counselling_facts() {
  const auto& programme = house_.programme;
  counselling::Facts facts{.staff_types = listed(programme.staff_types), .areas = listed(programme.areas)};
  facts.ways = listed(programme.ways);
  for (const store::Operator& op : store::Operators(db_, house_.keys).readers())
    facts.readers.push_back(op.name);
  for (const char* id : {"yes", "no"})
    facts.message_options.push_back({id, house_.phrases.text(std::string("counselling.message.") + id)});
  facts.text_approved = programme.text_counselling_approved.has_value();
  facts.reading_text = reading_text();
  if (const auto open = threads_.open_case_of(person_.id)) facts.open_case = {{open->label, open->id.hex()}};
  const auto* state = std::get_if<counselling::State>(&talk_.at);
  if (state && std::holds_alternative<counselling::Reviewing>(*state)) {
    if (!case_number_) case_number_ = threads_.next_case_number();
    facts.fresh_case_number = *case_number_;
  }
  facts.skip_words = house_.phrases.text("counselling.choice.skip");
  facts.hotline_display = programme.hotline.display;
  facts.hotline_hours = programme.hotline.hours;
  facts.hotline_dial = dialable(programme);
  facts.demonstration = programme.demonstration;
  return facts;
}

topic_groups::Facts Talk::topic_facts() {
  topic_groups::Facts facts;
  const auto joined = people_.topics_of(person_.id);
  for (const auto& topic : house_.programme.topics) {
    const bool mine = std::find(joined.begin(), joined.end(), topic.id) != joined.end();
    facts.topics.push_back({.id = topic.id, .name = topic.name, .about = topic.about, .joined = mine});
  }
  return facts;
}

menu::Facts Talk::menu_facts() {
  const auto& p = house_.programme;
  menu::Facts facts{.service = p.names.service, .agency = p.names.agency};
  facts.hotline_name = p.hotline.name;
  facts.hotline_display = p.hotline.display;
  facts.hotline_hours = p.hotline.hours;
  facts.hotline_dial = dialable(p);
  facts.window_name = p.window.name;
  facts.window_phone = p.window.phone;
  facts.window_mail = p.window.mail;
  facts.window_hours = p.window.hours;
  facts.demonstration = p.demonstration;
  facts.reading_text = reading_text();
  facts.hours_text = p.window.hours;
  if (!config::open_at(p, now_)) facts.next_opening_text = config::taipei_text(config::next_opening(p, now_));
  if (const auto open = threads_.open_case_of(person_.id)) facts.open_case = open->label;
  for (const auto& c : p.complaints) facts.complaints.push_back({c.name, c.to, c.by_when});
  facts.threads = thread_lines();
  facts.stored.topics = static_cast<int>(people_.topics_of(person_.id).size());
  for (const auto& thread : threads_.cases_of(person_.id)) {
    ++facts.stored.cases;
    facts.stored.case_messages += static_cast<int>(threads_.message_count(thread.id));
    facts.kept_cases.push_back({thread.label, kept_until_text(thread)});
  }
  facts.kept_years = p.retention.case_years;
  for (const auto& thread : known_threads())
    may_be_erased(thread) ? ++facts.stored.questions : ++facts.stored.held;
  facts.stored.drafts = (talk_.draft ? 1 : 0) + (is_draft(talk_.at) ? 1 : 0);
  return facts;
}

// Whoever this person wants kept out is told of nothing, and does not count.
bool Talk::somebody_on_duty_may_read() {
  const auto here = house_.on_duty();
  const auto out = kept_out();
  return std::ranges::any_of(store::Operators(db_, house_.keys).readers(), [&](const auto& op) {
    return here.contains(op.name) && !out.contains(op.name);
  });
}

// Empty while the case is open.
std::string Talk::kept_until_text(const store::Thread& thread) {
  if (!thread.closed) return "";
  const auto date =
      config::in_taipei(config::kept_until(thread.closed_at, house_.programme.retention.case_years)).date;
  return house_.phrases.text("flow.full_date",
                             {{"year", std::to_string(static_cast<int>(date.year()))},
                              {"month", std::to_string(static_cast<unsigned>(date.month()))},
                              {"day", std::to_string(static_cast<unsigned>(date.day()))}});
}

crisis::CardFacts Talk::card_facts(bool alerted) {
  crisis::CardFacts facts;
  const bool on_duty = somebody_on_duty_may_read();
  facts.alerted = alerted;
  facts.somebody_on_duty_was_told = alerted && on_duty;
  facts.somebody_reads = !alerted && on_duty;
  facts.next_time_text = config::taipei_text(config::next_opening(house_.programme, now_));
  facts.named_case = threads_.open_case_of(person_.id).has_value();
  facts.interrupted = !resting(talk_.at);
  return facts;
}

std::string Talk::label_of(const store::Thread& thread) {
  if (thread.kind == "case") return house_.phrases.text("flow.case_label", {{"number", thread.label}});
  return house_.phrases.text("flow.question_label", {{"label", thread.label}});
}

std::string Talk::roles_in_words(const std::string& roles) {
  std::string words;
  for (const auto& [name, role] : kRoles)
    if (Roles::parse(roles).value_or(Roles{}).any_of(role))
      words += (words.empty() ? "" : "、") + house_.phrases.text("console.role." + std::string(name));
  return words;
}

// One line for each way of looking and each role: on which days, never by whom or when.
std::string Talk::looks_at(const store::Thread& thread) {
  static constexpr std::pair<store::Action, const char*> kLooks[] = {
      {store::Action::opened, "flow.looked.opened"},
      {store::Action::alert_opened, "flow.looked.alert"},
      {store::Action::contact_opened, "flow.looked.contact"},
      {store::Action::shared, "flow.looked.shared"}};
  const auto lines = store::Audit(db_, house_.keys).lines_about(thread.id.hex());
  std::string text;
  for (const auto& [action, phrase] : kLooks) {
    std::map<std::string, std::set<std::int64_t>> days;  // by roles
    for (const auto& line : lines)
      if (line.action == store::text_of(action))
        days[line.role].insert((line.at + config::kTaipeiOffsetMilliseconds) / config::kDayMilliseconds);
    for (const auto& [roles, on] : days)
      text += (text.empty() ? "" : "\n") +
              house_.phrases.text(phrase, {{"roles", roles_in_words(roles)}, {"days", days_in_words(on)}});
  }
  return text;
}

std::string Talk::days_in_words(const std::set<std::int64_t>& days) {
  std::string words;
  for (const std::int64_t day : days) {
    const auto date = config::in_taipei(day * config::kDayMilliseconds).date;
    const Values values = {{"month", std::to_string(static_cast<unsigned>(date.month()))},
                           {"day", std::to_string(static_cast<unsigned>(date.day()))}};
    words += (words.empty() ? "" : "、") + house_.phrases.text("flow.day", values);
  }
  return words;
}

// The person's cases, newest first, and the question at hand.
std::vector<menu::Looks> Talk::looks() {
  std::vector<menu::Looks> found;
  auto mine = threads_.cases_of(person_.id);
  if (const auto question = referred(talk_.question)) mine.insert(mine.begin(), *question);
  for (const auto& thread : mine) found.push_back({label_of(thread), looks_at(thread)});
  return found;
}

std::vector<menu::ThreadLine> Talk::thread_lines() {
  std::vector<store::Thread> mine;
  if (const auto open = threads_.open_case_of(person_.id)) mine.push_back(*open);
  std::vector<std::string> known = talk_.nudged;
  known.push_back(talk_.question);
  for (const std::string& hidden : known) {
    const auto thread = referred(hidden);
    const bool listed =
        thread && std::ranges::any_of(mine, [&](const auto& t) { return t.id == thread->id; });
    if (thread && !listed && !thread->closed && thread->kind == "question") mine.push_back(*thread);
  }
  std::vector<menu::ThreadLine> lines;
  for (const auto& thread : mine) {
    menu::ThreadLine line{label_of(thread), menu::Progress::received, ""};
    if (!threads_.unfetched_deliveries(thread.id).empty() || !thread.waiting)
      line.progress = menu::Progress::answered;
    else if (thread.read_by_staff)
      line.progress = menu::Progress::read;
    if (line.progress != menu::Progress::answered) line.due_text = config::taipei_text(thread.due_at);
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace careline::flow
