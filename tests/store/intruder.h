// A store with some rows of each kind, and somebody with the file but without root.key who writes behind our
// back.
#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "store/audit.h"
#include "store/threads.h"
#include "store/verify.h"
#include "store/writer.h"
#include "tests/config/temp_folder.h"
#include "tests/support/staff.h"

namespace careline::store {

class Intruded {
 public:
  Intruded() {
    serve();
    writer->run([&](Db& db) {
      tests::hire(db, keys, "lin", Role::counsellor);
      Threads threads(db, keys);
      const auto opened = threads.open({.id = thread, .label = "A1"}, std::nullopt, std::nullopt);
      threads.add(opened, {.author = "employee", .text = "one"});
      threads.add(opened, {.author = "employee", .text = "two"});
      note(db, Action::opened);
    });
    writer->run([&](Db& db) { note(db, Action::answered); });
    writer->run([&](Db& db) { note(db, Action::closed); });
  }

  std::filesystem::path file() const { return folder.path() / "careline.db"; }
  void serve() { writer.emplace(file(), keys); }
  void stop() { writer.reset(); }
  void note(Db& db, Action action, std::int64_t at = 1'000) {
    Audit(db, keys).note({at, "lin", "counsellor", action, thread.hex()});
  }
  // What the intruder does: plain SQLite, no triggers of ours, no key.
  void intrude(const std::string& sql) const {
    SQLite::Database plain(file().string(), SQLite::OPEN_READWRITE, 5000);
    plain.exec(sql);
  }
  // "table_differs messages", "line_missing audit 3": one a line, as they were found.
  std::string findings(const std::vector<std::string>& anchors = {}) {
    Db db(file(), Db::Access::read);
    std::string all;
    for (const Finding& f : verify(db, keys, anchors).findings)
      all += std::string(code_of(f.fault)) + " " + f.table + (f.seq > 0 ? " " + std::to_string(f.seq) : "") +
             "\n";
    return all;
  }
  std::string anchor() {
    Db db(file(), Db::Access::read);
    return anchor_line(Audit(db, keys).end(), 1'795'485'600'000, keys);
  }
  // A copy of the whole file as it is now, to be put back later.
  std::filesystem::path copied(const std::string& name) const {
    const auto copy = folder.path() / name;
    intrude("VACUUM INTO '" + copy.string() + "'");
    return copy;
  }
  // What serving this file says; "" when it goes well.
  std::string refusal() {
    return config::testing::refusal<std::runtime_error>([&] { const Writer again(file(), keys); });
  }

  config::testing::TempFolder folder;
  const Keyring keys = tests::some_keys(7);
  const ThreadId thread = random_id<ThreadId>();
  std::optional<Writer> writer;
};

}  // namespace careline::store
