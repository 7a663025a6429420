// Writes and reads the one state of the menu.
#include "handlers/menu/codec.h"

namespace careline::menu {

nlohmann::json encode(const State&) { return {{"at", "erasure"}}; }

std::optional<State> decode(const nlohmann::json& json) {
  if (!json.is_object()) return std::nullopt;
  const auto at = json.find("at");
  if (at == json.end() || *at != "erasure") return std::nullopt;
  return ConfirmingErasure{};
}

}  // namespace careline::menu
