// What the staff can do together, and what stops when one of them is away. Pure.
#pragma once
#include <string>
#include <vector>

#include "store/operators.h"

namespace careline::store {

enum class Duty { answer, take_over, oversee, shred, disclose, post, audit };

// "answer what employees write"
const char* text_of(Duty duty);
// Who has left, or was changed from outside, counts for nothing; who reads needs a vouched key.
std::vector<Duty> impossible(const std::vector<Operator>& staff);

struct Dependence {
  std::string name;
  std::vector<Duty> stops;  // while they are away
};
std::vector<Dependence> dependences(const std::vector<Operator>& staff);

}  // namespace careline::store
