// The library gets a head that the front wrote anew and stops before its routing, ranges, forms and bodies.
#include "bot/web/library_parser.h"

#include <httplib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

namespace careline::web {
namespace {

// The library refuses lines over 8,192 bytes; longer values (a third of it when escaped) go around it
// unharmed.
constexpr std::size_t kLongValue = 2'048;

// Fields that steered the front already, and the names under which the library stores its own knowledge.
constexpr std::array<std::string_view, 13> kDropped = {
    "connection",     "keep-alive", "te",        "trailer",  "transfer-encoding",
    "content-length", "upgrade",    "range",     "if-range", "remote_addr",
    "remote_port",    "local_addr", "local_port"};

bool is_dropped(std::string_view name) {
  return std::any_of(kDropped.begin(), kDropped.end(), [&](auto d) { return same_ignoring_case(name, d); });
}

std::string lower_case(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lowered;
}

void add_field(Request& request, std::string_view name, std::string_view value) {
  const std::string key = lower_case(name);
  const auto [place, fresh] = request.headers.try_emplace(key, value);
  if (!fresh) place->second.append(key == "cookie" ? "; " : ", ").append(value);
}

// The library percent-decodes header values, which would let CR, LF and NUL back in: escape the percent sign.
void append_escaped(std::string& text, std::string_view value) {
  for (const char c : value) {
    text += c;
    if (c == '%') text += "25";
  }
}

std::string write_clean(const Head& head) {
  std::string text;
  text.reserve(1024);
  text.append(head.method).append(" ").append(head.target).append(" HTTP/1.1\r\n");
  for (const auto& [name, value] : head.fields) {
    if (is_dropped(name) || name.size() + value.size() > kLongValue) continue;
    text.append(name).append(": ");
    append_escaped(text, value);
    text.append("\r\n");
  }
  return text.append("\r\n");
}

// Bytes in memory under the library's parser; what it answers is thrown away.
class MemoryStream : public httplib::Stream {
 public:
  explicit MemoryStream(std::string_view bytes) : bytes_(bytes) {}
  bool is_readable() const override { return !bytes_.empty(); }
  bool is_writable() const override { return true; }
  ssize_t read(char* place, size_t size) override {
    size = std::min(size, bytes_.size());
    std::memcpy(place, bytes_.data(), size);
    bytes_.remove_prefix(size);
    return static_cast<ssize_t>(size);
  }
  ssize_t write(const char*, size_t size) override { return static_cast<ssize_t>(size); }
  void get_remote_ip_and_port(std::string&, int& port) const override { port = 0; }
  void get_local_ip_and_port(std::string&, int& port) const override { port = 0; }
  socket_t socket() const override { return 0; }

 private:
  std::string_view bytes_;
};

}  // namespace

class LibraryParser::Library : public httplib::Server {
 public:
  Library() {
    set_pre_routing_handler([this](const httplib::Request& parsed, httplib::Response& response) {
      take(parsed);
      response.status = 204;
      return HandlerResponse::Handled;
    });
  }

  bool parse(const Head& head, Request& request) {
    const std::string clean = write_clean(head);
    MemoryStream stream(clean);
    into_ = &request;
    taken_ = false;
    bool closed = false;
    process_request(stream, true, closed, nullptr);
    into_ = nullptr;
    return taken_;
  }

 private:
  void take(const httplib::Request& parsed) {
    into_->method = parsed.method;
    into_->path = parsed.path;
    for (const auto& [name, value] : parsed.params) into_->query.try_emplace(name, value);
    for (const auto& [name, value] : parsed.headers)
      if (!is_dropped(name)) add_field(*into_, name, value);
    taken_ = true;
  }

  Request* into_ = nullptr;
  bool taken_ = false;
};

LibraryParser::LibraryParser() : library_(std::make_unique<Library>()) {}
LibraryParser::~LibraryParser() = default;

bool LibraryParser::parse(const Head& head, Request& request) {
  if (!library_->parse(head, request)) return false;
  for (const auto& [name, value] : head.fields)
    if (!is_dropped(name) && name.size() + value.size() > kLongValue) add_field(request, name, value);
  return true;
}

}  // namespace careline::web
