// What the pages about accounts and keys show.
#include "bot/console/views.h"
#include "store/seal.h"

namespace careline::console {
namespace {
using config::Phrases;

std::string state_of(const Phrases& phrases, const store::Operator& op) {
  if (!op.intact) return phrases.text("console.people.state.changed");
  if (op.left_at != 0) return phrases.text("console.accounts.state.left");
  if (op.password.empty()) return phrases.text("console.accounts.state.to_activate");
  return phrases.text("console.accounts.state.active");
}

Json role_choices(const Phrases& phrases, const store::Operator& op) {
  Json choices = Json::array();
  for (const char* text : {"admin", "broadcaster", "admin,broadcaster", "auditor"})
    choices.push_back({{"value", text},
                       {"name", roles_in_words(phrases, *Roles::parse(text))},
                       {"current", op.roles.text() == text}});
  return choices;
}

// What can be done with an account; false with one's own and with those that have ended.
Json account_acts(const Phrases& phrases, const store::Operator& op, bool admin) {
  const bool reads = op.roles.any_of(kReaders);
  const auto word = [&](std::string_view of_readers, std::string_view of_others) {
    return phrases.text(reads ? of_readers : of_others);
  };
  Json acts = {{"leave_note", word("console.accounts.leave_note_reader", "console.accounts.leave_note")},
               {"admin", false}};
  if (!admin) return acts;
  acts["admin"] = {{"reset_note", word("console.accounts.reset_note_reader", "console.accounts.reset_note")},
                   {"roles", false}};
  if (!reads) acts["admin"]["roles"] = {{"choices", role_choices(phrases, op)}};
  return acts;
}

}  // namespace

Json accounts_view(const Phrases& phrases, const std::vector<store::Operator>& people,
                   const std::string& whose_eyes, bool admin) {
  Json rows = Json::array();
  for (const store::Operator& op : people) {
    const bool touchable = op.intact && op.left_at == 0 && op.name != whose_eyes;
    rows.push_back({{"name", op.name},
                    {"role", roles_in_words(phrases, op.roles)},
                    {"state", state_of(phrases, op)},
                    {"acts", touchable ? account_acts(phrases, op, admin) : Json(false)}});
  }
  return {{"accounts", rows}};
}

Json own_key_view(const Phrases& phrases, const store::Operator& me) {
  Json key = false;
  if (me.roles.any_of(kReaders))
    key = {{"fingerprint", store::fingerprint(me.public_key)},
           {"code_state",
            phrases.text(me.recovery_seed.empty() ? "console.key.no_code" : "console.key.has_code")}};
  return {{"who", me.name}, {"own", key}};
}

Json lost_key_view(const Phrases& phrases, const store::Operator& me, const store::Alone& alone) {
  const std::string count = std::to_string(alone.open + alone.closed);
  return {
      {"who", me.name},
      {"has_code", !me.recovery_seed.empty()},
      {"no_code", me.recovery_seed.empty()},
      {"alone", alone.any() ? Json(phrases.text("console.lost.alone", {{"count", count}})) : Json(false)}};
}

Json team_view(const Phrases& phrases, const std::optional<store::TeamKey>& in_force,
               const std::optional<store::TeamKey>& waiting, bool may_vouch) {
  Json view = {{"team_state", phrases.text("console.team.none")}, {"team_key", false}, {"team_waits", false}};
  if (in_force) {
    view["team_state"] = phrases.text("console.team.in_force", {{"name", in_force->vouched_by}});
    view["team_key"] = {{"fingerprint", store::fingerprint(in_force->public_key)}};
  }
  if (waiting)
    view["team_waits"] = {
        {"fingerprint", store::fingerprint(waiting->public_key)},
        {"vouching", may_vouch ? Json{{"hex", store::hex(store::view(waiting->public_key))}} : Json(false)}};
  return view;
}

}  // namespace careline::console
