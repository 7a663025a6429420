// The states of a topic-group conversation as JSON.
#include "handlers/topic_groups/codec.h"

#include <string>

namespace careline::topic_groups {
namespace {
using nlohmann::json;

json write(const ChoosingTopic&) { return {{"at", "choosing_topic"}}; }
json write(const ChoosingMine&) { return {{"at", "choosing_mine"}}; }
json write(const Looking& s) { return {{"at", "looking"}, {"topic", s.topic}}; }

}  // namespace

json encode(const State& state) {
  return std::visit([](const auto& s) { return write(s); }, state);
}

std::optional<State> decode(const json& stored) noexcept try {
  const auto at = stored.at("at").get<std::string>();
  if (at == "choosing_topic") return ChoosingTopic{};
  if (at == "choosing_mine") return ChoosingMine{};
  if (at == "looking") return Looking{stored.at("topic").get<std::string>()};
  return std::nullopt;
} catch (const std::exception&) {
  return std::nullopt;
}

}  // namespace careline::topic_groups
