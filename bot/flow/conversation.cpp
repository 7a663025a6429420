// Where a person's conversation stands.
#include "bot/flow/conversation.h"

#include <nlohmann/json.hpp>

#include "handlers/counselling/codec.h"
#include "handlers/menu/codec.h"
#include "handlers/questions/codec.h"
#include "handlers/topic_groups/codec.h"

namespace careline::flow {
namespace {
using nlohmann::json;
constexpr std::int64_t kDraftLives_ms = 24LL * 3'600'000;

json write(const Resting&) { return nullptr; }
json write(const menu::State& s) { return {{"menu", menu::encode(s)}}; }
json write(const questions::State& s) { return {{"questions", questions::encode(s)}}; }
json write(const counselling::State& s) { return {{"counselling", counselling::encode(s)}}; }
json write(const topic_groups::State& s) { return {{"topic_groups", topic_groups::encode(s)}}; }

json write_place(const Place& place) {
  return std::visit([](const auto& s) { return write(s); }, place);
}

template <class State>
Place or_rest(const std::optional<State>& state) {
  return state ? Place{*state} : Place{Resting{}};
}
Place read_place(const json& stored) {
  if (!stored.is_object()) return Resting{};
  if (stored.contains("menu")) return or_rest(menu::decode(stored["menu"]));
  if (stored.contains("questions")) return or_rest(questions::decode(stored["questions"]));
  if (stored.contains("counselling")) return or_rest(counselling::decode(stored["counselling"]));
  if (stored.contains("topic_groups")) return or_rest(topic_groups::decode(stored["topic_groups"]));
  return Resting{};
}

json write_offer(const Offer& offer) { return {{"nonce", offer.nonce}, {"choices", offer.choices}}; }
Offer read_offer(const json& stored) {
  return {stored.at("nonce").get<std::string>(),
          stored.at("choices").get<std::vector<std::pair<std::string, std::string>>>()};
}

// One function for each thing that a draft can be told, the same for every feature.
void withdraw_in(Resting&, const std::string&) {}
void withdraw_in(menu::State&, const std::string&) {}
void withdraw_in(topic_groups::State&, const std::string&) {}
void withdraw_in(questions::State& s, const std::string& key) { questions::withdraw_from(s, key); }
void withdraw_in(counselling::State& s, const std::string& key) { counselling::take_back(s, key); }

void amend_one(Resting&, const Part&) {}
void amend_one(menu::State&, const Part&) {}
void amend_one(topic_groups::State&, const Part&) {}
void amend_one(questions::State& s, const Part& part) { questions::amend_in(s, part); }
void amend_one(counselling::State& s, const Part& part) {
  if (auto* parts = counselling::draft_parts(s)) amend(*parts, part);
}

}  // namespace

Conversation decode(const std::string& text) try {
  Conversation c;
  if (text.empty()) return c;
  const json j = json::parse(text);
  c.at = read_place(j.at("at"));
  c.last = read_offer(j.at("last"));
  c.home = read_offer(j.at("home"));
  if (j.contains("draft")) c.draft = read_place(j["draft"]);
  c.draft_until = j.value("draft_until", std::int64_t{0});
  c.draft_offered = j.value("draft_offered", false);
  c.touched_at = j.value("touched_at", std::int64_t{0});
  c.question = j.value("question", "");
  c.question_until = j.value("question_until", std::int64_t{0});
  c.nudged = j.value("nudged", std::vector<std::string>{});
  c.alert = j.value("alert", "");
  c.unknown_in_a_row = j.value("unknown", 0);
  return c;
} catch (const json::exception&) {
  return {};
}

std::string encode(const Conversation& c) {
  json j = {{"at", write_place(c.at)},
            {"last", write_offer(c.last)},
            {"home", write_offer(c.home)},
            {"touched_at", c.touched_at},
            {"unknown", c.unknown_in_a_row}};
  if (c.draft) {
    j["draft"] = write_place(*c.draft);
    j["draft_until"] = c.draft_until;
    j["draft_offered"] = c.draft_offered;
  }
  if (!c.question.empty()) {
    j["question"] = c.question;
    j["question_until"] = c.question_until;
  }
  if (!c.nudged.empty()) j["nudged"] = c.nudged;
  if (!c.alert.empty()) j["alert"] = c.alert;
  return j.dump(-1, ' ', false, json::error_handler_t::replace);
}

bool resting(const Place& place) { return std::holds_alternative<Resting>(place); }

bool is_draft(const Place& place) {
  if (const auto* s = std::get_if<questions::State>(&place)) return questions::is_draft(*s);
  if (const auto* s = std::get_if<counselling::State>(&place)) return counselling::is_draft(*s);
  return false;
}

bool takes_body_text(const Place& place) {
  if (const auto* s = std::get_if<questions::State>(&place)) return questions::takes_body_text(*s);
  if (const auto* s = std::get_if<counselling::State>(&place)) return counselling::takes_body_text(*s);
  return false;
}

void withdraw_everywhere(Conversation& c, const std::string& key) {
  const auto out_of = [&](Place& place) { std::visit([&](auto& s) { withdraw_in(s, key); }, place); };
  out_of(c.at);
  if (c.draft) out_of(*c.draft);
}

void amend_everywhere(Conversation& c, const Part& edited) {
  const auto in = [&](Place& place) { std::visit([&](auto& s) { amend_one(s, edited); }, place); };
  in(c.at);
  if (c.draft) in(*c.draft);
}

void put_to_rest(Conversation& c, std::int64_t now_ms) {
  if (is_draft(c.at)) {
    c.draft = c.at;
    c.draft_until = now_ms + kDraftLives_ms;
    c.draft_offered = false;
  }
  c.at = Resting{};
  c.home = {};
}

}  // namespace careline::flow
