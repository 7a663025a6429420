// Sealing what people wrote to counsellors.
#include "store/content.h"

namespace careline::store {
namespace {
constexpr std::size_t kPad = 512;  // so that a size tells little

std::string place(const ThreadId& thread, const MessageId& message) {
  return std::string(thread.view()) + std::string(message.view());
}
}  // namespace

std::string seal_content(const Keyring& keys, const ThreadId& thread, const MessageId& message,
                         std::string_view text) {
  std::string padded = std::string(text) + '\x80';
  padded.resize((padded.size() + kPad - 1) / kPad * kPad, '\0');
  return keys.seal(Purpose::content, padded, place(thread, message));
}

std::optional<std::string> open_content(const Keyring& keys, const ThreadId& thread, const MessageId& message,
                                        std::string_view sealed) {
  auto padded = keys.open(Purpose::content, sealed, place(thread, message));
  if (!padded) return std::nullopt;
  const auto end = padded->find_last_not_of('\0');
  if (end == std::string::npos) return std::nullopt;
  padded->resize(end);  // the mark itself goes too
  return padded;
}

}  // namespace careline::store
