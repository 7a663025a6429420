// The rules of config/crisis/rules.json in the form in which the look-out uses them.
#pragma once
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "handlers/crisis/lookout.h"
#include "handlers/crisis/normalise.h"
#include "handlers/crisis/word_tree.h"

namespace careline::crisis {

// A list of words of the rules has a number, its slot; what is found in a text is sorted by it.
using Slot = std::uint32_t;

// A set of pieces of which any may stand at one place of a word.
using Group = std::uint32_t;

// One word of a list, cut where the rule writes "…" (a short gap within a clause): a group for each part.
struct Word {
  std::vector<Group> parts;
  Slot slot = 0;
};
// Matches where one of `any` stands, each list of `with` has a word at most `window` characters away and no
// word of `unless` touches or stands within `unless_reach` characters.
struct Rule {
  std::string id, kind;
  Severity severity = Severity::none;
  Slot any = 0;
  std::vector<Slot> with;
  std::optional<Slot> unless;
  std::size_t window = 0, unless_reach = 0;
};
// What makes a match harmless: words that touch it (reach 0) or stand within `reach` characters of it, unless
// the text has a word of `lifted_by`. Empty `kinds`: for every kind.
struct Calm {
  Slot words = 0;
  std::optional<Slot> lifted_by;
  std::size_t reach = 0;
  std::set<std::string> kinds;
};
// A denial right before the match, with nothing but fillers between.
struct Denial {
  Slot words = 0, except = 0;
  std::u32string fillers;
  std::set<std::string> kinds;
};
// Whose danger it is: somebody else's where the last person named before the match is not the writer.
struct People {
  Slot self = 0, others = 0, reports = 0;
  std::u32string not_after;
  std::size_t reach = 0;
  std::set<std::string> kinds;
};

class RuleBook {
 public:
  // Throws std::runtime_error (or nlohmann's exception) that says what is wrong.
  explicit RuleBook(std::string_view json);

  std::string version;
  Normaliser normalise;
  std::vector<Rule> rules;
  std::vector<Calm> calms;
  Denial denial;
  People people;
  std::vector<std::vector<Word>> words_starting_with;  // by the group of their first part
  std::vector<std::u32string> pieces;                  // sorted; the tree's words
  std::vector<std::vector<Group>> groups_of;           // by piece, sorted
  std::optional<WordTree> tree;
  Slot slots = 0;

 private:
  explicit RuleBook(const nlohmann::ordered_json& doc);
  Slot slot_of(const nlohmann::ordered_json& list);
  void add_word(const std::string& written, Slot slot);
  void read_rule(const nlohmann::ordered_json& rule);
  void read_calm(const nlohmann::ordered_json& calm);
  void index_pieces();

  Group group_of(std::set<std::u32string> pieces);

  std::vector<std::pair<std::string, std::vector<std::string>>> lists_;
  std::map<std::set<std::u32string>, Group> groups_;
};

}  // namespace careline::crisis
