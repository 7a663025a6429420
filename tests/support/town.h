// A town for the thief: a thousand people use a whole Careline for three days, and two hundred of them ask an
// anonymous question. Only the town knows who asked which.
#pragma once
#include <map>
#include <queue>
#include <random>
#include <string>
#include <vector>

#include "tests/support/whole.h"

namespace careline::tests {

class Town {
 public:
  static constexpr int kPeople = 1'000, kAskers = 200;

  // Lives through three days and answers on the fourth; `at_noon` is called in the middle of the second.
  explicit Town(const std::function<void(Town&)>& at_noon);
  // Until every state of a conversation is swept, as the service does it.
  void sleep();

  struct Asked {
    std::string thread, person;  // the bytes of their ids
  };
  std::vector<Asked> asked();
  std::filesystem::path database() const { return whole.folder / "careline.db"; }

  Whole whole;
  const store::Keyring keys = some_keys();

 private:
  static store::Keyring some_keys();
  struct Step {
    std::int64_t at;
    std::string who, says;  // LINE's events stand in < >
    bool operator>(const Step& other) const { return at > other.at; }
  };
  void plan(const std::string& who, std::int64_t at, const std::vector<std::string>& steps);
  void plan_day(int person);
  std::int64_t some_time();
  std::string some_text(int longest);
  void live(std::int64_t until);
  void say_some();
  void note_receipt(const std::string& who);
  void answer(const std::string& who);
  nlohmann::json event(const Step& step);
  int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }

  std::mt19937 random_{20'261'124};
  std::priority_queue<Step, std::vector<Step>, std::greater<>> ahead_;
  std::map<std::string, std::string> receipts_;  // of the askers
  std::int64_t morning_;
};

}  // namespace careline::tests
