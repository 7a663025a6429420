// Reads how large a picture is.
#pragma once
#include <cstdint>
#include <string>

namespace careline::simulator {

struct PictureSize {
  std::int64_t width = 0;  // pixels
  std::int64_t height = 0;
};

/// The size that a PNG or JPEG states; zero for anything else.
PictureSize picture_size(const std::string& bytes);

}  // namespace careline::simulator
