// The fixed words that are commands wherever they are typed alone.
#pragma once
#include <string>
#include <utility>
#include <vector>

namespace careline::flow {

// Words (of config/phrases) and the id of what they do.
const std::vector<std::pair<std::string, std::string>>& commands();

}  // namespace careline::flow
