// `careline recovery …`: the team's recovery key on two sheets, and named threads recovered by both.
#pragma once
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace careline {

class RecoveryCommands {
 public:
  explicit RecoveryCommands(CLI::App& app);
  std::optional<int> run() const;  // nullopt unless one of them was given

 private:
  CLI::App *create_, *export_, *show_, *open_, *import_;
  std::string config_, name_, file_, out_;
  std::vector<std::string> threads_;
};

}  // namespace careline
