// What an operator was writing into a thread.
#include "store/reply_drafts.h"

namespace careline::store {
namespace {
constexpr std::size_t kPadding = 512;

// A sealed box carries no place: the thread stands inside, before the text. Padded, so that its length says
// little.
std::string placed(const ThreadId& thread, std::string text) {
  text += '\x80';
  text.resize((text.size() + kPadding - 1) / kPadding * kPadding, '\0');
  return std::string(thread.view()) + text;
}
}  // namespace

void ReplyDrafts::keep(const Operator& op, const ThreadId& thread, const std::string& text) {
  erase(op.name, thread);
  if (text.empty()) return;
  db_.query(R"sql(
    INSERT INTO reply_drafts (operator, thread, sealed)
    SELECT :name, id, :sealed FROM threads WHERE id = :thread)sql")
      .bind(":name", op.name)
      .bind(":thread", thread)
      .bind_blob(":sealed", seal_to_operator(op.public_key, placed(thread, text)))
      .run();
}

void ReplyDrafts::erase(const std::string& name, const ThreadId& thread) {
  db_.query("DELETE FROM reply_drafts WHERE operator = :name AND thread = :thread")
      .bind(":name", name)
      .bind(":thread", thread)
      .run();
}

std::optional<std::string> ReplyDrafts::find(const Reader& reader, const ThreadId& thread) {
  auto q = db_.query("SELECT sealed FROM reply_drafts WHERE operator = :name AND thread = :thread");
  q.bind(":name", reader.name).bind(":thread", thread);
  if (!q.step()) return std::nullopt;
  const auto opened = open_as_operator(reader.seed, q.text(0));
  if (!opened || opened->substr(0, thread.view().size()) != thread.view()) return std::nullopt;
  const auto end = opened->rfind('\x80');
  if (end == std::string::npos || end < thread.view().size()) return std::nullopt;
  return opened->substr(thread.view().size(), end - thread.view().size());
}

}  // namespace careline::store
