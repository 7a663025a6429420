// Sealing what people and counsellors wrote.
#include "store/content.h"

#include "store/marks.h"
#include "store/padding.h"

namespace careline::store {
namespace {

constexpr std::size_t kText = 512, kAddress = 64;  // the smallest sizes that are stored
constexpr std::size_t kSealedKey = Key32{}.size() + kBoxExtra;

std::string text_of(std::string_view kind, const ContentPlace& place) {
  return fields({kind, place.thread.view(), place.message.view(), std::to_string(place.epoch)});
}

Secret address_lock(const Keyring& keys, const Secret& thread_key, const ThreadId& thread) {
  const Secret theirs = derived(thread_key, "deliver1" + std::string(thread.view()));
  return keys.secret(Purpose::deliver, theirs.view());
}

}  // namespace

std::string seal_content(const Keyring& keys, const Key32& box, const ContentPlace& place,
                         std::string_view text) {
  const std::string at = text_of("m1", place);
  const Secret key = random_secret();
  return keys.seal(Purpose::content, seal_to_box(box, key.view()) + wrap(key, padded(text, kText), at), at);
}

std::optional<std::string> open_content(const Keyring& keys, const Secret& thread_key,
                                        const ContentPlace& place, std::string_view sealed) {
  const std::string at = text_of("m1", place);
  const auto both = keys.open(Purpose::content, sealed, at);
  if (!both || both->size() < kSealedKey) return std::nullopt;
  const auto key = open_box(thread_key, std::string_view(*both).substr(0, kSealedKey));
  if (!key) return std::nullopt;
  return without_padding(unwrap(Secret(key32(*key)), std::string_view(*both).substr(kSealedKey), at));
}

std::string seal_answer(const Key32& receipt_box, const ContentPlace& place, std::string_view text) {
  const Secret key = random_secret();
  return seal_to_box(receipt_box, key.view()) + wrap(key, padded(text, kText), text_of("r1", place));
}

std::optional<std::string> open_answer(const Secret& receipt_key, const ContentPlace& place,
                                       std::string_view sealed) {
  if (sealed.size() < kSealedKey) return std::nullopt;
  const auto key = open_box(receipt_key, sealed.substr(0, kSealedKey));
  if (!key) return std::nullopt;
  return without_padding(unwrap(Secret(key32(*key)), sealed.substr(kSealedKey), text_of("r1", place)));
}

std::string seal_pending(const Keyring& keys, const ContentPlace& place, std::string_view text) {
  return keys.seal(Purpose::pending, padded(text, kText), text_of("p1", place));
}

std::optional<std::string> open_pending(const Keyring& keys, const ContentPlace& place,
                                        std::string_view sealed) {
  return without_padding(keys.open(Purpose::pending, sealed, text_of("p1", place)));
}

std::string lock_address(const Keyring& keys, const Secret& thread_key, const ThreadId& thread,
                         std::string_view address) {
  return wrap(address_lock(keys, thread_key, thread), padded(address, kAddress), thread.view());
}

std::optional<std::string> unlock_address(const Keyring& keys, const Secret& thread_key,
                                          const ThreadId& thread, std::string_view locked) {
  return without_padding(unwrap(address_lock(keys, thread_key, thread), locked, thread.view()));
}

}  // namespace careline::store
