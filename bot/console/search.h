// Words in what one operator may read anyway: opened and looked through, newest first. Nothing is indexed or
// kept.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/console/readers.h"
#include "store/threads.h"

namespace careline::console {

/// What was typed, as words that must all occur in a message; width and case make no difference.
class Wanted {
 public:
  /// Words are parted by white space. None for white space alone.
  explicit Wanted(std::string_view typed);
  bool empty() const { return words_.empty(); }

  /// Where the first word stands in a message that holds all of them.
  struct Place {
    std::size_t from, to;  // bytes of the message, on the borders of characters
  };
  std::optional<Place> in(const std::string& message) const;

 private:
  std::vector<std::string> words_;
};

/// The surroundings of a place, on the borders of characters.
struct Excerpt {
  std::string before, word, after;
};
Excerpt excerpt_of(const std::string& message, const Wanted::Place& place);

struct Match {
  store::Thread thread;
  MessageId message;
  std::string author;
  std::int64_t at = 0;
  Excerpt excerpt;
};
struct Matches {
  std::vector<Match> newest;  // at most kMostMatches, newest first
  std::size_t found = 0;
  bool all_read = true;  // false: older messages were left out
};

inline constexpr std::size_t kMostMatches = 50, kMostRead = 20'000;
inline constexpr std::chrono::seconds kLongestSearch{2};

/// Goes through the messages of the threads that were granted to `reader`, those with the latest news first.
Matches search(Readers& readers, const store::Keyring& keys, const store::Reader& reader,
               const Wanted& wanted);

}  // namespace careline::console
