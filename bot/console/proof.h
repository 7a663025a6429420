// How an operator proves who they are: password and code, checked behind the gate, and the session that this
// gives.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "bot/console/office.h"

namespace careline::console {

struct Proof {
  std::string name, password, code;
  ~Proof();
  bool too_long() const;
};
enum class Asked { password, password_and_code };

struct Proven {
  Roles roles;
  std::optional<store::Secret> seed;
  bool enrolled = false;  // whether a first code ever confirmed the second factor
};
/// Nullopt for every mistake alike. Takes the same steps for a name that does not exist, and looks at the
/// code also after a wrong password; a code that was right is used up. Costs one Argon2id: only behind the
/// gate.
std::optional<Proven> prove(Office& office, const Proof& proof, Asked asked, std::int64_t now_ms);

/// Runs `check` on a thread of the gate and answers with what it gives, 500 if it throws; answers 503 itself
/// while too many wait.
Answer at_the_gate(Office& office, const Visit& visit, std::function<web::Response()> check);
/// 429 with the time to wait.
web::Response slow_down(const Office& office, std::int64_t wait_ms);

/// Ends the session of the request, if it has one, and starts one like this; gives its secret.
std::string begin_session(Office& office, const web::Request& request, const Session& like);
/// `answer` with the cookie of a session.
web::Response with_cookie(const web::Request& request, const std::string& secret, const Json& answer);

}  // namespace careline::console
