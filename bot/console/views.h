// What the pages show: rows of the store in, words and marks out. Pure, so that each word can be tested.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "bot/console/answers.h"
#include "bot/console/search.h"
#include "bot/flow/alarms.h"
#include "bot/flow/desk.h"
#include "config/phrases.h"
#include "config/programme.h"
#include "store/epochs.h"
#include "store/outbox.h"
#include "store/posts.h"
#include "store/team_key.h"
#include "store/threads.h"

namespace careline::console {

inline constexpr std::size_t kMostUnits = 5'000;  // of one message, in UTF-16 units, as LINE counts

/// Length of UTF-8 in UTF-16 units; what does not decode counts as one each.
std::size_t utf16_units(std::string_view utf8);
/// Line ends as \n, control characters and white space around it removed.
std::string tidied(std::string_view text);

/// What is wrong outside the program, and what to do about it.
Json alarms_view(const config::Phrases& phrases, const std::map<flow::Alarm, std::int64_t>& present);
/// "個案 A12".
std::string roles_in_words(const config::Phrases& phrases, Roles roles);
std::string title_of(const config::Phrases& phrases, const store::Thread& thread);
/// The list; no content and no names. `current` is the thread that the page shows.
Json list_view(const config::Phrases& phrases, const std::vector<store::Thread>& threads, std::int64_t now_ms,
               const std::optional<ThreadId>& current);
/// A thread with the names of those who can read it.
struct HeldThread {
  store::Thread thread;
  std::set<std::string> holders;
};
/// That threads exist: no id, no content, no link into one.
Json overview(const config::Phrases& phrases, const std::vector<HeldThread>& held, std::int64_t now_ms);
Json thread_view(const config::Phrases& phrases, const store::Thread& thread,
                 const std::vector<store::Message>& messages, std::int64_t now_ms);
/// Excerpts, newest first, and what was left out.
Json matches_view(const config::Phrases& phrases, const Matches& matches);
Json audience_view(const config::Phrases& phrases, const flow::Audience& audience);
/// Newest first, with how far the sending got.
Json posts_view(const config::Phrases& phrases, const config::Programme& programme,
                const std::vector<store::Post>& posts);
/// Those who read, for the eyes of one of them.
Json people_view(const config::Phrases& phrases, const std::vector<store::Operator>& people,
                 const std::string& whose_eyes);
/// The team's recovery key, for readers.
Json team_view(const config::Phrases& phrases, const std::optional<store::TeamKey>& in_force,
               const std::optional<store::TeamKey>& waiting, bool may_vouch);
/// Everybody who has or had an account, without anything about what they read; `admin`: may do all of it.
Json accounts_view(const config::Phrases& phrases, const std::vector<store::Operator>& people,
                   const std::string& whose_eyes, bool admin);
/// One's own password and key.
Json own_key_view(const config::Phrases& phrases, const store::Operator& me);
/// For whoever's key is shut after a reset; `alone`: what only this key opens.
Json lost_key_view(const config::Phrases& phrases, const store::Operator& me, const store::Alone& alone);
/// Each message that was given up, newest first.
Json undelivered_view(const config::Phrases& phrases, const std::vector<store::Outbox::DeadLetter>& letters);
/// Each reason once and no time: rows of their own would count persons.
Json reasons_view(const config::Phrases& phrases, const std::vector<store::Outbox::DeadLetter>& letters);

}  // namespace careline::console
