// Looks at one text: finds the words of the rules, then weighs each rule with its calm words and denials.
#include "handlers/crisis/lookout.h"

#include <algorithm>
#include <exception>
#include <stdexcept>

#include "handlers/crisis/rule_book.h"

namespace careline::crisis {
namespace {

constexpr std::size_t kGapReach = 6;        // characters that "…" may stand for
constexpr std::size_t kSliceBytes = 15000;  // longer texts are read in slices, so that time stays linear
constexpr std::size_t kOverlapBytes = 600;  // so that nothing is missed between two slices
constexpr std::size_t kLongestWord = 40;    // characters, gaps included; longer ones are not sought backwards

struct Span {
  Slot slot;
  std::uint32_t start, end;
  auto operator<=>(const Span&) const = default;
};

// Everything that was found in one slice, sorted by slot and place.
class Reading {
 public:
  Reading(const RuleBook& book, std::string_view utf8) : book_(book), text_(book.normalise(utf8)) {
    hits_ = book.tree->hits(text_);
    for (const WordHit& hit : hits_) add_words_at(hit);
    std::sort(spans_.begin(), spans_.end());
    spans_.erase(std::unique(spans_.begin(), spans_.end()), spans_.end());
  }
  void judge(Finding& finding) const;

 private:
  using Iterator = std::vector<Span>::const_iterator;

  std::size_t end_of(const WordHit& hit) const { return hit.start + book_.pieces[hit.word].size(); }
  std::vector<std::pair<Group, std::size_t>> followers(std::size_t end) const;
  void add_words_at(const WordHit& hit);
  bool clause_ends_between(std::size_t from, std::size_t to) const {
    return std::u32string_view(text_).substr(from, to - from).find(kClauseEnd) != std::u32string_view::npos;
  }
  // Spans of a slot that start at or after `start`.
  Iterator from(Slot slot, std::size_t start) const {
    return std::lower_bound(spans_.begin(), spans_.end(), Span{slot, static_cast<std::uint32_t>(start), 0});
  }
  bool has(Slot slot) const { return from(slot, 0) != spans_.end() && from(slot, 0)->slot == slot; }
  bool near(Slot slot, const Span& to, std::size_t reach) const;
  bool matches(const Rule& rule, const Span& at) const;
  bool calmed(const std::string& kind, const Span& at) const;
  bool denied(const std::string& kind, const Span& at) const;
  bool about_somebody_else(const std::string& kind, const Span& at) const;
  bool is_subject(const Span& person) const;

  const RuleBook& book_;
  const std::u32string text_;
  std::vector<WordHit> hits_;  // by place
  std::vector<Span> spans_;
};

// The groups that can follow in this clause within the gap, each with the end of its nearest piece.
std::vector<std::pair<Group, std::size_t>> Reading::followers(std::size_t end) const {
  std::vector<std::pair<Group, std::size_t>> out;
  const auto first = std::lower_bound(hits_.begin(), hits_.end(), end,
                                      [](const WordHit& h, std::size_t at) { return h.start < at; });
  for (auto h = first; h != hits_.end() && h->start <= end + kGapReach; ++h) {
    if (clause_ends_between(end, h->start)) break;
    for (const Group group : book_.groups_of[h->word]) out.emplace_back(group, end_of(*h));
  }
  std::sort(out.begin(), out.end());
  return out;
}

// Adds every word that begins with this hit; of a part that stands several times the nearest counts.
void Reading::add_words_at(const WordHit& hit) {
  const auto near_by = followers(end_of(hit));
  for (const Group first : book_.groups_of[hit.word])
    for (const Word& word : book_.words_starting_with[first]) {
      std::size_t end = end_of(hit);
      bool whole = true;
      for (std::size_t p = 1; whole && p < word.parts.size(); ++p) {
        const auto later = p > 1 ? followers(end) : decltype(near_by){};
        const auto& options = p > 1 ? later : near_by;
        const auto found =
            std::lower_bound(options.begin(), options.end(), std::pair(word.parts[p], std::size_t{0}));
        whole = found != options.end() && found->first == word.parts[p];
        if (whole) end = found->second;
      }
      if (whole) spans_.push_back({word.slot, hit.start, static_cast<std::uint32_t>(end)});
    }
}

// Whether a word of the slot overlaps `to` (reach 0) or stands at most `reach` characters from it.
bool Reading::near(Slot slot, const Span& to, std::size_t reach) const {
  const std::size_t back = reach + kLongestWord;
  for (auto s = from(slot, to.start > back ? to.start - back : 0);
       s != spans_.end() && s->slot == slot && s->start < to.end + reach; ++s)
    if (s->end + reach > to.start) return true;
  return false;
}

bool Reading::matches(const Rule& rule, const Span& at) const {
  if (rule.unless && near(*rule.unless, at, rule.unless_reach)) return false;
  return std::all_of(rule.with.begin(), rule.with.end(),
                     [&](Slot slot) { return near(slot, at, rule.window); });
}

bool Reading::calmed(const std::string& kind, const Span& at) const {
  return std::any_of(book_.calms.begin(), book_.calms.end(), [&](const Calm& calm) {
    if (!calm.kinds.empty() && calm.kinds.count(kind) == 0) return false;
    if (!near(calm.words, at, calm.reach)) return false;
    return !calm.lifted_by || !has(*calm.lifted_by);
  });
}

bool Reading::denied(const std::string& kind, const Span& at) const {
  const Denial& denial = book_.denial;
  if (denial.kinds.count(kind) == 0) return false;
  constexpr std::size_t kMostFillers = 4;
  const auto before = [&](std::size_t end) {
    for (auto s = from(denial.words, at.start > kLongestWord ? at.start - kLongestWord : 0);
         s != spans_.end() && s->slot == denial.words && s->start < at.start; ++s)
      if (s->end == end && !near(denial.except, *s, 0)) return true;
    return false;
  };
  for (std::size_t end = at.start, used = 0; used <= kMostFillers; --end, ++used) {
    if (before(end)) return true;
    if (end == 0 || denial.fillers.find(text_[end - 1]) == std::u32string::npos) return false;
  }
  return false;
}

// 「跟他」 or 「被主管」 before the words names somebody, but not the one whose wish it is.
bool Reading::is_subject(const Span& person) const {
  return person.start == 0 || book_.people.not_after.find(text_[person.start - 1]) == std::u32string::npos;
}

bool Reading::about_somebody_else(const std::string& kind, const Span& at) const {
  const People& people = book_.people;
  if (people.kinds.count(kind) == 0) return false;
  const std::size_t begin = at.start > people.reach ? at.start - people.reach : 0;
  const auto last = [&](Slot slot, std::size_t until) {
    Span best{slot, 0, 0};
    for (auto s = from(slot, begin); s != spans_.end() && s->slot == slot && s->start < until; ++s)
      if (s->end >= best.end && is_subject(*s)) best = *s;
    return best;
  };
  const Span other = last(people.others, at.start), self = last(people.self, at.end);
  if (other.end == 0 || other.end > at.start || self.end > other.end) return false;
  if (!clause_ends_between(other.end, at.start)) return true;
  const auto report = from(people.reports, other.end);
  return report != spans_.end() && report->slot == people.reports && report->start < at.start;
}

void Reading::judge(Finding& finding) const {
  for (const Rule& rule : book_.rules)
    for (auto s = from(rule.any, 0); s != spans_.end() && s->slot == rule.any; ++s) {
      if (!matches(rule, *s) || calmed(rule.kind, *s) || denied(rule.kind, *s)) continue;
      if (std::find(finding.rules.begin(), finding.rules.end(), rule.id) == finding.rules.end())
        finding.rules.push_back(rule.id);
      if (rule.severity > finding.severity) {
        finding.severity = rule.severity;
        finding.kind = about_somebody_else(rule.kind, *s) ? "third_party" : rule.kind;
      }
      break;
    }
}

// The end of a slice, never inside a character.
std::size_t slice_end(std::string_view utf8, std::size_t at) {
  std::size_t end = std::min(utf8.size(), at + kSliceBytes);
  while (end < utf8.size() && end > at + kSliceBytes - 4 &&
         (static_cast<unsigned char>(utf8[end]) & 0xC0) == 0x80)
    --end;
  return end;
}

}  // namespace

std::string_view slug(Severity severity) {
  switch (severity) {
    case Severity::none: return "none";
    case Severity::watch: return "watch";
    case Severity::high: return "high";
    case Severity::immediate: return "immediate";
  }
  return "none";
}

struct Lookout::Rules {
  RuleBook book;
};

Lookout::Lookout(std::string_view rules_json) {
  try {
    rules_ = std::make_unique<const Rules>(Rules{RuleBook(rules_json)});
  } catch (const std::runtime_error&) {
    throw;
  } catch (const std::exception& e) {
    throw std::runtime_error(std::string("crisis rules: ") + e.what());
  }
}
Lookout::~Lookout() = default;
Lookout::Lookout(Lookout&&) noexcept = default;
Lookout& Lookout::operator=(Lookout&&) noexcept = default;

Finding Lookout::look(std::string_view utf8) const {
  Finding finding;
  finding.version = rules_->book.version;
  for (std::size_t at = 0; at < utf8.size();) {
    const std::size_t end = slice_end(utf8, at);
    Reading(rules_->book, utf8.substr(at, end - at)).judge(finding);
    if (end == utf8.size()) break;
    at = end - kOverlapBytes;
  }
  return finding;
}

}  // namespace careline::crisis
