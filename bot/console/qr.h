// A text as a QR code, drawn as one SVG path: no script, no style, no foreign server.
#pragma once
#include <string>

namespace careline::console {

struct QrCode {
  int size = 0;      // modules on each side, with the quiet zone of four around
  std::string path;  // the dark modules, for the attribute d of a path
};
/// Throws std::runtime_error for a text that is too long.
QrCode qr_code(const std::string& text);

}  // namespace careline::console
