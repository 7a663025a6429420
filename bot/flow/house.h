// What every turn needs: the keys, the words, the programme, the rules. Fixed while the service runs.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "bot/flow/changes.h"
#include "bot/flow/incoming.h"
#include "bot/flow/spoken.h"
#include "config/phrases.h"
#include "config/programme.h"
#include "handlers/crisis/lookout.h"
#include "store/seal.h"
#include "store/writer.h"

namespace careline::flow {

struct House {
  const store::Keyring& keys;
  const config::Phrases& phrases;
  const config::Programme& programme;
  const crisis::Lookout& lookout;
  store::Writer& writer;
  Changes& changes;
  std::function<std::int64_t()> now_ms;                       // UTC
  std::function<Incoming(std::string_view event_json)> read;  // LINE's words into ours
  std::function<std::string(const Spoken&)> write;            // and back: a JSON array of messages
  std::function<std::set<std::string>()> on_duty;             // operators at the console at this moment
  std::function<void()> promised;                             // the outbox has something new
  std::function<std::optional<std::int64_t>()> quota_left;    // of the month; nullopt: unknown or unlimited
  // Lives in memory only: what it hides on the disk (bot/flow/reference.h) nobody can read after this
  // process.
  const store::Secret fleeting = store::random_secret();
};

inline constexpr const char* kNoticeVersion = "2026-11";

}  // namespace careline::flow
