// Sees to it that a form that is sent twice (double click, lost answer) takes effect once.
#pragma once
#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <string>

namespace careline::console {

class Once {
 public:
  enum class Turn { first, running, done };
  /// `first` obliges the caller to finish or give_up the key.
  Turn begin(const std::string& key);
  void finish(const std::string& key);
  void give_up(const std::string& key);

 private:
  static constexpr std::size_t kMost = 4096;  // forms remembered; far more than a day of answers
  std::mutex mutex_;
  std::map<std::string, Turn> turns_;
  std::deque<std::string> order_;
};

}  // namespace careline::console
