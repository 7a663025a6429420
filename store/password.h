// Passwords: one Argon2id run gives both what is stored to check them and the key that wraps an operator's
// seed.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "store/seal.h"

namespace careline::store {

struct PasswordCost {
  unsigned long long passes = 3;
  std::size_t memory = std::size_t{256} << 20;  // bytes
};

struct NewPassword {
  std::string record;  // parameters, salt and check value, as text
  Secret wraps;
};

// The password counts as NFC text. `pepper` of the keyring: a copy of the database alone guesses nothing.
// Throws std::bad_alloc without memory.
NewPassword make_password(const Keyring& keys, std::string_view name, std::string_view password,
                          const PasswordCost& cost = {});
// The key that the right password gives, else nullopt. Takes as long for an empty record (an unknown name).
std::optional<Secret> check_password(const Keyring& keys, std::string_view name, std::string_view record,
                                     std::string_view password);

}  // namespace careline::store
