// What a conversation remembers of a thread that must not be linked to its person.
#include "bot/flow/reference.h"

namespace careline::flow {
namespace {

constexpr std::string_view kHidden = "reference", kButton = "view";

std::string written(const Reference& r) { return r.receipt.empty() ? "t" + r.thread.hex() : "q" + r.receipt; }

std::optional<Reference> read(const std::optional<std::string>& text) {
  if (!text || text->empty()) return std::nullopt;
  if (text->front() == 'q') return Reference{text->substr(1), {}};
  const auto thread = ThreadId::from_hex(std::string_view(*text).substr(1));
  if (!thread) return std::nullopt;
  return Reference{"", *thread};
}

}  // namespace

std::string hide(const House& house, const Reference& reference) {
  return store::base64url(store::wrap(house.fleeting, written(reference), kHidden));
}

std::optional<Reference> reveal(const House& house, const std::string& hidden) {
  const auto sealed = store::from_base64url(hidden);
  return sealed ? read(store::unwrap(house.fleeting, *sealed, kHidden)) : std::nullopt;
}

std::string button_of(const House& house, const Reference& reference) {
  return store::base64url(house.keys.seal(store::Purpose::token, written(reference), kButton));
}

std::optional<Reference> reference_of_button(const House& house, const std::string& data) {
  const auto sealed = store::from_base64url(data);
  return sealed ? read(house.keys.open(store::Purpose::token, *sealed, kButton)) : std::nullopt;
}

std::optional<store::Thread> thread_of(store::Threads& threads, const Reference& reference) {
  return reference.receipt.empty() ? threads.find(reference.thread) : threads.by_receipt(reference.receipt);
}

}  // namespace careline::flow
