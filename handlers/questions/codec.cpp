// The states of a question conversation as JSON.
#include "handlers/questions/codec.h"

#include <stdexcept>
#include <string>
#include <utility>

namespace careline::questions {
namespace {
using nlohmann::json;

json write(const Part& part) { return {{"key", part.key}, {"text", part.text}, {"at_ms", part.at_ms}}; }

json write(const std::vector<Part>& parts) {
  json list = json::array();
  for (const Part& part : parts) list.push_back(write(part));
  return list;
}

json write(const std::string& at, const Draft& draft) {
  json stored{{"at", at}, {"subject", write(draft.subject)}, {"parts", write(draft.parts)}};
  if (draft.answer) stored["answer"] = *draft.answer == Return::kNotify ? "notify" : "receipt_only";
  return stored;
}

json write(const AskingSubject& s) { return write("asking_subject", s.draft); }
json write(const WritingBody& s) { return write("writing_body", s.draft); }
json write(const ChoosingReturn& s) { return write("choosing_return", s.draft); }
json write(const Reviewing& s) { return write("reviewing", s.draft); }
json write(const ChoosingChange& s) { return write("choosing_change", s.draft); }
json write(const ConfirmingRewrite& s) { return write("confirming_rewrite", s.draft); }
json write(const FollowingUp& s) {
  return {{"at", "following_up"}, {"thread", s.thread}, {"label", s.label}, {"parts", write(s.parts)}};
}
json write(const Closing& s) { return {{"at", "closing"}, {"thread", s.thread}, {"label", s.label}}; }
json write(const Erasing& s) { return {{"at", "erasing"}, {"thread", s.thread}, {"label", s.label}}; }

std::string text_at(const json& j, const char* name) { return j.at(name).get<std::string>(); }

// A number of the wrong kind would be converted silently.
std::int64_t integer_at(const json& j, const char* name) {
  if (!j.at(name).is_number_integer()) throw std::invalid_argument(name);
  return j.at(name).get<std::int64_t>();
}

Part read_part(const json& j) { return {text_at(j, "key"), text_at(j, "text"), integer_at(j, "at_ms")}; }

std::vector<Part> read_parts(const json& j) {
  std::vector<Part> parts;
  for (const json& part : j.get_ref<const json::array_t&>()) parts.push_back(read_part(part));
  return parts;
}

std::optional<Return> read_answer(const json& j) {
  if (!j.contains("answer")) return std::nullopt;
  const std::string answer = text_at(j, "answer");
  if (answer == "notify") return Return::kNotify;
  if (answer == "receipt_only") return Return::kReceiptOnly;
  throw std::invalid_argument("answer");
}

Draft read_draft(const json& j) {
  return {read_part(j.at("subject")), read_parts(j.at("parts")), read_answer(j)};
}

// From the review on, the answer has been chosen; a state without it is damaged.
template <class S>
std::optional<State> reviewed(Draft draft) {
  if (!draft.answer) return std::nullopt;
  return S{std::move(draft)};
}

std::optional<State> read(const json& j) {
  const std::string at = text_at(j, "at");
  if (at == "closing") return Closing{text_at(j, "thread"), text_at(j, "label")};
  if (at == "erasing") return Erasing{text_at(j, "thread"), text_at(j, "label")};
  if (at == "following_up")
    return FollowingUp{text_at(j, "thread"), text_at(j, "label"), read_parts(j.at("parts"))};
  if (at == "asking_subject") return AskingSubject{read_draft(j)};
  if (at == "writing_body") return WritingBody{read_draft(j)};
  if (at == "choosing_return") return ChoosingReturn{read_draft(j)};
  if (at == "reviewing") return reviewed<Reviewing>(read_draft(j));
  if (at == "choosing_change") return reviewed<ChoosingChange>(read_draft(j));
  if (at == "confirming_rewrite") return reviewed<ConfirmingRewrite>(read_draft(j));
  return std::nullopt;
}

}  // namespace

json encode(const State& state) {
  return std::visit([](const auto& s) { return write(s); }, state);
}

std::optional<State> decode(const json& stored) noexcept try {
  return read(stored);
} catch (const std::exception&) {
  return std::nullopt;
}

}  // namespace careline::questions
