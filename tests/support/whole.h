// A whole Careline on a real database in a folder of its own, with a clock that the test turns and a LINE
// that listens and can be told to fail.
#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "bot/flow/desk.h"
#include "bot/flow/inbox_worker.h"
#include "bot/flow/sender.h"
#include "config/programme.h"
#include "store/threads.h"

namespace careline::tests {

// One call that LINE heard.
struct Heard {
  std::string how, to, token;  // reply, push or multicast
  std::string retry_key;
  nlohmann::json messages;
};

class Whole {
 public:
  Whole();
  ~Whole();

  // What LINE delivers; `extra` is merged into the event. Everything that follows from it is carried out
  // before these return.
  void says(const std::string& who, const std::string& text, const nlohmann::json& extra = {});
  void presses(const std::string& who, const std::string& data);
  void taps(const std::string& who, const std::string& label);  // a button that the phone shows, newest first
  void happens(const std::string& who, nlohmann::json event);
  void deliver(const std::vector<nlohmann::json>& events);  // one webhook with several events
  nlohmann::json text_event(const std::string& who, const std::string& text);
  static std::string line_id(const std::string& who);
  void settle();  // until nothing is left to do at this moment
  void later(std::int64_t ms);
  void run(const store::Writer::Work& work) { writer_->run(work); }

  void with(const store::Writer::Work& work);  // on the writer's thread
  // The whole way of an anonymous question with an address, and of a counselling request; closed ones are not
  // looked for.
  store::Thread ask(const std::string& who, const std::string& text);
  store::Thread apply(const std::string& who, const std::string& matter);
  bool night();          // what is due by night is done; false if nothing was
  bool night_stopped();  // the same, told to stop at once
  void forget_left();
  const store::Keyring& keys() const { return keys_; }
  std::filesystem::path database() const { return folder / "careline.db"; }

  flow::Actor joins(const std::string& name, Roles roles);  // one more operator
  flow::Actor joins(const std::string& name);               // another counsellor, for whose key lin vouches
  std::vector<store::Thread> threads(bool closed = false) { return threads_of(lin, closed); }
  std::vector<store::Thread> threads_of(const flow::Actor& who, bool closed = false);
  std::vector<store::Message> messages(const ThreadId& id) { return messages(id, lin); }
  std::vector<store::Message> messages(const ThreadId& id, const flow::Actor& who);
  std::string last_to(const std::string& who);  // all texts of the last call to this person
  std::vector<Heard> heard_and_forget();

  std::int64_t clock = 1'795'485'600'000;  // Tuesday 24 November 2026, 10:00 in Taipei
  std::set<std::string> on_duty;
  flow::Actor lin;                                 // the counsellor
  std::function<flow::Answer(const Heard&)> line;  // says 200 unless a test says otherwise
  std::vector<Heard> heard;
  std::filesystem::path folder;

 private:
  flow::Answer hear(const store::Parcel& parcel);
  nlohmann::json find_button(const std::string& who, const std::string& label);

  std::mutex mutex_;
  config::Programme programme_;
  store::Keyring keys_;
  std::unique_ptr<crisis::Lookout> lookout_;
  std::unique_ptr<store::Writer> writer_;
  flow::Changes changes_;
  std::unique_ptr<flow::House> house_;
  std::unique_ptr<flow::Sender> sender_;
  std::unique_ptr<flow::InboxWorker> inbox_;
  std::map<std::string, std::vector<nlohmann::json>> phone_;  // messages by LINE id
  int events_ = 0;

 public:
  std::unique_ptr<flow::Desk> desk;
};

// Every text that a message shows, Flex included.
std::string texts_of(const nlohmann::json& message);

}  // namespace careline::tests
