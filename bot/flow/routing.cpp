// What a message means: the look-out first, then receipts, commands, choices, and only then free text.
#include <algorithm>

#include "bot/flow/talk.h"
#include "bot/flow/turn.h"
#include "bot/flow/typed.h"
#include "handlers/crisis/cards.h"
#include "handlers/questions/receipt.h"
#include "store/outbox.h"

namespace careline::flow {
namespace {
using What = Incoming::What;
constexpr std::int64_t kIdle_ms = 30 * 60'000;

// Talk of groups that reaches us was addressed to the bot; nothing about it is kept.
void answer_group(House& house, store::Db& db, const Incoming& in, std::int64_t received_at) {
  Prompt prompt;
  if (in.what == What::joined_group)
    prompt = menu::group_hello({});
  else if (in.what == What::text && house.lookout.look(in.text).severity >= crisis::Severity::high)
    prompt = crisis::group_line();
  else if (in.what == What::text || in.what == What::postback)
    prompt = menu::group_help({});
  else
    return;
  promise(house, db,
          {.lane = store::Lane::reply,
           .person = house.keys.hash<PersonId>(store::Purpose::person, in.group),
           .to = in.group,
           .token = in.reply_token,
           .messages_json = house.write(speak(house.phrases, prompt, "")),
           .token_until = received_at + kTokenFresh_ms,
           .due_at = house.now_ms()});
}

}  // namespace

void take_turn(House& house, store::Db& db, const Incoming& in, std::int64_t received_at) {
  if (in.standby || in.what == What::ignored) return;
  if (in.in_group) return answer_group(house, db, in, received_at);
  if (in.user.empty()) return;
  Talk(house, db, in, received_at).hear();
}

void Talk::hear() {
  person_ = people_.find(in_.user);
  talk_ = decode(person_.state_json);
  if (in_.what == What::unfollowed) {
    people_.set_blocked(person_, 1);
    return store::Outbox(db_, house_.keys).drop_for(person_.id);
  }
  if (in_.what == What::unsent) return hear_unsend();
  if (in_.what == What::edited) return hear_edit();
  if (in_.what == What::text && threads_.was_unsent(*LineKey::from_hex(line_key()))) return;
  if (person_.blocked) people_.set_blocked(person_, 0);
  if (person_.quiet) people_.set_quiet(person_.id, 0);  // writing again ends 「不要再傳訊息」
  rest_awhile();
  switch (in_.what) {
    case What::followed: hear_follow(); break;
    case What::text: hear_text(); break;
    case What::postback: hear_postback(); break;
    default: hear_other(); break;
  }
  offer_draft();
  send();
  remember();
}

void Talk::rest_awhile() {
  if (talk_.touched_at != 0 && now_ - talk_.touched_at > kIdle_ms && !resting(talk_.at))
    put_to_rest(talk_, talk_.touched_at);
  if (talk_.draft && now_ > talk_.draft_until) talk_.draft.reset();
  if (now_ > talk_.question_until) talk_.question.clear();
}

void Talk::hear_follow() {
  say(in_.unblocked ? menu::welcome_back(menu_facts()) : menu::greeting(menu_facts()));
}

void Talk::hear_unsend() {
  const std::string key = line_key();
  threads_.unsend(*LineKey::from_hex(key), today());
  withdraw_everywhere(talk_, key);
  house_.writer.erase_soon();
  house_.changes.tell_later("list");
  if (!person_.known) return;
  person_.state_json =
      encode(talk_);  // as if nothing had been said: the clock of the conversation stands still
  people_.remember(person_, today());
}

void Talk::hear_edit() {
  const auto key = *LineKey::from_hex(line_key());
  if (threads_.was_unsent(key)) return;
  threads_.edit(key, in_.text, in_.timestamp);
  amend_everywhere(talk_, part());
  const auto finding = house_.lookout.look(in_.text);
  if (finding.severity >= crisis::Severity::high) {
    hear_crisis();
    send();
  }
  if (person_.known || crisis_) remember();
}

void Talk::hear_text() {
  if (hear_crisis()) return;
  if (!takes_body_text(talk_.at) && hear_receipt()) return;
  // Whatever stands numbered in the last prompt can be typed, in a body too: a PC shows no buttons.
  if (auto id = by_words(in_.text, {talk_.last, talk_.home, also_accepted()})) return choose(*id);
  if (auto id = by_number(in_.text, talk_.last)) return choose(*id);
  if (auto id = command_in(in_.text)) return command(*id);
  if (resting(talk_.at)) return rest_text();
  feed(Wrote{part()});
}

// Words that a state understands though its prompt does not list them.
Offer Talk::also_accepted() {
  std::vector<Choice> choices;
  if (const auto* s = std::get_if<questions::State>(&talk_.at)) choices = questions::also_accepted(*s);
  if (const auto* s = std::get_if<topic_groups::State>(&talk_.at))
    choices = topic_groups::also_accepted(*s, topic_facts());
  for (const std::string name : {"safe", "danger"})
    choices.push_back({"crisis:" + name, {"crisis.choice." + name}});
  Offer offer;
  for (const Choice& choice : choices)
    offer.choices.emplace_back(choice.id, words(house_.phrases, choice.label));
  return offer;
}

bool Talk::hear_crisis() {
  const auto finding = house_.lookout.look(in_.text);
  if (finding.severity == crisis::Severity::none) return false;
  crisis_ = finding.severity >= crisis::Severity::high;
  if (crisis_) alert(finding, in_.text);
  say(crisis::card(finding, card_facts(crisis_)));
  return true;
}

bool Talk::hear_receipt() {
  if (const auto receipt = questions::read_receipt(in_.text)) {
    const auto thread = threads_.by_receipt(*receipt);
    if (!resting(talk_.at)) put_to_rest(talk_, now_);
    if (thread)
      view({*receipt, {}}, *thread);
    else
      say("flow.receipt.unknown");
    return true;
  }
  if (!resting(talk_.at) || !questions::looks_like_receipt(in_.text)) return false;
  say("flow.receipt.check");
  return true;
}

void Talk::hear_postback() {
  const std::string& data = in_.data;
  if (data.starts_with("cmd:")) return command(data);
  if (data == crisis::kBook || crisis::answer(data, {})) return crisis_choice(data);
  if (data.starts_with("v:")) {
    const auto reference = reference_of_button(house_, data.substr(2));
    if (const auto thread = reference ? thread_of(threads_, *reference) : std::nullopt) {
      if (!resting(talk_.at)) put_to_rest(talk_, now_);
      return view(*reference, *thread);
    }
  }
  for (const Offer* offer : {&talk_.last, &talk_.home}) {
    const std::string prefix = "c:" + offer->nonce + ":";
    if (offer->nonce.empty() || !data.starts_with(prefix)) continue;
    const std::string id = data.substr(prefix.size());
    if (std::any_of(offer->choices.begin(), offer->choices.end(),
                    [&](const auto& c) { return c.first == id; }))
      return choose(id);
  }
  say(menu::expired());
  say(menu::menu(menu_facts()));
}

void Talk::hear_other() {
  if (resting(talk_.at)) return say(menu::not_text(in_.kind));
  feed(SentOther{in_.kind});
}

void Talk::choose(const std::string& id) {
  if (id.starts_with("cmd:")) return command(id);
  if (id == "back") return command("cmd:back");
  if (id == "cancel") return command("cmd:cancel");
  if (id.starts_with("crisis:")) return crisis_choice(id);
  if (resting(talk_.at)) return say(menu::menu(menu_facts()));
  feed(Chose{id});
}

void Talk::crisis_choice(const std::string& id) {
  if (id == crisis::kBook) return command("cmd:intake");
  if (id == crisis::kQuiet) people_.set_quiet(person_.id, 1);
  auto thread = referred(talk_.alert);
  if (!thread) thread = threads_.open_case_of(person_.id);  // the process may be a new one
  const bool open_alert = thread && thread->severity > 0;
  if (const auto severity = crisis::severity_after(id); severity && open_alert)
    threads_.set_severity(thread->id, static_cast<std::int64_t>(*severity));
  else if (id == crisis::kDanger)  // after 求助, or when the alert was seen long ago: somebody is told now
    alert(crisis::said_in_danger(), house_.phrases.text("crisis.choice.danger"));
  if (thread) house_.changes.tell_later("list:" + thread->id.hex());
  crisis_ = true;
  auto facts = card_facts(id == crisis::kDanger);
  facts.alert_open = open_alert;
  if (auto answer = crisis::answer(id, facts)) say(*answer);
}

void Talk::command(const std::string& id) {
  talk_.unknown_in_a_row = 0;
  if (id == "cmd:resume") return resume_draft();
  if (id == "cmd:back" && !resting(talk_.at)) return feed(Back{});
  if (id == "cmd:cancel") {
    const bool writing = is_draft(talk_.at);
    put_to_rest(talk_, now_);
    talk_.draft_offered = true;
    return say(writing ? menu::cancelled_with_draft() : menu::cancelled());
  }
  // 真人 and 求助 are answered in passing; everything else leaves what was being written as a draft.
  if (id == "cmd:human") {
    if (const auto open = threads_.open_case_of(person_.id)) threads_.waits(open->id, 1, now_, open->due_at);
    return say(menu::human(menu_facts()));
  }
  if (id == "cmd:help") return say(crisis::help_card(card_facts(false)));
  if (!resting(talk_.at)) {
    put_to_rest(talk_, now_);
    talk_.draft_offered = true;
  }
  if (!command_at_rest(id)) say(menu::menu(menu_facts()));
}

bool Talk::command_at_rest(const std::string& id) {
  if (id == "cmd:topics") return settle(topic_groups::begin(topic_facts())), true;
  if (id == "cmd:mine") return settle(topic_groups::mine(topic_facts())), true;
  if (id == "cmd:question") return settle(questions::begin(question_facts())), true;
  if (id == "cmd:intake") return settle(counselling::begin(counselling_facts())), true;
  if (id == "cmd:erase") return settle(menu::begin(menu_facts())), true;
  if (id == "cmd:info") return say(menu::info(menu_facts())), true;
  if (id == "cmd:complaint") return say(menu::complaint(menu_facts())), true;
  if (id == "cmd:mydata") return say(menu::my_data(menu_facts())), true;
  if (id == "cmd:looked") return say(menu::looked(looks())), true;
  if (id == "cmd:progress") return say(menu::progress(menu_facts())), true;
  if (id == "cmd:view") return view_answers(), true;
  if (id == "cmd:follow_up" || id == "cmd:close_question" || id == "cmd:erase_question")
    return on_thread_command(id), true;
  if (id == "cmd:stop") return carry_out(StopUsing{}), say(menu::stopped()), true;
  if (id == "cmd:drop_draft") return talk_.draft.reset(), say(menu::draft_dropped()), true;
  if (id == "cmd:quiet") return crisis_choice(std::string(crisis::kQuiet)), true;
  if (id == "cmd:direct" || id == "cmd:indirect") {
    remember();
    people_.set_show_directly(person_.id, id == "cmd:direct");
    return say(id == "cmd:direct" ? "flow.direct" : "flow.indirect"), true;
  }
  return false;
}

void Talk::resume_draft() {
  if (resting(talk_.at)) {
    if (!talk_.draft) return say(menu::nothing_to_resume());
    talk_.at = *talk_.draft;
    talk_.draft.reset();
    // A follow-up whose question was forgotten goes to the question that is at hand now.
    auto* question = std::get_if<questions::State>(&talk_.at);
    auto* follow_up = question ? std::get_if<questions::FollowingUp>(question) : nullptr;
    if (follow_up && !referred(follow_up->thread)) follow_up->thread = talk_.question;
    if (question_was_forgotten(Chose{""})) return;
  }
  own_prompt_ = true;
  if (const auto* s = std::get_if<questions::State>(&talk_.at))
    return settle(questions::resume(*s, question_facts()));
  if (const auto* s = std::get_if<counselling::State>(&talk_.at))
    return settle(counselling::resume(*s, counselling_facts()));
  if (const auto* s = std::get_if<topic_groups::State>(&talk_.at))
    return settle(topic_groups::resume(*s, topic_facts()));
  if (const auto* s = std::get_if<menu::State>(&talk_.at)) return settle(menu::resume(*s, menu_facts()));
}

void Talk::rest_text() {
  if (const auto open = threads_.open_case_of(person_.id)) {
    append(*open, {part()});
    return say(menu::text_to_case_ack(open->label));
  }
  if (const auto cases = threads_.cases_of(person_.id); !cases.empty() && talk_.unknown_in_a_row == 0)
    say("flow.case_closed", {{"number", cases.front().label}});
  say(++talk_.unknown_in_a_row > 1 ? menu::unknown_again(menu_facts()) : menu::unknown(menu_facts()));
}

// Once, at the person's next message; what was written is never quoted.
void Talk::offer_draft() {
  if (!talk_.draft || talk_.draft_offered || !resting(talk_.at) || crisis_) return;
  talk_.draft_offered = true;
  const auto* question = std::get_if<questions::State>(&*talk_.draft);
  const bool follow_up = question && std::holds_alternative<questions::FollowingUp>(*question);
  say(menu::draft_offer(!question   ? menu::Draft::intake
                        : follow_up ? menu::Draft::follow_up
                                    : menu::Draft::question));
}

void Talk::on_thread_command(const std::string& id) {
  const auto found = referred(talk_.question);
  if (!found) return say("flow.question.which");
  if (id == "cmd:erase_question")
    return settle(questions::erase_question(talk_.question, label_of(*found), question_facts()));
  if (found->closed) return say("flow.question.closed");
  if (id == "cmd:follow_up")
    settle(questions::follow_up(talk_.question, "", question_facts()));
  else
    settle(questions::close_question(talk_.question, "", question_facts()));
}

template <class State>
void Talk::settle(const StepOf<State>& step) {
  talk_.at = step.next ? Place{*step.next} : Place{Resting{}};
  if (resting(talk_.at)) talk_.home = {};
  own_prompt_ = !resting(talk_.at);
  for (const Effect& effect : step.effects) std::visit([&](const auto& e) { carry_out(e); }, effect);
}

// After a restart nobody knows to which question this belongs: what was written stays as a draft, and the
// receipt leads back.
bool Talk::question_was_forgotten(const Event& event) {
  const auto* question = std::get_if<questions::State>(&talk_.at);
  if (!question || !std::holds_alternative<Chose>(event)) return false;
  const auto* follow_up = std::get_if<questions::FollowingUp>(question);
  const auto* closing = std::get_if<questions::Closing>(question);
  const auto* erasing = std::get_if<questions::Erasing>(question);
  const std::string* meant = follow_up ? &follow_up->thread : closing ? &closing->thread : nullptr;
  if (erasing) meant = &erasing->thread;
  if (!meant || referred(*meant)) return false;
  put_to_rest(talk_, now_);
  talk_.draft_offered = true;
  say("flow.question.forgotten");
  return true;
}

void Talk::feed(const Event& event) {
  talk_.unknown_in_a_row = 0;
  if (question_was_forgotten(event)) return;
  if (const auto* s = std::get_if<questions::State>(&talk_.at))
    return settle(questions::step(*s, event, question_facts()));
  if (const auto* s = std::get_if<counselling::State>(&talk_.at))
    return settle(counselling::step(*s, event, counselling_facts()));
  if (const auto* s = std::get_if<topic_groups::State>(&talk_.at))
    return settle(topic_groups::step(*s, event, topic_facts()));
  if (const auto* s = std::get_if<menu::State>(&talk_.at)) return settle(menu::step(*s, event, menu_facts()));
}

}  // namespace careline::flow
