// The two files of a recovery: the request, which leaves the service with sealed grants, and the answer,
// which two officers make of it on another machine. Neither holds anything that was written, nor a key in the
// clear.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/seal.h"

namespace careline::store {

struct RecoveryThread {
  ThreadId id;
  std::string kind, label;
  std::map<std::int64_t, std::string> grants;  // sealed, by epoch
};
struct Recovery {
  Key32 team{};      // the public half of the team's recovery key
  std::string name;  // who is to read the threads
  Key32 key{};       // and their public key
  std::vector<RecoveryThread> threads;
  std::vector<std::string> labels() const;  // sorted
};

std::string write_request(const Recovery& request, const Keyring& keys);
struct SignedRequest {
  Recovery request;
  Key32 signer{};  // the service's key that signs the audit trail's heads
};
// Nullopt if it is no such file, or one byte of it is another.
std::optional<SignedRequest> read_request(const std::string& text);
// The grants sealed to the named operator's key alone, signed by the team's key. Nullopt if one of them does
// not open where it says it belongs.
std::optional<std::string> write_answer(const Recovery& request, const Secret& team);
// Nullopt if it is no such file, or was not signed by this team's key.
std::optional<Recovery> read_answer(const std::string& text, const Key32& team);

}  // namespace careline::store
