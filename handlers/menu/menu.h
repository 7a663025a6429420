// What is said outside the features: greeting, menu, people, information, own data, and answers to the
// unexpected.
#pragma once
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "handlers/effect.h"
#include "handlers/event.h"

namespace careline::menu {

// Where a formal complaint goes in this programme.
struct ComplaintPath {
  std::string name, to, by_when;
};
// How far a thread has come; `answered` means an answer waits to be read or was read.
enum class Progress { received, read, answered };
struct ThreadLine {
  std::string label;  // "個案 A12" or a question's neutral name
  Progress progress = Progress::received;
  std::string due_text;  // by when it is answered; empty where nothing is due
};
// Who looked at a thread, in words: a line for each way and role, with days; empty if nobody did.
struct Looks {
  std::string label, text;
};
// What is stored of the person, counted. `questions` are those that the conversation still knows; `held` of
// them must stay for now.
struct Stored {
  int topics = 0, cases = 0, case_messages = 0, drafts = 0, questions = 0, held = 0;
};
// A case that the law keeps: until when; empty while it is open, and the term has not begun.
struct KeptCase {
  std::string number, until_text;
};
// An unfinished piece of writing, named without its content.
enum class Draft { question, follow_up, intake };

// Strings are ready to be read by people.
struct Facts {
  std::string service, agency;  // names of the service and of its government
  std::string hotline_name, hotline_display, hotline_hours;
  std::string hotline_dial;  // digits; unused in a demonstration
  std::string window_name, window_phone, window_mail, window_hours;
  bool demonstration = false;             // numbers carry 「示範」 and no button dials them
  std::string reading_text;               // who reads and by when, a whole sentence
  std::string hours_text;                 // opening hours
  std::string next_opening_text;          // empty while somebody is there
  std::optional<std::string> open_case;   // its number
  std::vector<ComplaintPath> complaints;  // at most three are shown
  std::vector<ThreadLine> threads;
  Stored stored;
  std::vector<KeptCase> kept_cases;  // newest first; at most two are named
  int kept_years = 10;               // after closing
};

// At rest, all choices here have ids that begin with "cmd:" (see the eight of menu(); also cmd:menu,
// cmd:complaint, cmd:erase, cmd:resume, cmd:drop_draft).
Prompt greeting(const Facts& facts);      // a new friend; at most three bubbles
Prompt welcome_back(const Facts& facts);  // somebody who unblocked
Prompt menu(const Facts& facts);
Prompt unknown(const Facts& facts);        // free text at rest without an open case
Prompt unknown_again(const Facts& facts);  // the second in a row: offers a person
// A sticker, image, video, audio, file or location at rest; nothing of it is stored.
Prompt not_text(const std::string& kind);
Prompt expired();    // an old button
Prompt cancelled();  // 取消 without a draft
Prompt cancelled_with_draft();
Prompt human(const Facts& facts);  // 真人; the caller marks an open case as waiting
Prompt info(const Facts& facts);
Prompt complaint(const Facts& facts);
Prompt progress(const Facts& facts);
Prompt my_data(const Facts& facts);
Prompt looked(const std::vector<Looks>& threads);  // 誰看過我的案件
Prompt group_hello(const Facts& facts);
Prompt group_help(const Facts& facts);
Prompt text_to_case_ack(const std::string& case_number);
Prompt draft_offer(Draft draft);
Prompt draft_dropped();
Prompt nothing_to_resume();
Prompt back_at_rest();
Prompt flood();              // more messages at once than are answered one by one
Prompt stopped();            // 停止使用 was carried out
Prompt too_long(int limit);  // a text of more than `limit` UTF-16 units was not taken

// Erasing one's data (choice cmd:erase of 我的資料) asks once more.
struct ConfirmingErasure {
  bool operator==(const ConfirmingErasure&) const = default;
};
using State = std::variant<ConfirmingErasure>;
using Step = StepOf<State>;

Step begin(const Facts& facts);
Step step(const State& state, const Event& event, const Facts& facts);
Step resume(const State& state, const Facts& facts);
bool takes_body_text(const State& state);
bool is_draft(const State& state);
std::vector<Part>* draft_parts(State& state);

}  // namespace careline::menu
