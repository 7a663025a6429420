// The fixed words that are commands.
#include "bot/flow/commands.h"

#include "config/phrases.h"

namespace careline::flow {

const std::vector<std::pair<std::string, std::string>>& commands() {
  static const auto kCommands = [] {
    std::vector<std::pair<std::string, std::string>> all;
    const std::string prefix = "flow.command.";
    const auto& phrases = config::Phrases::built_in();
    for (const std::string& key : phrases.keys())
      if (key.starts_with(prefix)) all.emplace_back(phrases.text(key), "cmd:" + key.substr(prefix.size()));
    return all;
  }();
  return kCommands;
}

}  // namespace careline::flow
