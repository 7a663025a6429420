// What is said first when a message tells of danger: fixed, reviewed cards, never put together from the
// message.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "handlers/crisis/lookout.h"
#include "handlers/prompt.h"

namespace careline::crisis {

// What the cards may truthfully claim at this moment.
struct CardFacts {
  bool somebody_on_duty_was_told =
      false;                    // an alert was accepted by a person on duty's device, not just queued
  std::string next_time_text;   // when somebody reads next, as said to people; may be empty
  bool named_case = false;      // the person has an open case, so a counsellor can reach them
  bool interrupted = false;     // something unfinished was put aside and can be gone on with
  bool somebody_reads = false;  // a counsellor is signed in, but was not told of this
  bool alert_open = false;      // an earlier message still waits for a counsellor's eyes
  bool alerted = false;         // this message was handed on as an alert
};

// The card for what was found; a finding of severity none gives the help card.
Prompt card(const Finding& finding, const CardFacts& facts);

// The card for the command 求助.
Prompt help_card(const CardFacts& facts);

// The ids of the choices on the cards that this folder answers itself.
inline constexpr std::string_view kSafe = "crisis:safe";      // lowers the alert to watch, never closes it
inline constexpr std::string_view kDanger = "crisis:danger";  // raises the alert to immediate
inline constexpr std::string_view kQuiet = "crisis:quiet";    // nothing is sent until the person writes again
inline constexpr std::string_view kTalk = "crisis:talk";      // says honestly where one can talk
// Answered by others: 想預約 begins the intake, 繼續剛才的 resumes what was interrupted.
inline constexpr std::string_view kBook = "crisis:book";
inline constexpr std::string_view kResume = "cmd:resume";

// The answer to one of the four choices above; nullopt for any other id.
std::optional<Prompt> answer(std::string_view choice, const CardFacts& facts);

// What 我有危險 on a card tells those on duty when no alert is open.
Finding said_in_danger();

// What the alert's severity becomes by a choice; nullopt where it stays.
std::optional<Severity> severity_after(std::string_view choice);

// One neutral line for a text of this sort addressed to the bot in a group: nothing personal before others.
Prompt group_line();

// Said when nothing can be stored: numbers, and no promise that anybody saw the message.
Prompt lifeline(const Finding& finding);

}  // namespace careline::crisis
