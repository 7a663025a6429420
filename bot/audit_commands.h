// `careline audit …`: both read only, also while the service runs.
#pragma once
#include <filesystem>

namespace careline {

// Walks the audit trail and adds up the guarded tables. 0 with one line of counts; 1 with a line for each
// finding. `anchors`: a file of anchor lines that was kept elsewhere; empty: none.
int run_audit_verify(const std::filesystem::path& config, const std::filesystem::path& anchors);
// Prints the audit trail's end, signed: one line to be kept where nobody of this machine can change it.
int run_audit_anchor(const std::filesystem::path& config);

}  // namespace careline
