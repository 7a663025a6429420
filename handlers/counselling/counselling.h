// Counselling intake (諮商預約): notice and consent, ten questions, review, a case; and the talk about an
// open case.
#pragma once
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "handlers/effect.h"
#include "handlers/event.h"

namespace careline::counselling {

// The questions in the order of the form; "2/10" counts along this.
enum class Question { agency, staff_type, area, way, matter, times, contact, city, emergency, message };

// What happens after an answer: on along the form, or back to the review that asked for a correction.
enum class Then { go_on, review };

// Whether the person may be counselled by text; asked only of those who choose it.
enum class Age { not_asked, adult, minor };

// An entry of one of the programme's lists, and what a person chose from it (empty: not answered).
struct Listed {
  std::string id, name;
  bool operator==(const Listed&) const = default;
};

// Everything answered so far; empty means skipped or not asked yet. Typed answers keep the key of their
// message, so that an unsend reaches them.
struct Answers {
  Part agency, times, contact, city, emergency;
  Listed staff_type, area, way, message;
  Age age = Age::not_asked;
  std::vector<Part> matter;
  std::vector<std::string> kept_out;  // readers whom the person does not want to see any of it
  bool operator==(const Answers&) const = default;
};

struct AwaitingConsent {
  Answers answers;  // filled only when the person stepped back to the notice
  bool operator==(const AwaitingConsent&) const = default;
};
// Asked before anything else: what comes after it is never sealed to those who are named here.
struct KeepingOut {
  Answers answers;
  Then then = Then::go_on;
  bool operator==(const KeepingOut&) const = default;
};
struct Typing {  // agency, times, contact, city or emergency
  Question question = Question::agency;
  Answers answers;
  Then then = Then::go_on;
  bool operator==(const Typing&) const = default;
};
struct Picking {  // staff_type, area, way or message
  Question question = Question::staff_type;
  Answers answers;
  Then then = Then::go_on;
  bool operator==(const Picking&) const = default;
};
struct ConfirmingAge {
  Answers answers;
  Then then = Then::go_on;
  bool operator==(const ConfirmingAge&) const = default;
};
struct WritingMatter {
  Answers answers;
  Then then = Then::go_on;
  bool operator==(const WritingMatter&) const = default;
};
struct Reviewing {
  Answers answers;
  bool operator==(const Reviewing&) const = default;
};
struct ChoosingCorrection {
  Answers answers;
  bool operator==(const ChoosingCorrection&) const = default;
};
struct HavingOpenCase {  // asked for an intake while a case is open
  bool operator==(const HavingOpenCase&) const = default;
};
struct ConfirmingClose {
  bool operator==(const ConfirmingClose&) const = default;
};
using State = std::variant<AwaitingConsent, KeepingOut, Typing, Picking, ConfirmingAge, WritingMatter,
                           Reviewing, ChoosingCorrection, HavingOpenCase, ConfirmingClose>;

struct CaseInfo {
  std::string number;  // as told to the person, such as "A12"
  std::string thread;  // hex id
};
struct Facts {
  std::vector<Listed> staff_types, areas;  // seven and eight of the programme
  std::vector<std::string> readers;        // the names of those to whom a case would be opened now
  std::vector<Listed> ways;                // "visit", "phone" and perhaps "text", with their names
  // "yes" and "no", named by the phrases counselling.message.yes and counselling.message.no.
  std::vector<Listed> message_options;
  std::string skip_words;         // the phrase counselling.choice.skip, to know it where it is not offered
  bool text_approved = false;     // the programme records the health bureau's approval
  std::string fresh_case_number;  // for the case that this step may open
  std::string reading_text;       // who reads and by when, a whole sentence
  std::optional<CaseInfo> open_case;
  std::string hotline_display, hotline_hours;
  std::string hotline_dial;  // empty: no button (a demonstration's number is never dialled)
  bool demonstration = false;
};

using Step = StepOf<State>;

// 諮商預約: the notice, or, with an open case, where to write to it. Pure, as all of these.
Step begin(const Facts& facts);
// Where the conversation goes from `state` on `event`, and what it asks for.
Step step(const State& state, const Event& event, const Facts& facts);
// Says the prompt of `state` again and stays there.
Step resume(const State& state, const Facts& facts);

// Whether free text is a body here: bare numbers and receipts belong to it.
bool takes_body_text(const State& state);
// Whether there is an answer worth keeping for a day.
bool is_draft(const State& state);
// Whom the person of this draft wants kept out.
std::vector<std::string> kept_out(const State& state);
// The matter's messages; nullptr where the state has none.
std::vector<Part>* draft_parts(State& state);
// An unsend reaches the matter and the typed answers alike; true if something was taken out.
bool take_back(State& state, const std::string& key);

}  // namespace careline::counselling
