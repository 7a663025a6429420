// The checks of a request's head, in the order in which they refuse.
#include "bot/web/head.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace careline::web {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || kMarks.find(c) != kMarks.npos;
  });
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  c = lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[i + 1]), low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

// Dots and slashes are judged after decoding, because that is what the router will compare.
bool is_clean_path(std::string_view path) {
  const auto decoded = percent_decode(path);
  if (!decoded || decoded->empty() || decoded->front() != '/') return false;
  const bool control = std::any_of(decoded->begin(), decoded->end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '\\';
  });
  if (control || decoded->find("//") != std::string::npos) return false;
  const std::string bounded = *decoded + '/';
  return bounded.find("/../") == std::string::npos && bounded.find("/./") == std::string::npos;
}

bool is_clean_target(std::string_view target) {
  const bool visible =
      std::all_of(target.begin(), target.end(), [](char c) { return c > 0x20 && c < 0x7f && c != '#'; });
  if (!visible) return false;
  const std::size_t mark = target.find('?');
  if (!is_clean_path(target.substr(0, mark))) return false;
  if (mark == target.npos) return true;
  const auto query = percent_decode(target.substr(mark + 1));
  return query && query->find('\0') == std::string::npos;
}

int refuse_method(std::string_view method) {
  if (!is_token(method)) return 400;
  constexpr std::array<std::string_view, 6> kOthers = {"PUT",     "DELETE", "PATCH",
                                                       "OPTIONS", "TRACE",  "CONNECT"};
  if (method == "GET" || method == "HEAD" || method == "POST") return 0;
  return std::find(kOthers.begin(), kOthers.end(), method) != kOthers.end() ? 405 : 501;
}

int refuse_version(std::string_view version) {
  if (version == "HTTP/1.1" || version == "HTTP/1.0") return 0;
  const bool shaped = version.size() == 8 && version.substr(0, 5) == "HTTP/" && is_digit(version[5]) &&
                      version[6] == '.' && is_digit(version[7]);
  return shaped ? 505 : 400;
}

int read_request_line(std::string_view line, Head& head) {
  const std::size_t first = line.find(' '), last = line.rfind(' ');
  if (first == line.npos || first == last) return 400;
  head.method = line.substr(0, first);
  head.target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (const int status = refuse_version(version)) return status;
  if (head.target.size() > kMaxTarget) return 414;
  if (const int status = refuse_method(head.method)) return status;
  head.keeps_alive = version == "HTTP/1.1";
  return is_clean_target(head.target) ? 0 : 400;
}

int read_fields(std::string_view lines, Head& head) {
  head.fields.reserve(16);
  while (!lines.empty()) {
    const std::size_t end = lines.find("\r\n");
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(end + 2);
    const std::size_t colon = line.find(':');
    // A folded line begins with white space and so fails as a name, like a name followed by white space.
    if (colon == line.npos || !is_token(line.substr(0, colon))) return 400;
    if (head.fields.size() == kMaxFields) return 431;
    head.fields.emplace_back(line.substr(0, colon), trim(line.substr(colon + 1)));
  }
  return 0;
}

// What the fields say about the body and the connection, each counted, because a second one is never
// harmless.
struct Said {
  std::optional<std::string_view> length, coding, type;
  bool encoded = false, expects = false, doubled = false, closes = false;
};

void set_once(std::optional<std::string_view>& slot, std::string_view value, bool& doubled) {
  doubled = doubled || slot.has_value();
  slot = value;
}

bool lists(std::string_view value, std::string_view wanted) {
  while (!value.empty()) {
    const std::size_t comma = std::min(value.find(','), value.size());
    if (same_ignoring_case(trim(value.substr(0, comma)), wanted)) return true;
    value.remove_prefix(std::min(comma + 1, value.size()));
  }
  return false;
}

Said listen_to(const Head& head) {
  Said said;
  std::optional<std::string_view> host, signature;
  for (const auto& [name, value] : head.fields) {
    if (same_ignoring_case(name, "content-length")) set_once(said.length, value, said.doubled);
    if (same_ignoring_case(name, "transfer-encoding")) set_once(said.coding, value, said.doubled);
    if (same_ignoring_case(name, "content-type")) set_once(said.type, value, said.doubled);
    if (same_ignoring_case(name, "x-line-signature")) set_once(signature, value, said.doubled);
    if (same_ignoring_case(name, "host")) set_once(host, value, said.doubled);
    if (same_ignoring_case(name, "content-encoding")) said.encoded = true;
    if (same_ignoring_case(name, "expect")) said.expects = true;
    if (same_ignoring_case(name, "connection") && lists(value, "close")) said.closes = true;
  }
  return said;
}

int read_length(std::string_view digits, std::size_t max_body, Head& head) {
  if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) return 400;
  for (const char c : digits) {
    head.length = head.length * 10 + static_cast<std::size_t>(c - '0');
    if (head.length > max_body) return 413;
  }
  head.framing = Framing::kLength;
  return 0;
}

int frame_body(const Said& said, std::size_t max_body, Head& head) {
  if (said.doubled || (said.length && said.coding)) return 400;
  if (head.method != "POST") return said.coding || (said.length && *said.length != "0") ? 400 : 0;
  if (said.length) return read_length(*said.length, max_body, head);
  if (!said.coding || !same_ignoring_case(*said.coding, "chunked") || !head.keeps_alive) return 400;
  head.framing = Framing::kChunked;
  return 0;
}

bool is_multipart(std::string_view type) {
  constexpr std::string_view kMultipart = "multipart";
  return same_ignoring_case(type.substr(0, kMultipart.size()), kMultipart);
}

int check_head(std::string_view bytes, std::size_t max_body, Head& head) {
  const std::size_t line_end = bytes.find("\r\n");
  if (line_end == bytes.npos || bytes.size() < line_end + 4) return 400;
  if (const int status = read_request_line(bytes.substr(0, line_end), head)) return status;
  const auto fields = bytes.substr(line_end + 2, bytes.size() - line_end - 4);
  if (const int status = read_fields(fields, head)) return status;
  const Said said = listen_to(head);
  if (const int status = frame_body(said, max_body, head)) return status;
  if (said.encoded || (said.type && is_multipart(*said.type))) return 415;
  if (said.expects) return 417;
  head.keeps_alive = head.keeps_alive && !said.closes;
  return 0;
}

}  // namespace

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::variant<std::size_t, Refusal> find_head_end(std::string_view bytes, HeadScan& scan) {
  const std::size_t end = std::min(bytes.size(), kMaxHead);
  for (std::size_t& i = scan.seen; i < end; ++i) {
    const auto c = static_cast<unsigned char>(bytes[i]);
    if ((c >= 0x20 && c != 0x7f) || c == '\t') continue;
    if (c != '\r') return Refusal{400};
    if (i + 1 == bytes.size()) return std::size_t{0};
    if (bytes[i + 1] != '\n' || i == 0) return Refusal{400};
    if (bytes[i - 1] == '\n')
      return i + 2 <= kMaxHead ? std::variant<std::size_t, Refusal>(i + 2) : Refusal{431};
    ++i;
  }
  if (bytes.size() >= kMaxHead) return Refusal{431};
  return std::size_t{0};
}

std::variant<Head, Refusal> parse_head(std::string_view bytes, std::size_t max_body) {
  Head head;
  if (const int status = check_head(bytes, max_body, head)) return Refusal{status};
  return head;
}

}  // namespace careline::web
