// Writes the bytes of an answer.
#pragma once
#include <string>

#include "bot/web/server.h"

namespace careline::web {

/// Bytes on the wire and what follows them; an answer of 400 and above always closes.
struct Reply {
  std::string bytes;
  After after = After::kClose;
};

Reply render(const Response& response, After after, Sends sends);

/// The head of an answer whose body ends with the connection.
std::string render_stream_head(const Response& response);

/// An answer of the front itself: a status, no words, connection closed.
std::string render_refusal(int status);

}  // namespace careline::web
