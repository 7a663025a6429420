// Which passwords an operator may choose: length and a list of common ones, no rules of composition.
#pragma once
#include <optional>
#include <string>

namespace careline::config {

inline constexpr std::size_t kShortestPassword = 12, kLongestPassword = 128;  // characters

enum class PasswordFault { length, common };
/// Nullopt for a good one. Common: little is left of it once the words of common_passwords.txt and the
/// operator's own name are taken out, or it repeats a few characters.
std::optional<PasswordFault> password_fault(const std::string& password, const std::string& name);

}  // namespace careline::config
