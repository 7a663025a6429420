// A secret key on two sheets of paper: each alone tells nothing (s1 random, s2 = key XOR s1), both together
// are the key. Each carries its number, what it belongs to and check digits.
#pragma once
#include <string>
#include <string_view>
#include <utility>

#include "store/identity.h"

namespace careline::store {

// Twenty groups of four digits (Crockford's base 32). `signer` is the public key that signs what the shares
// are asked to open: later it is known by them.
std::pair<std::string, std::string> split(const Secret& seed, const Key32& signer);

enum class ShareFault { none, count, typing, twice, not_a_pair };
struct Joined {
  ShareFault fault = ShareFault::count;
  Secret seed;
  std::string signer_id;
  bool belong_to(const Key32& signer) const;
};
// Both shares, in any order, blanks and line ends as they come.
Joined join(std::string_view typed);

}  // namespace careline::store
