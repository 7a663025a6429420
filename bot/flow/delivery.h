// What LINE said to one call, and what follows from it for the promise that was being kept.
#pragma once
#include <cstdint>
#include <string>

#include "store/outbox.h"

namespace careline::flow {

// LINE's answer, or the lack of one.
struct Answer {
  enum class Kind {
    status,    // an HTTP status came
    not_sent,  // no connection: LINE cannot have taken it
    unknown    // the request may have arrived, the answer did not
  };
  Kind kind = Kind::unknown;
  int status = 0;
  bool quota = false;  // a 429 because the month's messages are used up
};

struct Verdict {
  enum class What { sent, again, push_instead, dead };
  What what = What::again;
  std::int64_t due_at = 0;
  std::int64_t unknown = 0;  // one more reply without a known outcome
  std::string reason;        // for `dead`: a code that the console explains
};

// The rules of sending: a reply repeats only with its own token, a push only with its own key; a 409 is sent;
// an unknown reply is repeated once; 24 hours of a retry key end early (LINE: "Retrying an API request").
// `jitter` is between 0 and 1.
Verdict judge(const store::Parcel& parcel, const Answer& answer, std::int64_t now_ms, double jitter);

// A push whose key is nearly 24 hours old must not be tried any more.
bool key_expired(const store::Parcel& parcel, std::int64_t now_ms);

}  // namespace careline::flow
