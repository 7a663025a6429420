// What concerns operators' own keys, accounts and the team's recovery key: asked for in the console, or by
// the command line. Each act and its audit line are one transaction; each call waits until it is committed,
// or throws.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bot/flow/changes.h"
#include "bot/flow/desk.h"
#include "store/own_key.h"
#include "store/recovery.h"
#include "store/staff.h"
#include "store/team_key.h"
#include "store/writer.h"

namespace careline::flow {

// gone: somebody else changed the account in between, or it cannot be done with it.
enum class KeyOutcome { done, wrong, gone };
struct KeyResult {
  KeyOutcome outcome = KeyOutcome::gone;
  std::optional<store::Secret> seed;  // what the operator reads with from now on
};

class StaffDesk {
 public:
  StaffDesk(store::Writer& writer, const store::Keyring& keys, Changes& changes,
            std::function<std::int64_t()> now_ms)
      : writer_(writer), keys_(keys), changes_(changes), now_ms_(std::move(now_ms)) {}

  // On one's own key. All but the recovery code cost Argon2id once or twice: only behind the console's gate.
  KeyResult change_password(const Actor& who, const std::string& old, const std::string& fresh);
  // The code, to be shown once; the one before is void. Nullopt without the key.
  std::optional<std::string> make_recovery_code(const Actor& who);
  // After a reset: the code brings the key back under the password of now.
  KeyResult recover(const Actor& who, const std::string& code, const std::string& password);
  // Another key, with everything that could be read before.
  KeyResult rotate(const Actor& who, const std::string& password);
  // Another key, with nothing: after a reset, when the code is lost too.
  KeyResult give_up(const Actor& who, const std::string& password);

  // On somebody else's account. Opens nothing that they could read.
  bool reset(const Actor& who, const std::string& name, const std::string& password);
  std::optional<std::string> make_activation(const Actor& who, const std::string& name);
  // By the operator, who is not signed in. False for every mistake alike.
  bool activate(const std::string& name, const std::string& code, const std::string& password);
  bool renew_factor(const Actor& who, const std::string& name);
  store::Left leave(const Actor& who, const std::string& name);
  bool change_roles(const Actor& who, const std::string& name, Roles roles);

  void add_team_key(const Actor& who, const store::Key32& public_key);
  bool vouch_team_key(const Actor& who, const store::Key32& public_key);
  // Every thread that `who` can read, closed ones too; how many were new to the team's key.
  std::size_t give_to_team(const Actor& who);
  store::Exported export_recovery(const Actor& who, const std::vector<std::string>& labels,
                                  const std::string& name);
  store::Exported import_recovery(const Actor& who, const std::string& answer);

 private:
  std::optional<store::Operator> find(const std::string& name);
  store::AuditLine line(const Actor& who, store::Action action, const std::string& object = "") const;
  template <class Act>
  auto run(const Act& act) {
    decltype(act(std::declval<store::Db&>())) result{};
    writer_.run([&](store::Db& db) { result = act(db); });
    writer_.erase_soon();  // wrapped keys and grants that were replaced
    return result;
  }

  store::Writer& writer_;
  const store::Keyring& keys_;
  Changes& changes_;
  std::function<std::int64_t()> now_ms_;
};

// The command line acts as this.
inline Actor the_system() { return {"system", {}, {}}; }

}  // namespace careline::flow
