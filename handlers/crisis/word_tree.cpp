// The prefix tree: nodes and edges in two flat arrays, which keeps thousands of words small in memory.
#include "handlers/crisis/word_tree.h"

#include <algorithm>

#include "handlers/crisis/normalise.h"

namespace careline::crisis {

WordTree::WordTree(const std::vector<std::u32string>& words) {
  nodes_.emplace_back();
  grow(words, 0, words.size(), 0, 0);
  nodes_.shrink_to_fit();
  edges_.shrink_to_fit();
}

// words[from, to) share their first `depth` characters, which lead to `node`.
void WordTree::grow(const std::vector<std::u32string>& words, std::size_t from, std::size_t to,
                    std::size_t depth, std::uint32_t node) {
  if (from < to && words[from].size() == depth) nodes_[node].word = static_cast<std::int32_t>(from++);
  const std::size_t first_edge = edges_.size();
  std::vector<std::size_t> groups;
  for (std::size_t i = from; i < to; ++i)
    if (i == from || words[i][depth] != words[i - 1][depth]) {
      groups.push_back(i);
      edges_.push_back({words[i][depth], static_cast<std::uint32_t>(nodes_.size())});
      nodes_.emplace_back();
    }
  nodes_[node].first_edge = static_cast<std::uint32_t>(first_edge);
  nodes_[node].edges = static_cast<std::uint32_t>(groups.size());
  groups.push_back(to);
  for (std::size_t g = 0; g + 1 < groups.size(); ++g)
    grow(words, groups[g], groups[g + 1], depth + 1, edges_[first_edge + g].to);
}

const WordTree::Edge* WordTree::edge(const Node& node, char32_t on) const {
  const Edge* begin = edges_.data() + node.first_edge;
  const Edge* end = begin + node.edges;
  const Edge* found = std::lower_bound(begin, end, on, [](const Edge& e, char32_t c) { return e.on < c; });
  return found != end && found->on == on ? found : nullptr;
}

std::vector<WordHit> WordTree::hits(const std::u32string& text) const {
  std::vector<WordHit> out;
  const auto inside_word = [&](std::size_t i) {
    return i > 0 && i < text.size() && is_ascii_word(text[i - 1]) && is_ascii_word(text[i]);
  };
  for (std::size_t start = 0; start < text.size(); ++start) {
    if (inside_word(start)) continue;
    const Node* node = &nodes_.front();
    for (std::size_t i = start; i < text.size(); ++i) {
      const Edge* next = edge(*node, text[i]);
      if (next == nullptr) break;
      node = &nodes_[next->to];
      if (node->word >= 0 && !inside_word(i + 1))
        out.push_back({static_cast<std::uint32_t>(node->word), static_cast<std::uint32_t>(start)});
    }
  }
  return out;
}

}  // namespace careline::crisis
