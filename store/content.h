// Sealing what people and counsellors wrote: everybody can write into a thread, only its key opens. Only
// these functions know how.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "store/model/ids.h"
#include "store/seal.h"

namespace careline::store {

// Where a message stands; a sealed text that was moved does not open.
struct ContentPlace {
  ThreadId thread;
  MessageId message;
  std::int64_t epoch = 1;
};

// A fresh key for the message, sealed to the thread's box, and the padded text under it; all of it once more
// under the service's key, so that a copy of the database alone holds no asymmetric box to wait for.
std::string seal_content(const Keyring& keys, const Key32& box, const ContentPlace& place,
                         std::string_view text);
std::optional<std::string> open_content(const Keyring& keys, const Secret& thread_key,
                                        const ContentPlace& place, std::string_view sealed);

// A counsellor's answer in a question, once more to the asker's receipt.
std::string seal_answer(const Key32& receipt_box, const ContentPlace& place, std::string_view text);
std::optional<std::string> open_answer(const Secret& receipt_key, const ContentPlace& place,
                                       std::string_view sealed);
// And in a case, until the employee fetched it (passing.key).
std::string seal_pending(const Keyring& keys, const ContentPlace& place, std::string_view text);
std::optional<std::string> open_pending(const Keyring& keys, const ContentPlace& place,
                                        std::string_view sealed);

// An anonymous asker's way back, behind two locks: the thread's key, which counsellors hold, and the
// service's, which no operator holds (security.md §2.6).
std::string lock_address(const Keyring& keys, const Secret& thread_key, const ThreadId& thread,
                         std::string_view address);
std::optional<std::string> unlock_address(const Keyring& keys, const Secret& thread_key,
                                          const ThreadId& thread, std::string_view locked);

}  // namespace careline::store
