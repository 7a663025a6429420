// How `careline operator …` and `careline recovery …` reach a running service: a socket (0600) in the store
// directory, one JSON line each way.
#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <thread>

namespace careline {

class Control {
 public:
  using Answer = std::function<std::string(const std::string& request)>;
  // Throws std::system_error if the socket cannot be made.
  Control(std::filesystem::path socket, Answer answer);
  ~Control();

 private:
  void loop();
  std::filesystem::path path_;
  Answer answer_;
  int listener_ = -1, stop_[2] = {-1, -1};
  std::thread thread_;
};

// nullopt if no service answers within 10 s.
std::optional<std::string> ask_service(const std::filesystem::path& socket, const std::string& request);

}  // namespace careline
