// The chunk decoder knows sizes in hex and nothing else: no extensions, no trailers.
#include "bot/web/body.h"

#include <algorithm>

namespace careline::web {
namespace {

constexpr std::size_t kReserveFrom = 64 * 1024;  // below, a string's own growth is cheap enough
constexpr std::size_t kMaxSizeDigits = 8;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace

BodyReader::BodyReader(const Head& head, std::size_t max_body)
    : framing_(head.framing), max_body_(max_body), left_(head.length) {}

BodyReader::Progress BodyReader::feed(std::string_view& bytes, std::string& body) {
  if (framing_ == Framing::kNone) return Progress::kDone;
  return framing_ == Framing::kLength ? feed_length(bytes, body) : feed_chunks(bytes, body);
}

BodyReader::Progress BodyReader::feed_length(std::string_view& bytes, std::string& body) {
  // One exact allocation, made only when the peer has proved that it sends: a length alone costs nothing.
  if (body.size() + bytes.size() > kReserveFrom) body.reserve(body.size() + left_);
  take_data(bytes, body);
  return left_ == 0 ? Progress::kDone : Progress::kMore;
}

BodyReader::Progress BodyReader::feed_chunks(std::string_view& bytes, std::string& body) {
  while (!bytes.empty()) {
    Progress progress = Progress::kMore;
    if (expecting_ == Expecting::kSize) {
      progress = take_size(bytes, body.size());
    } else if (expecting_ == Expecting::kData) {
      take_data(bytes, body);
      if (left_ == 0) expecting_ = Expecting::kDataEnd;
    } else {
      progress = take_line_end(bytes);
    }
    if (progress != Progress::kMore) return progress;
  }
  return Progress::kMore;
}

BodyReader::Progress BodyReader::take_size(std::string_view& bytes, std::size_t body_size) {
  const char c = bytes.front();
  bytes.remove_prefix(1);
  if (saw_return_) {
    if (c != '\n') return Progress::kBad;
    saw_return_ = false;
    digits_ = 0;
    expecting_ = left_ == 0 ? Expecting::kLastEnd : Expecting::kData;
    return Progress::kMore;
  }
  if (c == '\r' && digits_ > 0) {
    saw_return_ = true;
    return Progress::kMore;
  }
  const int value = hex_value(c);
  if (value < 0 || ++digits_ > kMaxSizeDigits) return Progress::kBad;
  left_ = left_ * 16 + static_cast<std::size_t>(value);
  return body_size + left_ > max_body_ ? Progress::kTooLarge : Progress::kMore;
}

BodyReader::Progress BodyReader::take_line_end(std::string_view& bytes) {
  const char c = bytes.front();
  bytes.remove_prefix(1);
  if (!saw_return_) {
    saw_return_ = c == '\r';
    return saw_return_ ? Progress::kMore : Progress::kBad;
  }
  if (c != '\n') return Progress::kBad;
  saw_return_ = false;
  if (expecting_ == Expecting::kLastEnd) return Progress::kDone;
  expecting_ = Expecting::kSize;
  return Progress::kMore;
}

void BodyReader::take_data(std::string_view& bytes, std::string& body) {
  const std::size_t count = std::min(left_, bytes.size());
  body.append(bytes.substr(0, count));
  bytes.remove_prefix(count);
  left_ -= count;
}

}  // namespace careline::web
