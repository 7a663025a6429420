// The anonymous, email-style question: asking it, following it up and closing it. Pure; words are phrases.
#pragma once
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "handlers/effect.h"
#include "handlers/event.h"
#include "handlers/prompt.h"

namespace careline::questions {

inline constexpr int kMaxBodyUnits = 5000;    // UTF-16 units, all messages of a body together
inline constexpr int kMaxSubjectUnits = 100;  // UTF-16 units

// How the person learns of the answer: a neutral notice, or by typing the receipt.
enum class Return { kNotify, kReceiptOnly };

// What has been written so far. The subject is a Part so that taking the message back or editing it reaches
// it too; its text is empty while there is none. `answer` is set once it was chosen.
struct Draft {
  Part subject;
  std::vector<Part> parts;
  std::optional<Return> answer;
  bool operator==(const Draft&) const = default;
};

struct AskingSubject {
  Draft draft;
  bool operator==(const AskingSubject&) const = default;
};
struct WritingBody {
  Draft draft;
  bool operator==(const WritingBody&) const = default;
};
struct ChoosingReturn {
  Draft draft;
  bool operator==(const ChoosingReturn&) const = default;
};
struct Reviewing {
  Draft draft;
  bool operator==(const Reviewing&) const = default;
};
// After 修改: which piece to change.
struct ChoosingChange {
  Draft draft;
  bool operator==(const ChoosingChange&) const = default;
};
// Writing the body anew throws away what is there, so it is asked first.
struct ConfirmingRewrite {
  Draft draft;
  bool operator==(const ConfirmingRewrite&) const = default;
};
// Between 追問 and 送出: the only way to write to an anonymous thread. `thread` is a reference that the
// caller understands.
struct FollowingUp {
  std::string thread, label;
  std::vector<Part> parts;
  bool operator==(const FollowingUp&) const = default;
};
struct Closing {
  std::string thread, label;
  bool operator==(const Closing&) const = default;
};
// Erasing a question, which is asked once more.
struct Erasing {
  std::string thread, label;
  bool operator==(const Erasing&) const = default;
};
using State = std::variant<AskingSubject, WritingBody, ChoosingReturn, Reviewing, ChoosingChange,
                           ConfirmingRewrite, FollowingUp, Closing, Erasing>;
using Step = StepOf<State>;

struct Facts {
  std::string fresh_receipt;  // made for this turn (make_receipt); used when a question is sent in it
  std::string due_text;       // when the answer is due at the latest, as a person reads it
  int deadline_days = 3;      // calendar days behind due_text
  bool held = false;          // the question that is to be erased must stay for now
};

// 匿名提問: the notice and the first prompt in one bubble.
Step begin(const Facts& facts);
// 追問 to an open thread. `label` tells it apart from another one (its subject or date) and may be empty;
// 「對象：匿名提問」 is said in any case.
Step follow_up(const std::string& thread, const std::string& label, const Facts& facts);
// 結束提問: asks once before the thread is closed.
Step close_question(const std::string& thread, const std::string& label, const Facts& facts);
// 刪除這則提問: asks once before everything of it is erased.
Step erase_question(const std::string& thread, const std::string& label, const Facts& facts);
Step step(const State& state, const Event& event, const Facts& facts);
// Says the prompt of this state again; the state stays as it is.
Step resume(const State& state, const Facts& facts);

// Words that are understood in this state though its prompt does not list them (寫好了 while following up).
// The router resolves them by their words only, after the choices of the last prompt.
std::vector<Choice> also_accepted(const State& state);
// True where free text is the body: bare numbers and receipts are then text, not choices.
bool takes_body_text(const State& state);
// The messages of the draft, or nullptr where there is none.
std::vector<Part>* draft_parts(State& state);
// Like withdraw and amend of handlers/event.h, for everything a draft holds (subject and messages).
void withdraw_from(State& state, const std::string& key);
void amend_in(State& state, const Part& edited);
// True when something was written that is worth offering again within a day.
bool is_draft(const State& state);

}  // namespace careline::questions
