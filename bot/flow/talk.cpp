// One person's turn: what is said and remembered.
#include "bot/flow/talk.h"

#include <algorithm>

#include "bot/flow/letter.h"
#include "bot/flow/turn.h"
#include "config/clock.h"
#include "store/outbox.h"

namespace careline::flow {
void promise(House& house, store::Db& db, const Promise& p) {
  store::Parcel parcel;
  parcel.lane = p.lane;
  parcel.person = p.person;
  parcel.mode = p.token.empty() ? store::Mode::push : store::Mode::reply;
  parcel.retry_key = store::random_uuid();
  parcel.made_at = house.now_ms();
  parcel.token_until = p.token_until;
  parcel.due_at = p.due_at;
  parcel.counsellor = p.counsellor;
  parcel.body = write_letter({{"to", p.to}, {"token", p.token}, {"about", p.about}}, p.messages_json);
  store::Outbox(db, house.keys).put(parcel);
}

Talk::Talk(House& house, store::Db& db, const Incoming& in, std::int64_t received_at)
    : house_(house),
      db_(db),
      in_(in),
      received_at_(received_at),
      now_(house.now_ms()),
      people_(db, house.keys),
      threads_(db, house.keys) {}

std::int64_t Talk::today() const {
  return (now_ + config::kTaipeiOffsetMilliseconds) / config::kDayMilliseconds;
}

std::string Talk::line_key() const {
  return house_.keys.hash<LineKey>(store::Purpose::seen, "m:" + in_.message_id).hex();
}

Part Talk::part() const { return {line_key(), in_.text, in_.timestamp}; }

void Talk::say(const std::string& key, const Values& values) { say(Prompt{{{{key, values}}}}); }

// Everything that one turn says goes out together: one reply token, at most five bubbles.
void Talk::say(const Prompt& prompt) {
  for (const Bubble& bubble : prompt.bubbles) saying_.bubbles.push_back(bubble);
  for (const Card& card : prompt.cards) saying_.cards.push_back(card);
  for (const Choice& choice : prompt.choices)
    if (std::none_of(saying_.choices.begin(), saying_.choices.end(),
                     [&](const Choice& c) { return c.id == choice.id; }))
      saying_.choices.push_back(choice);
}

void Talk::send() {
  if (saying_.bubbles.empty() || in_.standby || (in_.user.empty() && in_.group.empty())) return;
  Offer offer{house_.keys.hash<LineKey>(store::Purpose::token, store::random_uuid()).hex().substr(0, 8), {}};
  for (const Choice& choice : saying_.choices)
    offer.choices.emplace_back(choice.id, words(house_.phrases, choice.label));
  const std::string messages = house_.write(speak(house_.phrases, saying_, offer.nonce));
  if (own_prompt_) talk_.home = offer;
  talk_.last = std::move(offer);
  promise(house_, db_,
          {.lane = crisis_ ? store::Lane::crisis : store::Lane::reply,
           .person = person_.id,
           .to = in_.in_group ? in_.group : in_.user,
           .token = in_.reply_token,
           .messages_json = messages,
           .token_until = received_at_ + kTokenFresh_ms,
           .due_at = now_});
}

void Talk::remember() {
  if (erased_) return;
  talk_.touched_at = now_;
  person_.state_json = left_ ? "" : encode(talk_);
  people_.remember(person_, today());
}

}  // namespace careline::flow
