// Sealing what people wrote to counsellors. Only these two functions know under which key: replacing them
// by keys of threads and counsellors changes nothing else.
#pragma once
#include <optional>
#include <string>

#include "store/model/ids.h"
#include "store/seal.h"

namespace careline::store {

std::string seal_content(const Keyring& keys, const ThreadId& thread, const MessageId& message,
                         std::string_view text);
std::optional<std::string> open_content(const Keyring& keys, const ThreadId& thread, const MessageId& message,
                                        std::string_view sealed);

}  // namespace careline::store
