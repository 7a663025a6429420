// The ten questions of the intake and the order in which they are asked.
#include "handlers/counselling/form.h"

#include <algorithm>

#include "handlers/counselling/text.h"

namespace careline::counselling {
namespace {

constexpr std::array<Field, kQuestions> kForm{{
    {Question::agency, "agency", "counselling.field.agency", "counselling.ask.agency", &Answers::agency,
     nullptr, 60, Skipping::allowed},
    {Question::staff_type, "staff_type", "counselling.field.staff_type", "counselling.ask.staff_type",
     nullptr, &Answers::staff_type, 0, Skipping::allowed},
    {Question::area, "area", "counselling.field.area", "counselling.ask.area", nullptr, &Answers::area, 0,
     Skipping::allowed},
    {Question::way, "way", "counselling.field.way", "counselling.ask.way", nullptr, &Answers::way, 0,
     Skipping::allowed},
    {Question::matter, "matter", "counselling.field.matter", "counselling.ask.matter", nullptr, nullptr, 0,
     Skipping::allowed},
    {Question::times, "times", "counselling.field.times", "counselling.ask.times", &Answers::times, nullptr,
     300, Skipping::allowed},
    {Question::contact, "contact", "counselling.field.contact", "counselling.ask.contact", &Answers::contact,
     nullptr, 200, Skipping::refused},
    {Question::city, "city", "counselling.field.city", "counselling.ask.city", &Answers::city, nullptr, 40,
     Skipping::allowed},
    {Question::emergency, "emergency", "counselling.field.emergency", "counselling.ask.emergency",
     &Answers::emergency, nullptr, 200, Skipping::allowed},
    {Question::message, "message", "counselling.field.message", "counselling.ask.message", nullptr,
     &Answers::message, 0, Skipping::allowed},
}};

}  // namespace

const std::array<Field, kQuestions>& form() { return kForm; }

const Field& field(Question question) { return kForm.at(static_cast<std::size_t>(question)); }

std::optional<Question> question_named(std::string_view name) {
  for (const Field& f : kForm)
    if (f.name == name) return f.question;
  return std::nullopt;
}

State asking(Question question, Answers answers, Then then) {
  const Field& f = field(question);
  if (f.typed) return Typing{question, std::move(answers), then};
  if (f.picked) return Picking{question, std::move(answers), then};
  return WritingMatter{std::move(answers), then};
}

State following(Question question, Answers answers, Then then) {
  const auto after = static_cast<std::size_t>(question) + 1;
  if (then == Then::review || after == kQuestions) return Reviewing{std::move(answers)};
  return asking(kForm.at(after).question, std::move(answers), then);
}

State preceding(Question question, Answers answers, Then then) {
  if (then == Then::review) return Reviewing{std::move(answers)};
  const auto place = static_cast<std::size_t>(question);
  if (place == 0) return KeepingOut{std::move(answers), then};
  return asking(kForm.at(place - 1).question, std::move(answers), then);
}

std::string answer_text(const Answers& answers, Question question) {
  const Field& f = field(question);
  if (f.typed) return (answers.*f.typed).text;
  if (f.picked) return (answers.*f.picked).name;
  std::string all;
  for (const Part& part : answers.matter) all += (all.empty() ? "" : "\n") + part.text;
  return all;
}

std::size_t matter_units(const Answers& answers) {
  std::size_t sum = 0;
  for (const Part& part : answers.matter) sum += units(part.text);
  return sum;
}

bool nothing_answered(const Answers& answers) {
  for (const Field& f : kForm)
    if (!answer_text(answers, f.question).empty()) return false;
  return answers.kept_out.empty();
}

std::vector<Listed> options(Question question, const Answers& answers, const Facts& facts) {
  if (question == Question::staff_type) return facts.staff_types;
  if (question == Question::area) return facts.areas;
  if (question == Question::message) return facts.message_options;
  if (question != Question::way) return {};
  std::vector<Listed> ways = facts.ways;
  if (!facts.text_approved || answers.age == Age::minor)
    std::erase_if(ways, [](const Listed& way) { return way.id == kTextWay; });
  return ways;
}

std::vector<std::pair<std::string, std::string>> filled_fields(const Answers& answers) {
  std::vector<std::pair<std::string, std::string>> fields;
  if (!answers.kept_out.empty()) fields.emplace_back("counselling.field.kept_out", joined(answers.kept_out));
  for (const Field& f : kForm) {
    std::string text = f.question == Question::matter ? "" : answer_text(answers, f.question);
    if (!text.empty()) fields.emplace_back(f.label, std::move(text));
  }
  return fields;
}

std::vector<std::pair<std::string, std::string>> contact_fields(const Answers& answers) {
  std::vector<std::pair<std::string, std::string>> fields;
  for (const Question question : {Question::contact, Question::city, Question::emergency, Question::message})
    if (std::string text = answer_text(answers, question); !text.empty())
      fields.emplace_back(field(question).label, std::move(text));
  return fields;
}

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : "、") + name;
  return all;
}

bool nobody_left(const std::vector<std::string>& kept_out, const Facts& facts) {
  return !kept_out.empty() && std::ranges::all_of(facts.readers, [&](const std::string& name) {
    return std::ranges::find(kept_out, name) != kept_out.end();
  });
}

}  // namespace careline::counselling
