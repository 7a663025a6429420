// When the certificate of an https address ends.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace careline::line {

// UTC in ms; in the past for one that expired. The certificate is read, not judged: nothing is sent but the
// handshake. Nullopt if the host cannot be reached within 10 s, or once `give_up` says so (asked each
// second).
std::optional<std::int64_t> certificate_end_ms(const std::string& https_url,
                                               const std::function<bool()>& give_up);

}  // namespace careline::line
