// Collects a request's body, of a known length or in chunks, and never more than it may be.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "bot/web/head.h"

namespace careline::web {

class BodyReader {
 public:
  enum class Progress { kMore, kDone, kBad, kTooLarge };

  BodyReader() = default;
  BodyReader(const Head& head, std::size_t max_body);
  /// Takes bytes off the front of `bytes` into `body`; what follows the body is left there.
  Progress feed(std::string_view& bytes, std::string& body);

 private:
  enum class Expecting { kSize, kData, kDataEnd, kLastEnd };
  Progress feed_length(std::string_view& bytes, std::string& body);
  Progress feed_chunks(std::string_view& bytes, std::string& body);
  Progress take_size(std::string_view& bytes, std::size_t body_size);
  Progress take_line_end(std::string_view& bytes);
  void take_data(std::string_view& bytes, std::string& body);

  Framing framing_ = Framing::kNone;
  Expecting expecting_ = Expecting::kSize;
  std::size_t max_body_ = 0;
  std::size_t left_ = 0;    // bytes still to come of the body or the chunk
  std::size_t digits_ = 0;  // hex digits of the size line so far
  bool saw_return_ = false;
};

}  // namespace careline::web
