// The persons that somebody means who types whom to keep out.
#pragma once
#include <string>
#include <vector>

namespace careline::counselling {

struct Named {
  std::vector<std::string> names;  // of those who are known
  std::string unknown;  // the first piece that means nobody, or one of several; "" if there is none
};
// Reads one name or several with commas between them. Width, case, blanks and words around a name do not
// matter.
Named names_in(const std::string& typed, const std::vector<std::string>& known);

}  // namespace careline::counselling
