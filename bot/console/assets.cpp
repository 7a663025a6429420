// The scripts, styles and pictures that the binary carries.
#include "bot/console/assets.h"

#include <sodium.h>

#include "console/embedded.h"

namespace careline::console {
namespace {

constexpr std::string_view kFolder = "bot/console/assets/";

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string content_hash(std::string_view content) {
  unsigned char hash[crypto_generichash_BYTES_MIN];
  crypto_generichash(hash, sizeof hash, reinterpret_cast<const unsigned char*>(content.data()),
                     content.size(), nullptr, 0);
  std::string hex(sizeof hash * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), hash, sizeof hash);
  return hex.substr(0, 16);
}

const char* type_of(std::string_view name) {
  const std::string_view ending = name.substr(std::min(name.rfind('.'), name.size()));
  if (ending == ".js") return "text/javascript; charset=utf-8";
  if (ending == ".css") return "text/css; charset=utf-8";
  if (ending == ".svg") return "image/svg+xml";
  return "application/octet-stream";
}

}  // namespace

const Json& asset_addresses() {
  static const Json addresses = [] {
    Json all = Json::object();
    for (const auto& [path, content] : embedded()) {
      if (path.substr(0, kFolder.size()) != kFolder) continue;
      const std::string name(file_name(path));
      std::string key = name;
      for (char& c : key)
        if (c == '.' || c == '-') c = '_';
      all[key] = "/assets/" + name + "?v=" + content_hash(content);
    }
    return all;
  }();
  return addresses;
}

web::Response asset(std::string_view name) {
  for (const auto& [path, content] : embedded()) {
    if (path.substr(0, kFolder.size()) != kFolder || file_name(path) != name) continue;
    return {
        200, type_of(name), std::string(content), {{"Cache-Control", "public, max-age=31536000, immutable"}}};
  }
  return {404, "", "", {}};
}

}  // namespace careline::console
