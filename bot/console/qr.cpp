// A text as a QR code, drawn as one SVG path.
#include "bot/console/qr.h"

#include <qrencode.h>

#include <memory>
#include <stdexcept>

namespace careline::console {
namespace {
constexpr int kQuietZone = 4;
}

QrCode qr_code(const std::string& text) {
  const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
      QRcode_encodeString8bit(text.c_str(), 0, QR_ECLEVEL_L), &QRcode_free);
  if (!code) throw std::runtime_error("the text does not fit into a QR code");
  QrCode drawn{code->width + 2 * kQuietZone, ""};
  for (int y = 0; y < code->width; ++y)
    for (int x = 0; x < code->width; ++x)
      if ((code->data[y * code->width + x] & 1) != 0)
        drawn.path +=
            "M" + std::to_string(x + kQuietZone) + " " + std::to_string(y + kQuietZone) + "h1v1h-1z";
  return drawn;
}

}  // namespace careline::console
