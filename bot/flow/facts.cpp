// What the features need to know before a step: the programme's lists, deadlines in words, open threads.
#include <algorithm>

#include "bot/flow/talk.h"
#include "config/clock.h"
#include "handlers/questions/receipt.h"

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
  const bool on_duty = house_.on_duty();
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
