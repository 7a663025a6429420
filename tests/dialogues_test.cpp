// Plays every tests/dialogues/*.txt. Unindented lines are what happens; indented lines are what the phone
// then shows. Run with CARELINE_REWRITE=1 to write what was shown into the files, and read the diff.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>

#include "tests/support/whole.h"

namespace careline::tests {
namespace {

std::string indented(const std::string& text) {
  std::istringstream lines(text);
  std::string out;
  for (std::string line; std::getline(lines, line);) out += "    " + line + "\n";
  return out;
}

// What is random in every run has a fixed name in the transcript.
std::string steady(std::string text) {
  static const std::regex kReceipt("\\b[0-9A-HJKMNP-TV-Z]{26}\\b"), kName("匿名提問 [0-9a-f]{6}"),
      kLabel("：[0-9a-f]{6}");
  text = std::regex_replace(text, kReceipt, "〈收件編號〉");
  text = std::regex_replace(text, kName, "匿名提問 〈代號〉");
  return std::regex_replace(text, kLabel, "：〈代號〉");
}

std::string shown(const std::vector<Heard>& calls) {
  std::string out;
  for (const Heard& call : calls) {
    out += "  " + call.how + ":\n";
    for (const auto& message : call.messages) out += indented(steady(texts_of(message))) + "    --\n";
  }
  return out;
}

std::string last_receipt(const Whole& whole) {
  static const std::regex kReceipt("[0-9A-HJKMNP-TV-Z]{26}");
  std::smatch found;
  for (auto call = whole.heard.rbegin(); call != whole.heard.rend(); ++call) {
    const std::string text = texts_of(call->messages);
    if (std::regex_search(text, found, kReceipt)) return found.str();
  }
  return "";
}

// What the console holds open, in its order.
std::string listed(Whole& whole) {
  std::string out;
  for (const auto& thread : whole.threads()) {
    out += "  " + thread.kind + (thread.severity > 0 ? ", danger " + std::to_string(thread.severity) : "") +
           ":\n";
    for (const auto& message : whole.messages(thread.id))
      out += indented(message.withdrawn ? message.author + " took this back"
                                        : message.author + ": " + message.text);
  }
  return out;
}

class Player {
 public:
  std::string play(const std::string& line) {
    std::istringstream in(line);
    std::string who, verb, rest;
    in >> who >> verb >> std::ws;
    std::getline(in, rest);
    if (rest.find("〈收件編號〉") != std::string::npos) rest = receipt_;
    if (verb == "says")
      whole_.says(who, rest, {{"message", {{"id", "said " + rest}}}});
    else if (verb == "unsends")
      whole_.happens(who, {{"type", "unsend"}, {"unsend", {{"messageId", "said " + rest}}}});
    else if (verb == "taps")
      whole_.taps(who, rest);
    else if (verb == "presses")
      whole_.presses(who, rest);
    else if (verb == "sends")
      whole_.happens(who, {{"type", "message"}, {"message", {{"id", "x"}, {"type", rest}}}});
    else if (verb == "follows")
      whole_.happens(who, {{"type", "follow"}});
    else if (verb == "answers")
      whole_.desk->reply(whole_.threads().at(0).id, whole_.lin, rest), whole_.settle();
    else if (verb == "closes")
      whole_.desk->close(whole_.threads().at(0).id, whole_.lin);
    else if (verb == "posts")
      whole_.desk->post(rest.substr(0, rest.find(' ')), rest.substr(rest.find(' ') + 1),
                        {who, Role::admin, {}}),
          whole_.settle();
    else if (verb == "joins")
      operators_[who] = whole_.joins(who);
    else if (verb == "opens")
      whole_.desk->open(whole_.threads_of(operator_(who)).at(0).id, operator_(who));
    else if (verb == "contacts")
      whole_.desk->contact(whole_.threads_of(operator_(who)).at(0).id, operator_(who), rest);
    else if (verb == "shares")
      whole_.desk->share(operator_(who), rest, false);
    else if (verb == "counts")
      return "  " + std::to_string(whole_.threads_of(operator_(who)).size()) + "\n";
    else if (verb == "duty")
      go_on_duty(operator_(who).name, rest == "on");
    else if (verb == "lists")
      return listed(whole_);
    else if (verb == "minutes")
      whole_.later(std::stoll(who) * 60'000);
    else
      throw std::runtime_error("no such line in a dialogue: " + line);
    if (const auto receipt = last_receipt(whole_); !receipt.empty()) receipt_ = receipt;
    return shown(whole_.heard_and_forget());
  }

 private:
  void go_on_duty(const std::string& name, bool on) {
    if (on)
      whole_.on_duty.insert(name);
    else
      whole_.on_duty.erase(name);
  }
  const flow::Actor& operator_(const std::string& who) {
    return operators_.contains(who) ? operators_[who] : whole_.lin;
  }

  Whole whole_;
  std::map<std::string, flow::Actor> operators_;  // who joined; everybody else at the desk is the first
  std::string receipt_;
};

std::string replay(const std::string& script) {
  Player player;
  std::istringstream lines(script);
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("  ")) continue;
    out += line + "\n";
    if (!line.empty() && !line.starts_with("#")) out += player.play(line);
  }
  return out;
}

class Dialogues : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Dialogues, SoundTheSame) {
  std::ifstream in(GetParam());
  const std::string script{std::istreambuf_iterator<char>(in), {}};
  const std::string heard = replay(script);
  if (std::getenv("CARELINE_REWRITE"))
    std::ofstream(GetParam()) << heard;
  else
    EXPECT_EQ(heard, script);
}

std::vector<std::filesystem::path> scripts() {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(CARELINE_SOURCE_DIR "/tests/dialogues"))
    found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

INSTANTIATE_TEST_SUITE_P(All, Dialogues, testing::ValuesIn(scripts()),
                         [](const auto& script) { return script.param.stem().string(); });

}  // namespace
}  // namespace careline::tests
