// What a conversation asks the rest of the service to do. Carrying one out only writes rows.
#pragma once
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "handlers/event.h"
#include "handlers/prompt.h"

namespace careline {

struct Say {
  Prompt prompt;
  bool operator==(const Say&) const = default;
};
// A new anonymous question. `receipt` is the one that the person was just told; without a return address
// nothing that leads to the person is kept.
struct OpenQuestion {
  std::string receipt;
  Part subject;
  std::vector<Part> parts;
  bool with_return_address = false;
  bool operator==(const OpenQuestion&) const = default;
};
// More text for the thread (hex id) of a question or a case.
struct AddToThread {
  std::string thread;
  std::vector<Part> parts;
  bool operator==(const AddToThread&) const = default;
};
struct CloseThread {
  std::string thread;
  bool operator==(const CloseThread&) const = default;
};
// A counselling request. `fields` are the answers in the order of the form (label key -> answer), `contact`
// those of them that tell how to reach the person; operators in `kept_out` never get to see any of it.
struct OpenCase {
  std::string number;
  std::vector<std::string> kept_out;
  std::vector<std::pair<std::string, std::string>> fields, contact;
  std::vector<Part> matter;
  bool operator==(const OpenCase&) const = default;
};
struct JoinTopic {
  std::string topic;
  bool operator==(const JoinTopic&) const = default;
};
struct LeaveTopic {
  std::string topic;
  bool operator==(const LeaveTopic&) const = default;
};
// Says the topic's last posts (free, by reply).
struct ShowPosts {
  std::string topic;
  bool operator==(const ShowPosts&) const = default;
};
// The notice `kind` in its present version was shown (and, for a named case, agreed to). Kept with the person
// for a case, as a bare count for an anonymous question.
struct NoteNotice {
  std::string kind;
  bool agreed = false;
  bool operator==(const NoteNotice&) const = default;
};
// Erases a question with everything that was written in it.
struct EraseThread {
  std::string thread;
  bool operator==(const EraseThread&) const = default;
};
// Erases what is stored of this person that no law keeps.
struct EraseMe {
  bool operator==(const EraseMe&) const = default;
};
// No notices, no topic groups, nothing remembered of the conversation, until the person writes again. What
// the law keeps stays.
struct StopUsing {
  bool operator==(const StopUsing&) const = default;
};

using Effect = std::variant<Say, OpenQuestion, AddToThread, CloseThread, OpenCase, JoinTopic, LeaveTopic,
                            ShowPosts, NoteNotice, EraseThread, EraseMe, StopUsing>;
using Effects = std::vector<Effect>;

// What a feature's step gives: where the conversation goes (nullopt: to rest) and what it asks for.
template <class State>
struct StepOf {
  std::optional<State> next;
  Effects effects;
};

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

}  // namespace careline
