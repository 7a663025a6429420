// bench-fill: a store as it is after years. Half of the messages stand in open cases of the people whom
// bench-load plays, the other half in anonymous questions of ten messages, all sealed as the service seals
// them.
#include <algorithm>
#include <chrono>
#include <exception>
#include <filesystem>
#include <iostream>
#include <vector>

#include "bot/place.h"
#include "config/settings.h"
#include "store/people.h"
#include "store/threads.h"
#include "store/writer.h"
#include "tests/bench/signed_events.h"
#include "tests/bench/wire.h"

namespace careline::bench {
namespace {

constexpr const char* kUsage = "bench-fill --config F --messages N --users N\n";
constexpr const char* kWords = "這兩週睡得比較好了，想再請教如何和主管談工作調整，謝謝您。";
constexpr std::int64_t kQuestionMessages = 10;
constexpr std::int64_t kHour_ms = 3'600'000;
// More in one piece are slower each: every statement that fires a trigger ends with a walk through all that
// its savepoint remembers.
constexpr std::int64_t kMessagesInACommit = 500;

class Fill {
 public:
  Fill(const config::Settings& settings, std::int64_t users)
      : keys_(open_keys(settings)), writer_(database_file(settings), keys_), users_(users) {}

  void messages(std::int64_t wanted) {
    writer_.run([&](store::Db& db) { open_cases(db); });
    const std::int64_t in_cases = wanted / 2;
    std::int64_t done = 0;
    while (done < wanted)
      writer_.run([&](store::Db& db) {
        const std::int64_t until = std::min<std::int64_t>(done + kMessagesInACommit, wanted);
        for (; done < until; ++done) {
          if (done < in_cases)
            add(db, cases_[static_cast<std::size_t>(done % users_)], done);
          else
            add(db, question(db, done), done);
        }
      });
    std::cout << done << " messages, " << cases_.size() << " cases\n";
  }

 private:
  void open_cases(store::Db& db) {
    store::People people(db, keys_);
    store::Threads threads(db, keys_);
    for (std::int64_t i = 0; i < users_; ++i) {
      const auto person = people.find(user_id(i));
      people.remember(person, start_ms_ / (24 * kHour_ms));
      store::Thread thread{
          .id = store::random_id<ThreadId>(), .kind = "case", .label = threads.next_case_number()};
      thread.person = person.id;
      thread.opened_at = thread.active_at = start_ms_;
      thread.due_at = start_ms_ + 72 * kHour_ms;
      cases_.push_back(threads.open(thread, std::nullopt, std::nullopt));
    }
  }

  const store::Thread& question(store::Db& db, std::int64_t number) {
    if (number % kQuestionMessages == 0 || question_.id == ThreadId{}) {
      store::Thread thread{.id = store::random_id<ThreadId>(), .kind = "question"};
      thread.label = thread.id.hex().substr(0, 12);
      thread.opened_at = thread.active_at = start_ms_;
      question_ = store::Threads(db, keys_).open(thread, thread.id.hex(), std::nullopt);
      store::Threads(db, keys_).set_closed(question_.id, 1, 0);
    }
    return question_;
  }

  void add(store::Db& db, const store::Thread& thread, std::int64_t number) {
    const bool answer = number % 3 == 0;
    store::NewMessage message{.author = answer ? "counsellor" : "employee", .text = kWords, .at = start_ms_};
    if (answer)
      message.delivery = "accepted";
    else
      message.line_message = store::random_id<LineKey>();
    store::Threads(db, keys_).add(thread, message);
  }

  // Some weeks ago: the service erases questions that are older than their term as soon as it starts.
  const std::int64_t start_ms_ = std::chrono::duration_cast<std::chrono::milliseconds>(
                                     std::chrono::system_clock::now().time_since_epoch())
                                     .count() -
                                 30 * 24 * kHour_ms;
  const store::Keyring keys_;
  store::Writer writer_;
  const std::int64_t users_;
  std::vector<store::Thread> cases_;
  store::Thread question_;
};

}  // namespace
}  // namespace careline::bench

int main(int argc, char** argv) {
  using namespace careline;
  try {
    const bench::Flags flags(argc, argv);
    bench::Fill(config::load_settings(flags.text("config")), flags.number("users"))
        .messages(flags.number("messages"));
    return 0;
  } catch (const std::exception& problem) {
    std::cerr << "bench-fill: " << problem.what() << "\n" << bench::kUsage;
    return 1;
  }
}
