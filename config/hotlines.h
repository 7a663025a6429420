// The public help lines of Taiwan, with who checked them and when. The list is data that the binary carries.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/config_error.h"

namespace careline::config {

struct Hotline {
  std::string number;  // as people write it, such as "0800-013-999"
  std::string dial;    // digits only, for a tel: link; empty where a mobile needs an area code first
  std::string name;
  std::string hours;  // zh-TW; empty when not confirmed
  std::string about;
  bool verified = false;      // only verified lines may stand on a crisis card
  std::string last_verified;  // "YYYY-MM-DD"; empty if never
  std::string verified_by;    // where it was confirmed
};

/// Every line of the list, in its order.
const std::vector<Hotline>& hotlines();

/// The line with this number as written in the list, such as "1925", or nullptr.
const Hotline* hotline(std::string_view number);

/// Reads a list; throws ConfigError. `name` stands in errors in place of a file.
std::vector<Hotline> parse_hotlines(std::string_view toml, const std::string& name);

}  // namespace careline::config
