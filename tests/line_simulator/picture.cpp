// Reads the size from the head of a PNG or the first frame of a JPEG.
#include "tests/line_simulator/picture.h"

namespace careline::simulator {
namespace {

std::int64_t big_endian(const std::string& bytes, std::size_t at, std::size_t size) {
  std::int64_t value = 0;
  for (std::size_t i = at; i < at + size && i < bytes.size(); ++i)
    value = value * 256 + static_cast<unsigned char>(bytes[i]);
  return value;
}

}  // namespace

PictureSize picture_size(const std::string& bytes) {
  if (bytes.compare(0, 8, "\x89PNG\r\n\x1a\n") == 0)
    return {big_endian(bytes, 16, 4), big_endian(bytes, 20, 4)};
  if (bytes.compare(0, 2, "\xff\xd8") != 0) return {};
  for (std::size_t at = 2; at + 9 < bytes.size();) {
    const auto marker = static_cast<unsigned char>(bytes[at + 1]);
    const bool frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    if (frame) return {big_endian(bytes, at + 7, 2), big_endian(bytes, at + 5, 2)};
    at += 2 + static_cast<std::size_t>(big_endian(bytes, at + 2, 2));
  }
  return {};
}

}  // namespace careline::simulator
