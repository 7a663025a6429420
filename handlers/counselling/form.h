// The form of the intake as data: its ten questions, where each answer is kept and how long it may be.
#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "handlers/counselling/counselling.h"

namespace careline::counselling {

enum class Skipping { allowed, refused };

// A question is typed, picked from a list, or (neither) the matter.
struct Field {
  Question question;
  const char* name;   // stable: stands in stored states and in choices
  const char* label;  // phrase: what the answer is called
  const char* ask;    // phrase: how it is asked
  Part Answers::* typed;
  Listed Answers::* picked;
  std::size_t limit;  // UTF-16 units of a typed answer
  Skipping skipping;
};

inline constexpr std::size_t kQuestions = 10;
inline constexpr std::size_t kMatterLimit = 5000;  // UTF-16 units of all messages together
inline constexpr const char* kTextWay = "text";

const std::array<Field, kQuestions>& form();
const Field& field(Question question);
std::optional<Question> question_named(std::string_view name);

// Where the form asks this question, with what was answered so far.
State asking(Question question, Answers answers, Then then);
// Where it goes once `question` is answered or skipped, and where 上一步 leads from it.
State following(Question question, Answers answers, Then then);
State preceding(Question question, Answers answers, Then then);

// The answer as text; for the matter its messages, one per line. Empty if there is none.
std::string answer_text(const Answers& answers, Question question);
std::size_t matter_units(const Answers& answers);
bool nothing_answered(const Answers& answers);

// What may be picked for this question now; 文字 only with approval and never for a minor.
std::vector<Listed> options(Question question, const Answers& answers, const Facts& facts);
// The answers of a finished form as label and text, without the matter and what was skipped.
std::vector<std::pair<std::string, std::string>> filled_fields(const Answers& answers);
// Those of them that tell how to reach the person.
std::vector<std::pair<std::string, std::string>> contact_fields(const Answers& answers);

inline constexpr const char* kKeptOut =
    "kept_out";  // its name among the fields, in stored states and choices
// Names with 、 between them.
std::string joined(const std::vector<std::string>& names);
// Whether nobody would be left to read.
bool nobody_left(const std::vector<std::string>& kept_out, const Facts& facts);

}  // namespace careline::counselling
