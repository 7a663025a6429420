// What operators may be (security.md §3.1), as a set: one person may hold several roles, but not any two.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace careline {

enum class Role : unsigned {
  counsellor = 1,
  case_manager = 2,
  lead = 4,
  admin = 8,
  broadcaster = 16,
  auditor = 32
};

inline constexpr std::array<std::pair<std::string_view, Role>, 6> kRoles = {
    {{"counsellor", Role::counsellor},
     {"case_manager", Role::case_manager},
     {"lead", Role::lead},
     {"admin", Role::admin},
     {"broadcaster", Role::broadcaster},
     {"auditor", Role::auditor}}};

struct Roles {
  unsigned bits = 0;
  constexpr Roles() = default;
  constexpr Roles(Role role) : bits(static_cast<unsigned>(role)) {}  // NOLINT: a role is a set of one
  bool operator==(const Roles&) const = default;
  constexpr Roles operator|(Roles other) const {
    Roles both;
    both.bits = bits | other.bits;
    return both;
  }
  constexpr bool any_of(Roles others) const { return (bits & others.bits) != 0; }

  // Names with commas between them, always in the same order.
  std::string text() const {
    std::string out;
    for (const auto& [name, role] : kRoles)
      if (any_of(role)) out += (out.empty() ? "" : ",") + std::string(name);
    return out;
  }
  // nullopt for an unknown name or none at all.
  static std::optional<Roles> parse(std::string_view text) {
    Roles roles;
    while (true) {
      const auto comma = text.find(',');
      const auto* known = kRoles.begin();
      while (known != kRoles.end() && known->first != text.substr(0, comma)) ++known;
      if (known == kRoles.end()) return std::nullopt;
      roles = roles | known->second;
      if (comma == std::string_view::npos) return roles;
      text.remove_prefix(comma + 1);
    }
  }
};

constexpr Roles operator|(Role a, Role b) { return Roles(a) | Roles(b); }

// Those who write to topic groups and to everybody.
inline constexpr Roles kPosters = Role::admin | Role::broadcaster;

inline constexpr Roles kEveryRole =
    Role::counsellor | Role::case_manager | Role::lead | Role::admin | Role::broadcaster | Role::auditor;
// Those to whom content may be granted.
inline constexpr Roles kReaders = Role::counsellor | Role::case_manager | Role::lead;
// Those who see that every thread exists (label, age, risk, who holds it), but content only if granted.
inline constexpr Roles kOverseers = Role::case_manager | Role::lead;
// Those who read the audit trail of everybody.
inline constexpr Roles kAuditors = Role::auditor;
// Handing content to somebody outside by law: who asks, who approves (two of them), who is told how it
// stands. Carrying it out is for readers to whom the content was granted.
inline constexpr Roles kAskForDisclosure = Role::admin | Role::lead;
inline constexpr Roles kApproveDisclosure = Role::case_manager | Role::lead | Role::auditor;
inline constexpr Roles kSeeDisclosures = kAskForDisclosure | kApproveDisclosure | kReaders;

// Those who answer for how long records are kept, and propose shredding; somebody else of those who read
// approves it.
inline constexpr Roles kKeepers = Role::case_manager | Role::lead;

// The employer's side never reads, and nobody watches over themselves.
constexpr bool may_be_held_together(Roles roles) {
  const bool employer = roles.any_of(Role::admin | Role::broadcaster);
  return !(employer && roles.any_of(kReaders)) &&
         !(roles.any_of(Role::admin) && roles.any_of(Role::auditor)) &&
         !(roles.any_of(Role::auditor) && roles.any_of(kReaders));
}

}  // namespace careline
