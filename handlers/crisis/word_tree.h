// Finds every one of many words in a text in one pass.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace careline::crisis {

struct WordHit {
  std::uint32_t word, start;  // index of the word as given; where it begins
  auto operator<=>(const WordHit&) const = default;
};

// A prefix tree of words, immutable. Words of ASCII letters or digits are found only as whole words.
class WordTree {
 public:
  // `words` sorted, without doubles or empty ones.
  explicit WordTree(const std::vector<std::u32string>& words);

  // By place. Time: length of the text times the longest word at most.
  std::vector<WordHit> hits(const std::u32string& text) const;

 private:
  struct Edge {
    char32_t on;
    std::uint32_t to;
  };
  struct Node {
    std::uint32_t first_edge = 0, edges = 0;
    std::int32_t word = -1;
  };
  void grow(const std::vector<std::u32string>& words, std::size_t from, std::size_t to, std::size_t depth,
            std::uint32_t node);
  const Edge* edge(const Node& node, char32_t on) const;

  std::vector<Node> nodes_;
  std::vector<Edge> edges_;
};

}  // namespace careline::crisis
