// One webhook event, as far as the conversation cares. LINE's names stay in bot/line.
#pragma once
#include <cstdint>
#include <string>

namespace careline::flow {

struct Incoming {
  enum class What {
    text,
    other_message,
    postback,
    edited,
    unsent,
    followed,
    unfollowed,
    joined_group,
    ignored
  };
  What what = What::ignored;
  bool in_group = false;    // a group or a room: other people are listening
  bool addressed = false;   // in a group: the bot was mentioned, or one of its buttons tapped
  bool standby = false;     // another module holds the chat: nothing may be sent
  bool unblocked = false;   // a follow by somebody who had blocked us
  std::string user, group;  // LINE ids; either may be missing
  std::string reply_token, message_id, text, kind;
  std::string data, picked;  // postback
  std::int64_t timestamp = 0;
};

}  // namespace careline::flow
