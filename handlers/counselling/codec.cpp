// Writes and reads the intake's states; whatever is not exactly a state reads as nothing.
#include "handlers/counselling/codec.h"

#include <stdexcept>
#include <utility>

#include "handlers/counselling/form.h"

namespace careline::counselling {
namespace {
using nlohmann::json;

// Thrown and caught inside this file only.
struct Damaged : std::runtime_error {
  Damaged() : std::runtime_error("not a state of the intake") {}
};

json write(const Part& part) { return {{"key", part.key}, {"text", part.text}, {"at", part.at_ms}}; }
json write(const Listed& listed) { return {{"id", listed.id}, {"name", listed.name}}; }
const char* write(Then then) { return then == Then::review ? "review" : "go_on"; }
const char* write(Age age) {
  if (age == Age::adult) return "adult";
  return age == Age::minor ? "minor" : "not_asked";
}

json write(const Answers& answers) {
  json out = {{"age", write(answers.age)}, {"matter", json::array()}, {kKeptOut, answers.kept_out}};
  for (const Part& part : answers.matter) out["matter"].push_back(write(part));
  for (const Field& f : form()) {
    if (f.typed) out[f.name] = write(answers.*f.typed);
    if (f.picked) out[f.name] = write(answers.*f.picked);
  }
  return out;
}

json write(const AwaitingConsent& s) { return {{"at", "consent"}, {"answers", write(s.answers)}}; }
json write(const KeepingOut& s) {
  return {{"at", kKeptOut}, {"then", write(s.then)}, {"answers", write(s.answers)}};
}
json write(const Typing& s) {
  return {{"at", "typing"},
          {"question", field(s.question).name},
          {"then", write(s.then)},
          {"answers", write(s.answers)}};
}
json write(const Picking& s) {
  return {{"at", "picking"},
          {"question", field(s.question).name},
          {"then", write(s.then)},
          {"answers", write(s.answers)}};
}
json write(const ConfirmingAge& s) {
  return {{"at", "age"}, {"then", write(s.then)}, {"answers", write(s.answers)}};
}
json write(const WritingMatter& s) {
  return {{"at", "matter"}, {"then", write(s.then)}, {"answers", write(s.answers)}};
}
json write(const Reviewing& s) { return {{"at", "review"}, {"answers", write(s.answers)}}; }
json write(const ChoosingCorrection& s) { return {{"at", "correction"}, {"answers", write(s.answers)}}; }
json write(const HavingOpenCase&) { return {{"at", "open_case"}}; }
json write(const ConfirmingClose&) { return {{"at", "close"}}; }

std::string text_at(const json& from, const char* name) { return from.at(name).get<std::string>(); }

Part read_part(const json& from) {
  if (!from.at("at").is_number_integer()) throw Damaged();
  return {text_at(from, "key"), text_at(from, "text"), from.at("at").get<std::int64_t>()};
}

Then read_then(const json& from) {
  const std::string then = text_at(from, "then");
  if (then == "go_on") return Then::go_on;
  if (then == "review") return Then::review;
  throw Damaged();
}

Age read_age(const json& from) {
  const std::string age = text_at(from, "age");
  if (age == "not_asked") return Age::not_asked;
  if (age == "adult") return Age::adult;
  if (age == "minor") return Age::minor;
  throw Damaged();
}

Answers read_answers(const json& state) {
  const json& from = state.at("answers");
  Answers answers;
  answers.age = read_age(from);
  answers.kept_out = from.at(kKeptOut).get<std::vector<std::string>>();
  if (!from.at("matter").is_array()) throw Damaged();
  for (const json& part : from.at("matter")) answers.matter.push_back(read_part(part));
  for (const Field& f : form()) {
    if (f.typed) answers.*f.typed = read_part(from.at(f.name));
    if (f.picked) answers.*f.picked = {text_at(from.at(f.name), "id"), text_at(from.at(f.name), "name")};
  }
  return answers;
}

enum class Kind { typed, picked };
Question read_question(const json& from, Kind kind) {
  const std::optional<Question> question = question_named(text_at(from, "question"));
  if (!question) throw Damaged();
  const Field& f = field(*question);
  const bool fits = kind == Kind::typed ? f.typed != nullptr : f.picked != nullptr;
  if (!fits) throw Damaged();
  return *question;
}

State read(const json& from) {
  const std::string at = text_at(from, "at");
  if (at == "consent") return AwaitingConsent{read_answers(from)};
  if (at == kKeptOut) return KeepingOut{read_answers(from), read_then(from)};
  if (at == "typing") return Typing{read_question(from, Kind::typed), read_answers(from), read_then(from)};
  if (at == "picking") return Picking{read_question(from, Kind::picked), read_answers(from), read_then(from)};
  if (at == "age") return ConfirmingAge{read_answers(from), read_then(from)};
  if (at == "matter") return WritingMatter{read_answers(from), read_then(from)};
  if (at == "review") return Reviewing{read_answers(from)};
  if (at == "correction") return ChoosingCorrection{read_answers(from)};
  if (at == "open_case") return HavingOpenCase{};
  if (at == "close") return ConfirmingClose{};
  throw Damaged();
}

}  // namespace

json encode(const State& state) {
  return std::visit([](const auto& s) { return write(s); }, state);
}

std::optional<State> decode(const json& json) {
  try {
    return read(json);
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  } catch (const Damaged&) {
    return std::nullopt;
  }
}

}  // namespace careline::counselling
