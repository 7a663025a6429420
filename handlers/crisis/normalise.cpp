// Normalisation by ICU (NFKC, case, invisible characters) and by the table of spellings of the rules.
#include "handlers/crisis/normalise.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace careline::crisis {
namespace {

constexpr std::size_t kLongestTitle = 40;

bool is_ascii_digit(char32_t c) { return c >= U'0' && c <= U'9'; }

// Marks and invisible characters go before normalisation, because ICU sorts long runs of marks slowly.
bool is_dropped(UChar32 c) {
  const auto type = u_charType(c);
  return type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_FORMAT_CHAR ||
         (type == U_CONTROL_CHAR && c != '\n' && c != '\t');
}

std::u32string without_dropped(const icu::UnicodeString& text) {
  std::u32string out;
  out.reserve(static_cast<std::size_t>(text.length()));
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1))
    if (const UChar32 c = text.char32At(i); !is_dropped(c)) out.push_back(static_cast<char32_t>(c));
  return out;
}

icu::UnicodeString to_icu(const std::u32string& text) {
  icu::UnicodeString out;
  for (const char32_t c : text) out.append(static_cast<UChar32>(c));
  return out;
}

std::u32string compatible(std::string_view utf8) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* nfkc = icu::Normalizer2::getNFKCCasefoldInstance(error);
  if (U_FAILURE(error)) throw std::runtime_error("ICU has no NFKC data");
  constexpr auto kMost = static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max());
  const icu::StringPiece piece(utf8.data(), static_cast<std::int32_t>(std::min(utf8.size(), kMost)));
  const auto source = to_icu(without_dropped(icu::UnicodeString::fromUTF8(piece)));
  const icu::UnicodeString folded = nfkc->normalize(source, error);
  return without_dropped(U_SUCCESS(error) ? folded : source);
}

bool ends_clause(char32_t c) {
  static const std::u32string marks = U",。!?;:、，！？；：\n";
  return marks.find(c) != std::u32string::npos;
}

bool is_cjk(char32_t c) { return c >= 0x2E80 || (c >= 0x02C7 && c <= 0x02D9); }

// A title names a film or a song, not what the person feels: it is left out.
std::size_t after_title(const std::u32string& text, std::size_t i) {
  if (text[i] != U'《' && text[i] != U'〈') return i;
  const char32_t close = text[i] == U'《' ? U'》' : U'〉';
  const std::size_t end = text.find(close, i);
  return end != std::u32string::npos && end - i <= kLongestTitle ? end + 1 : i;
}

// Writes one clean character after another; spaces and ornaments survive only between Latin words.
class Cleaner {
 public:
  void end_clause() {
    if (!out_.empty() && out_.back() != kClauseEnd) out_.push_back(kClauseEnd);
    gap_ = false;
    line_ = 0;
  }
  // One character per line is a way of hiding a word, not the end of a clause.
  void end_line() {
    if (line_ > 1) return end_clause();
    gap_ = true;
    line_ = 0;
  }
  void gap() { gap_ = true; }
  void keep(char32_t c) {
    if (gap_ && !out_.empty() && !is_cjk(c) && is_ascii_word(out_.back())) out_.push_back(U' ');
    gap_ = false;
    out_.push_back(c);
    ++line_;
  }
  std::u32string take() { return std::move(out_); }

 private:
  std::u32string out_;
  bool gap_ = false;
  std::size_t line_ = 0;
};

std::u32string once_each(const std::u32string& text) {
  std::u32string out;
  out.reserve(text.size());
  for (const char32_t c : text)
    if (out.empty() || out.back() != c || is_ascii_digit(c)) out.push_back(c);
  return out;
}

}  // namespace

bool is_ascii_word(char32_t c) { return (c >= U'a' && c <= U'z') || is_ascii_digit(c); }

Normaliser::Normaliser(const std::vector<Spelling>& spellings) {
  for (const auto& [typed, meant] : spellings) {
    const auto from = compatible(typed);
    if (from.empty()) throw std::runtime_error("a spelling is empty");
    spellings_[from.front()].emplace_back(from, compatible(meant));
  }
  for (auto& [first, list] : spellings_)
    std::stable_sort(list.begin(), list.end(),
                     [](const Written& a, const Written& b) { return a.first.size() > b.first.size(); });
}

std::u32string Normaliser::respell(const std::u32string& text) const {
  std::u32string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto list = spellings_.find(text[i]);
    const Written* written = nullptr;
    if (list != spellings_.end())
      for (const Written& w : list->second)
        if (text.compare(i, w.first.size(), w.first) == 0) {
          written = &w;
          break;
        }
    out += written ? written->second : std::u32string(1, text[i]);
    i += written ? written->first.size() : 1;
  }
  return out;
}

std::u32string Normaliser::operator()(std::string_view utf8) const {
  const std::u32string text = compatible(utf8);
  Cleaner clean;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char32_t c = text[i];
    if (const std::size_t after = after_title(text, i); after != i) {
      clean.end_clause();
      i = after - 1;
    } else if (c == U'\n') {
      clean.end_line();
    } else if (ends_clause(c)) {
      clean.end_clause();
    } else if (u_isalnum(static_cast<UChar32>(c)) || spellings_.count(c) > 0) {
      clean.keep(c);
    } else if (c != U'\'' && c != U'’') {
      clean.gap();
    }
  }
  return once_each(respell(clean.take()));
}

}  // namespace careline::crisis
