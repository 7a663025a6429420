// Somebody with the files of a Careline who wants to know which person asked which anonymous question. Each
// strategy ranks all persons for each question; whether it was right is judged outside.
#pragma once
#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "store/seal.h"

namespace careline::tests {

// What was taken: a database (its WAL beside it as FILE-wal, if any), a copy that is older, and perhaps the
// keys.
struct Loot {
  std::filesystem::path database, older;
  const store::Keyring* keys = nullptr;
  enum class Holds { nothing, root, root_and_passing } holds = Holds::nothing;
};

struct Strategy {
  std::string name;
  // For question q the score of person p; the highest is the guess.
  std::function<double(std::size_t q, std::size_t p)> score;
};

class Thief {
 public:
  // `people` and `questions` are the bytes of their ids: which rows are persons and which questions is no
  // secret.
  Thief(const Loot& loot, std::vector<std::string> people, std::vector<std::string> questions);

  std::vector<Strategy> strategies() const;

 private:
  using Numbers = std::map<std::string, std::vector<std::vector<double>>>;  // by feature, for each entity
  struct Entities {
    std::vector<std::string> ids;
    std::map<std::string, std::size_t> by_name;  // every way in which a row may mean one
    Numbers numbers;
    std::vector<std::string> bytes;  // all blobs of the rows that mean it
    void note(const std::string& feature, std::size_t entity, double value);
  };
  void read_rows();
  void read_table(const std::string& table);
  void read_places();
  void read_wal();
  void open_states();
  void try_keys();
  std::vector<Strategy> compared() const;
  Strategy same_bytes() const;

  Loot loot_;
  std::string database_;  // its bytes
  Entities people_, questions_;
  // Pairs that a strategy found directly.
  std::map<std::string, std::map<std::pair<std::size_t, std::size_t>, double>> pairs_;
};

// How well a strategy did.
struct Success {
  std::string name;
  double hits = 0;  // share of the questions whose first guess is right; a draw counts as its share
  std::array<double, 2> half{};  // the same of every other question
  double rank = 0;               // mean place of the right person, 0 first, 1 last
};
Success judged(const Strategy& strategy, std::size_t people, const std::vector<std::size_t>& askers);

}  // namespace careline::tests
