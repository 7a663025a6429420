// Reads the rules and checks them strictly: a rule that can never match is a mistake, not a choice.
#include "handlers/crisis/rule_book.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace careline::crisis {
namespace {

using json = nlohmann::ordered_json;  // lists may use the lists before them
using Lists = std::vector<std::pair<std::string, std::vector<std::string>>>;

constexpr std::size_t kMostVariants = 2000;  // of one written word, so that a slip cannot eat the memory
constexpr std::size_t kMostWindow = 60;
constexpr std::string_view kGap = "…";

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error("crisis rules: " + what); }

void only_keys(const json& object, const std::string& where, std::initializer_list<std::string_view> known) {
  if (!object.is_object()) fail(where + " is no object");
  for (const auto& item : object.items())
    if (std::find(known.begin(), known.end(), item.key()) == known.end())
      fail(where + ": unknown key " + item.key());
}

std::vector<Normaliser::Spelling> spellings(const json& doc) {
  std::vector<Normaliser::Spelling> out;
  for (const auto& [meant, typed] : doc.at("spellings").items())
    for (const auto& one : typed) out.emplace_back(one.get<std::string>(), meant);
  for (const auto& [simplified, traditional] : doc.at("simplified").items())
    out.emplace_back(simplified, traditional.get<std::string>());
  return out;
}

Severity severity_of(const std::string& name, const std::string& where) {
  for (const Severity s : {Severity::watch, Severity::high, Severity::immediate})
    if (name == slug(s)) return s;
  fail(where + ": unknown severity " + name);
}

std::string kind_of(const std::string& name, const std::string& where) {
  static const std::set<std::string> known = {"plan",     "attempt",   "active",
                                              "passive",  "self_harm", "harm_others",
                                              "violence", "farewell",  "third_party"};
  if (known.count(name) == 0) fail(where + ": unknown kind " + name);
  return name;
}

std::set<std::string> kinds_of(const json& list, const std::string& where) {
  std::set<std::string> out;
  for (const auto& one : list) out.insert(kind_of(one.get<std::string>(), where));
  return out;
}

// Writes out every "<list>" of a word, one after another.
std::vector<std::string> variants(const std::string& written, const Lists& lists) {
  const std::size_t open = written.find('<');
  if (open == std::string::npos) return {written};
  const std::size_t close = written.find('>', open);
  if (close == std::string::npos) fail("no > in " + written);
  const std::string name = written.substr(open + 1, close - open - 1);
  const auto list = std::find_if(lists.begin(), lists.end(), [&](const auto& l) { return l.first == name; });
  if (list == lists.end()) fail("unknown list in " + written);
  const auto rest = variants(written.substr(close + 1), lists);
  std::vector<std::string> out;
  for (const auto& one : list->second)
    for (const auto& r : rest) out.push_back(written.substr(0, open) + one + r);
  if (out.size() > kMostVariants) fail("too many variants of " + written);
  return out;
}

std::vector<std::string> cut_at_gaps(std::string_view word) {
  std::vector<std::string> out;
  for (std::size_t at = word.find(kGap); at != std::string_view::npos; at = word.find(kGap)) {
    out.emplace_back(word.substr(0, at));
    word.remove_prefix(at + kGap.size());
  }
  out.emplace_back(word);
  return out;
}

std::u32string code_points(const std::string& words) { return Normaliser({})(words); }

}  // namespace

RuleBook::RuleBook(std::string_view text) : RuleBook(json::parse(text)) {}

RuleBook::RuleBook(const json& doc) : version(doc.at("version")), normalise(spellings(doc)) {
  only_keys(doc, "the file",
            {"about", "version", "spellings", "simplified", "lists", "denial", "people", "calm", "rules"});
  if (version.empty()) fail("no version");
  for (const auto& item : doc.at("lists").items()) {
    std::vector<std::string> all;
    for (const auto& one : item.value())
      for (auto& v : variants(one.get<std::string>(), lists_)) all.push_back(std::move(v));
    lists_.emplace_back(item.key(), std::move(all));
  }
  const json& no = doc.at("denial");
  only_keys(no, "denial", {"about", "words", "except", "fillers", "kinds"});
  denial = {slot_of(no.at("words")), slot_of(no.at("except")),
            code_points(no.at("fillers").get<std::string>()), kinds_of(no.at("kinds"), "denial")};
  const json& who = doc.at("people");
  only_keys(who, "people", {"about", "self", "others", "reports", "not_after", "reach", "kinds"});
  people = {slot_of(who.at("self")),
            slot_of(who.at("others")),
            slot_of(who.at("reports")),
            code_points(who.at("not_after").get<std::string>()),
            who.at("reach").get<std::size_t>(),
            kinds_of(who.at("kinds"), "people")};
  for (const auto& calm : doc.at("calm")) read_calm(calm);
  for (const auto& rule : doc.at("rules")) read_rule(rule);
  index_pieces();
}

Slot RuleBook::slot_of(const json& list) {
  if (!list.is_array() || list.empty()) fail("a list of words is empty");
  const Slot slot = slots++;
  for (const auto& written : list) add_word(written.get<std::string>(), slot);
  return slot;
}

void RuleBook::add_word(const std::string& written, Slot slot) {
  Word word{{}, slot};
  for (const auto& part : cut_at_gaps(written)) {
    std::set<std::u32string> any;
    for (const auto& variant : variants(part, lists_)) {
      any.insert(normalise(variant));
      if (any.count({}) > 0) fail("nothing is left of the word " + written);
    }
    word.parts.push_back(group_of(std::move(any)));
  }
  words_starting_with.resize(groups_.size());
  words_starting_with[word.parts.front()].push_back(std::move(word));
}

Group RuleBook::group_of(std::set<std::u32string> any) {
  const auto next = static_cast<Group>(groups_.size());
  return groups_.emplace(std::move(any), next).first->second;
}

void RuleBook::read_rule(const json& rule) {
  const std::string id = rule.at("id");
  only_keys(rule, id, {"id", "about", "severity", "kind", "any", "with", "unless", "window", "unless_reach"});
  for (const Rule& other : rules)
    if (other.id == id) fail("two rules are called " + id);
  Rule out{id,
           kind_of(rule.at("kind"), id),
           severity_of(rule.at("severity"), id),
           slot_of(rule.at("any")),
           {},
           std::nullopt,
           rule.value("window", std::size_t{12}),
           rule.value("unless_reach", std::size_t{0})};
  if (std::max(out.window, out.unless_reach) > kMostWindow) fail(id + ": the window is too wide");
  if (rule.contains("with"))
    for (const auto& list : rule.at("with")) out.with.push_back(slot_of(list));
  if (rule.contains("unless")) out.unless = slot_of(rule.at("unless"));
  rules.push_back(std::move(out));
}

void RuleBook::read_calm(const json& calm) {
  const std::string id = calm.at("id");
  only_keys(calm, id, {"id", "about", "words", "lifted_by", "reach", "kinds"});
  Calm out{slot_of(calm.at("words")), std::nullopt, calm.value("reach", std::size_t{0}), {}};
  if (out.reach > kMostWindow) fail(id + ": the reach is too wide");
  if (calm.contains("lifted_by")) out.lifted_by = slot_of(calm.at("lifted_by"));
  if (calm.contains("kinds")) out.kinds = kinds_of(calm.at("kinds"), id);
  calms.push_back(std::move(out));
}

void RuleBook::index_pieces() {
  std::set<std::u32string> all;
  for (const auto& [any, group] : groups_) all.insert(any.begin(), any.end());
  pieces.assign(all.begin(), all.end());
  groups_of.resize(pieces.size());
  for (const auto& [any, group] : groups_)
    for (const auto& one : any)
      groups_of[static_cast<std::size_t>(std::lower_bound(pieces.begin(), pieces.end(), one) -
                                         pieces.begin())]
          .push_back(group);
  words_starting_with.resize(groups_.size());
  tree.emplace(pieces);
  groups_ = {};
  lists_ = {};
}

}  // namespace careline::crisis
