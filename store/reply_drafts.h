// What an operator was writing into a thread, sealed to their own key until they are back.
#pragma once
#include <optional>
#include <string>

#include "store/db.h"
#include "store/operators.h"

namespace careline::store {

class ReplyDrafts {
 public:
  explicit ReplyDrafts(Db& db) : db_(db) {}
  // In place of what was kept before; "" keeps nothing.
  void keep(const Operator& op, const ThreadId& thread, const std::string& text);
  void erase(const std::string& name, const ThreadId& thread);
  // Nullopt if nothing is kept or it does not open with this reader's key.
  std::optional<std::string> find(const Reader& reader, const ThreadId& thread);

 private:
  Db& db_;
};

}  // namespace careline::store
