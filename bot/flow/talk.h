// The parts of one turn: what it reads, what it says, what it changes.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "bot/flow/conversation.h"
#include "bot/flow/house.h"
#include "bot/flow/reference.h"
#include "handlers/crisis/cards.h"
#include "store/outbox.h"
#include "store/people.h"
#include "store/posts.h"
#include "store/retention.h"
#include "store/threads.h"

namespace careline::flow {

// One person's turn. Its functions stand in talk.cpp (saying), routing.cpp (what a message means),
// facts.cpp (what the features need to know) and carry_out.cpp (effects).
class Talk {
 public:
  Talk(House& house, store::Db& db, const Incoming& in, std::int64_t received_at);

  void hear();  // the whole turn

 private:
  // routing.cpp
  void hear_text();
  void hear_postback();
  void hear_other();
  bool hear_crisis();
  bool hear_receipt();
  void hear_follow();
  void hear_unsend();
  void hear_edit();
  void command(const std::string& id);
  bool command_at_rest(const std::string& id);
  void choose(const std::string& id);
  void rest_text();
  void rest_awhile();  // a conversation left for 30 minutes is put to rest
  void resume_draft();
  void offer_draft();
  Offer also_accepted();
  void crisis_choice(const std::string& id);

  // features
  void feed(const Event& event);
  void begin_questions();
  void on_thread_command(const std::string& id);
  bool question_was_forgotten(const Event& event);
  template <class State>
  void settle(const StepOf<State>& step);

  // facts.cpp
  questions::Facts question_facts();
  counselling::Facts counselling_facts();
  topic_groups::Facts topic_facts();
  menu::Facts menu_facts();
  crisis::CardFacts card_facts(bool alerted);
  bool somebody_on_duty_may_read();
  std::string due_text();
  std::string reading_text();
  std::vector<menu::ThreadLine> thread_lines();
  std::string label_of(const store::Thread& thread);
  std::vector<menu::Looks> looks();
  std::string looks_at(const store::Thread& thread);
  std::string roles_in_words(const std::string& roles);
  std::string days_in_words(const std::set<std::int64_t>& days);  // days since the epoch in Taiwan
  std::string kept_until_text(const store::Thread& thread);
  std::optional<store::Thread> referred(const std::string& hidden);
  void forget(const store::Thread& thread);
  std::vector<store::Thread> known_threads();  // without a name, and not a case
  bool may_be_erased(const store::Thread& thread);
  bool erase(const store::Thread& thread);  // false: it stays for now
  void leave_everything();

  // carry_out.cpp
  void carry_out(const Say& effect);
  void carry_out(const OpenQuestion& effect);
  void carry_out(const AddToThread& effect);
  void carry_out(const CloseThread& effect);
  void carry_out(const OpenCase& effect);
  void carry_out(const JoinTopic& effect);
  void carry_out(const LeaveTopic& effect);
  void carry_out(const ShowPosts& effect);
  void carry_out(const NoteNotice& effect);
  void carry_out(const EraseThread& effect);
  void carry_out(const EraseMe& effect);
  void carry_out(const StopUsing& effect);
  void alert(const crisis::Finding& finding, const std::string& words);
  void put_beside(const store::Thread& the_case,
                  const std::vector<std::pair<std::string, std::string>>& contact,
                  const std::set<std::string>& kept_out);
  void raise_in(const store::Thread& thread, const crisis::Finding& finding,
                const store::NewMessage& message);
  void raise_in_copies(const store::Thread& the_case, const crisis::Finding& finding,
                       const store::NewMessage& message);
  std::set<std::string> kept_out();
  void view(const Reference& reference, const store::Thread& thread);
  void view_answers();
  void append(const store::Thread& thread, const std::vector<Part>& parts);
  std::string lines_of(const std::vector<std::pair<std::string, std::string>>& fields) const;

  // talk.cpp
  void say(const Prompt& prompt);
  void say(const std::string& key, const Values& values = {});
  void send();
  void remember();
  Part part() const;
  std::string line_key() const;
  std::int64_t today() const;

  House& house_;
  store::Db& db_;
  const Incoming& in_;
  const std::int64_t received_at_, now_;
  store::People people_;
  store::Threads threads_;
  store::Person person_;
  Conversation talk_;
  Prompt saying_;
  std::optional<std::string> receipt_, case_number_;
  bool own_prompt_ = false;  // what is said is the state's own prompt
  bool crisis_ = false, erased_ = false;
  bool left_ = false;  // the row stays, and nothing of the conversation
};

// Anonymous rows carry hours, so that their times tell nobody anything; what is told about them is rounded
// alike.
constexpr std::int64_t to_the_hour(std::int64_t ms) { return ms / 3'600'000 * 3'600'000; }

inline constexpr std::int64_t kTokenFresh_ms = 50'000;  // LINE gives a minute from its delivery

// A promise to send `messages_json` to a LINE id; `about` is told how it went. The pieces in one
// place.
struct Promise {
  store::Lane lane = store::Lane::reply;
  PersonId person;
  std::string to, token, messages_json;
  nlohmann::json about;
  std::int64_t token_until = 0, due_at = 0;
  std::int64_t counsellor = 0;
};
void promise(House& house, store::Db& db, const Promise& p);

}  // namespace careline::flow
