// Words in what one operator may read anyway.
#include "bot/console/search.h"

#include <unicode/bytestream.h>
#include <unicode/edits.h>
#include <unicode/normalizer2.h>

#include <algorithm>
#include <stdexcept>

namespace careline::console {
namespace {

constexpr std::size_t kAround = 30;  // characters before and after

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t'; }
bool goes_on(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// Full width becomes half width, capitals small; `edits` tells where each part came from.
std::string folded(std::string_view text, icu::Edits* edits) {
  UErrorCode status = U_ZERO_ERROR;
  std::string out;
  icu::StringByteSink<std::string> sink(&out, static_cast<int>(text.size()));
  icu::Normalizer2::getNFKCCasefoldInstance(status)->normalizeUTF8(
      0, icu::StringPiece(text.data(), static_cast<int>(text.size())), sink, edits, status);
  if (U_FAILURE(status)) throw std::runtime_error("a text cannot be folded");
  return out;
}

}  // namespace

Wanted::Wanted(std::string_view typed) {
  const std::string text = folded(typed, nullptr);
  for (auto from = text.begin(); from != text.end();) {
    from = std::find_if_not(from, text.end(), is_space);
    const auto to = std::find_if(from, text.end(), is_space);
    if (from != to) words_.emplace_back(from, to);
    from = to;
  }
}

std::optional<Wanted::Place> Wanted::in(const std::string& message) const {
  icu::Edits edits;
  const std::string text = folded(message, &edits);
  for (const std::string& word : words_)
    if (text.find(word) == std::string::npos) return std::nullopt;
  const auto at = text.find(words_.front());
  const auto source = [&](std::size_t position) {
    UErrorCode status = U_ZERO_ERROR;
    auto fine = edits.getFineIterator();
    return static_cast<std::size_t>(fine.sourceIndexFromDestinationIndex(static_cast<int>(position), status));
  };
  Place place{source(at), source(at + words_.front().size())};
  if (place.from == place.to && place.from > 0) --place.from;  // a part of one character, as of ㈱
  while (place.from > 0 && goes_on(message[place.from])) --place.from;
  while (place.to < message.size() && goes_on(message[place.to])) ++place.to;
  return place;
}

Excerpt excerpt_of(const std::string& message, const Wanted::Place& place) {
  std::size_t from = place.from, to = place.to;
  for (std::size_t steps = 0; from > 0 && steps < kAround;)
    if (!goes_on(message[--from])) ++steps;
  for (std::size_t steps = 0; to < message.size(); ++to)
    if (!goes_on(message[to]) && steps++ == kAround) break;
  return {(from > 0 ? "…" : "") + message.substr(from, place.from - from),
          message.substr(place.from, place.to - place.from),
          message.substr(place.to, to - place.to) + (to < message.size() ? "…" : "")};
}

// Thread by thread, so that no transaction stays open for long: a checkpoint may want to erase.
Matches search(Readers& readers, const store::Keyring& keys, const store::Reader& reader,
               const Wanted& wanted) {
  const auto until = std::chrono::steady_clock::now() + kLongestSearch;
  const auto threads =
      readers.with([&](store::Db& db) { return store::Threads(db, keys).granted_to(reader.name); });
  Matches matches;
  std::size_t read = 0;
  for (const store::Thread& thread : threads) {
    if (read >= kMostRead || std::chrono::steady_clock::now() >= until) {
      matches.all_read = false;
      break;
    }
    const auto messages = readers.with([&](store::Db& db) {
      return store::Threads(db, keys).messages(thread.id, store::Grants(db, keys).open(thread.id, reader));
    });
    read += messages.size();
    for (const auto& message : messages)
      if (const auto place = wanted.in(message.text))
        matches.newest.push_back(
            {thread, message.id, message.author, message.at, excerpt_of(message.text, *place)});
  }
  std::ranges::stable_sort(matches.newest, std::greater<>(), &Match::at);
  matches.found = matches.newest.size();
  if (matches.found > kMostMatches) matches.newest.resize(kMostMatches);
  return matches;
}

}  // namespace careline::console
