// Posts of topic groups and care messages, with how their sending went.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "store/db.h"
#include "store/seal.h"

namespace careline::store {

struct Post {
  BroadcastId id;
  std::string topic;  // empty: a care message to everybody
  std::string text;
  std::int64_t at = 0, planned = 0, accepted = 0, refused = 0;
};

class Posts {
 public:
  Posts(Db& db, const Keyring& keys) : db_(db), keys_(keys) {}
  void add(const Post& post);
  std::vector<Post> latest(const std::string& topic, std::int64_t limit);
  void settled(const BroadcastId& id, std::int64_t accepted, std::int64_t refused);

 private:
  Db& db_;
  const Keyring& keys_;
};

}  // namespace careline::store
