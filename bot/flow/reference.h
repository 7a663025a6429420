// What a conversation remembers of a thread that must not be linked to its person: on the disk it is sealed
// under a key that lives in memory only. After a restart nothing is known any more, and the person's receipt
// or the button of the last notice (which only their phone holds) leads back.
#pragma once
#include <optional>
#include <string>

#include "bot/flow/house.h"
#include "store/threads.h"

namespace careline::flow {

struct Reference {
  std::string receipt;  // of a question
  ThreadId thread;      // of a case or an alert; when there is no receipt
  bool operator==(const Reference&) const = default;
};

std::string hide(const House& house, const Reference& reference);
std::optional<Reference> reveal(const House& house, const std::string& hidden);

// The same as the data of a button, which any later process of this service understands.
std::string button_of(const House& house, const Reference& reference);
std::optional<Reference> reference_of_button(const House& house, const std::string& data);

std::optional<store::Thread> thread_of(store::Threads& threads, const Reference& reference);

}  // namespace careline::flow
