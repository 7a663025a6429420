// Posts of topic groups and care messages.
#include "store/posts.h"

namespace careline::store {

void Posts::add(const Post& p) {
  db_.query(
         "INSERT INTO posts (id, topic, at, planned, sealed_text) VALUES (:id, :topic, :at, :planned, :text)")
      .bind(":id", p.id)
      .bind(":topic", p.topic)
      .bind(":at", p.at)
      .bind(":planned", p.planned)
      .bind_blob(":text", keys_.seal(Purpose::content, p.text, p.id.view()))
      .run();
}

std::vector<Post> Posts::latest(const std::string& topic, std::int64_t limit) {
  std::vector<Post> found;
  auto q = db_.query(R"sql(
    SELECT id, at, planned, accepted, refused, sealed_text FROM posts WHERE topic = :topic
    ORDER BY at DESC LIMIT :limit)sql");
  q.bind(":topic", topic).bind(":limit", limit);
  while (q.step()) {
    Post p{.id = q.id<BroadcastId>(0), .topic = topic, .text = ""};
    p.text = keys_.open(Purpose::content, q.text(5), p.id.view()).value_or("");
    p.at = q.integer(1);
    p.planned = q.integer(2);
    p.accepted = q.integer(3);
    p.refused = q.integer(4);
    found.push_back(std::move(p));
  }
  return found;
}

void Posts::settled(const BroadcastId& id, std::int64_t accepted, std::int64_t refused) {
  db_.query("UPDATE posts SET accepted = accepted + :accepted, refused = refused + :refused WHERE id = :id")
      .bind(":accepted", accepted)
      .bind(":refused", refused)
      .bind(":id", id)
      .run();
}

}  // namespace careline::store
