// What can happen to a person's conversation, after the router has resolved commands and choices.
#pragma once
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace careline {

// One typed message of a draft. `key` names the LINE message without revealing it (keyed hash, hex), so that
// an unsend or an edit finds it; `at_ms` is LINE's timestamp of the newest version.
struct Part {
  std::string key, text;
  std::int64_t at_ms = 0;
  bool operator==(const Part&) const = default;
};

struct Wrote {
  Part part;
};  // free text that is no command, no choice and no receipt
struct Chose {
  std::string id;
};  // one of the choices of the last prompt, tapped or typed as its number or its words
struct SentOther {
  std::string kind;
};  // sticker, image, video, audio, file, location, …
struct Back {};  // 上一步
using Event = std::variant<Wrote, Chose, SentOther, Back>;

// Taking back or changing a message concerns drafts only and is never answered; every state with parts is
// treated alike, so these are no events of a step but two functions.
inline void withdraw(std::vector<Part>& parts, const std::string& key) {
  std::erase_if(parts, [&](const Part& p) { return p.key == key; });
}
// An older edit never replaces a newer one (LINE: edits can arrive out of order).
inline void amend(std::vector<Part>& parts, const Part& edited) {
  for (Part& p : parts)
    if (p.key == edited.key && p.at_ms < edited.at_ms) p = edited;
}

}  // namespace careline
