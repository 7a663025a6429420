// What the pages of the audit trail show. Pure.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "bot/console/answers.h"
#include "bot/console/verification.h"
#include "config/phrases.h"
#include "store/audit.h"

namespace careline::console {

/// What the auditor asks for, as it stands in the page's address; "" for everything.
struct TrailFilter {
  std::string day, who, action;  // day as YYYY-MM-DD
  std::int64_t before = 0;       // seq; 0: from the newest
};
/// Nullopt for a day that is none.
std::optional<store::AuditPage> page_of(const TrailFilter& filter);
/// "day=…&who=…", encoded.
std::string address_of(const TrailFilter& filter);

/// Lines newest first. A thread or post is a short code that tells one from another and leads nowhere.
Json trail_view(const config::Phrases& phrases, const std::vector<store::AuditEntry>& lines);
/// The choice of actions, with the chosen one marked.
Json actions_view(const config::Phrases& phrases, const std::string& chosen);
Json verification_view(const config::Phrases& phrases, const Verification::State& state);

/// The columns' names as a line of CSV, after the mark by which spreadsheets know UTF-8.
std::string csv_head(const config::Phrases& phrases);
/// What a spreadsheet would take for a formula is disarmed.
std::string csv_lines(const config::Phrases& phrases, const std::vector<store::AuditEntry>& lines);

}  // namespace careline::console
