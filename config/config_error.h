// The one error of this room: a configuration that cannot be used, said in a line that an operator can act
// on.
#pragma once

#include <stdexcept>
#include <string>

namespace careline::config {

/// what() is "file:line:column: message", in English, with a suggestion where one is near. Never holds a
/// secret.
class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace careline::config
