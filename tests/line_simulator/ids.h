// Identifiers as LINE shapes them, and checks of their shapes.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace careline::simulator {

/// `digits` random lower-case hexadecimal digits.
std::string random_hex(std::size_t digits);
/// A user, group or room id: `prefix` (U, C or R) and 32 hexadecimal digits.
std::string new_line_id(char prefix);
/// A random UUID, version 4, as used for request ids.
std::string new_uuid();
/// A ULID (26 characters of Crockford base32) whose time part is `unix_ms`.
std::string new_ulid(std::int64_t unix_ms);
/// An id of 18 digits that grows with every call.
std::string new_message_id();

bool is_uuid(std::string_view text);
/// True for `prefix` (U, C or R) followed by 32 lower-case hexadecimal digits.
bool is_line_id(std::string_view text, char prefix);

/// Standard base64 with padding.
std::string base64(std::string_view bytes);
/// Bytes of a standard base64 text; empty when it is malformed.
std::string from_base64(std::string_view text);

}  // namespace careline::simulator
