// What `careline operator code` prints.
#include "bot/demo_code.h"

#include "store/second_factor.h"
#include "store/traits.h"

namespace careline {

std::string demo_code(store::Db& db, const store::Keyring& keys, const std::string& name,
                      std::int64_t now_ms) {
  if (!store::made_for_demo(db, keys)) return "refused";
  const auto factor = store::SecondFactors(db, keys).find(name);
  if (!factor) return "unknown";
  return store::next_code(*factor, now_ms).value_or("wait");
}

}  // namespace careline
