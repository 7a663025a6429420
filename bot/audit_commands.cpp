// Verifying the audit trail and the tables, and anchors to be carried off the machine.
#include "bot/audit_commands.h"

#include <fstream>
#include <iostream>

#include "bot/command.h"
#include "bot/place.h"
#include "store/audit.h"
#include "store/migrate.h"
#include "store/verify.h"

namespace careline {
namespace {

std::vector<std::string> lines_of(const std::filesystem::path& file) {
  std::vector<std::string> lines;
  if (file.empty()) return lines;
  std::ifstream in(file);
  if (!in) throw config::ConfigError("the anchor file cannot be read: " + file.string());
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

// Runs `act` on a store of this program's schema.
template <class Act>
int with_store(const std::filesystem::path& config, const Act& act) {
  return guarded([&] {
    const auto settings = config::load_settings(config);
    if (const auto lacking = missing(settings)) return not_initialised(config, *lacking);
    const auto keys = read_keys(settings);
    store::Db db(database_file(settings), store::Db::Access::read);
    if (store::schema_of(db) != store::newest_schema())
      return say_error(kFailed, "the database has schema " + std::to_string(store::schema_of(db)) +
                                    ", this program " + std::to_string(store::newest_schema()) +
                                    ": use the program that serves it");
    return act(db, keys);
  });
}

int report(const store::Verified& verified, std::size_t anchors) {
  for (const auto& finding : verified.findings)
    std::cout << store::code_of(finding.fault) << " " << finding.table
              << (finding.seq > 0 ? " " + std::to_string(finding.seq) : "") << ": "
              << store::advice_on(finding.fault) << "\n";
  if (!verified.findings.empty()) return kFailed;
  std::cout << "ok: " << verified.audit_lines << " audit lines, " << verified.heads << " signed heads, "
            << anchors << " anchors, " << verified.tables << " tables\n";
  return kOk;
}

}  // namespace

int run_audit_verify(const std::filesystem::path& config, const std::filesystem::path& anchors) {
  return with_store(config, [&](store::Db& db, const store::Keyring& keys) {
    const auto lines = lines_of(anchors);
    return report(store::verify(db, keys, lines), lines.size());
  });
}

int run_audit_anchor(const std::filesystem::path& config) {
  return with_store(config, [&](store::Db& db, const store::Keyring& keys) {
    std::cout << store::anchor_line(store::Audit(db, keys).end(), wall_clock_ms(), keys) << "\n";
    return kOk;
  });
}

}  // namespace careline
