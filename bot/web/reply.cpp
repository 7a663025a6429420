// Status line, our own headers (checked all the same), length, body.
#include "bot/web/reply.h"

#include <algorithm>

namespace careline::web {
namespace {

std::string_view reason(int status) {
  switch (status) {
    case 200: return "OK";
    case 204: return "No Content";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "Status";
  }
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

bool is_writable(const Response& response) {
  if (response.status < 200 || response.status > 599 || has_control(response.type)) return false;
  return std::none_of(response.headers.begin(), response.headers.end(), [](const auto& header) {
    return header.first.empty() || has_control(header.first) || has_control(header.second) ||
           header.first.find_first_of(" :") != std::string::npos;
  });
}

bool has_body(int status) { return status != 204 && status != 304; }

std::string begin(const Response& response) {
  std::string text = "HTTP/1.1 " + std::to_string(response.status) + ' ';
  text.append(reason(response.status)).append("\r\n");
  if (!response.type.empty() && has_body(response.status))
    text.append("Content-Type: ").append(response.type).append("\r\n");
  for (const auto& [name, value] : response.headers)
    text.append(name).append(": ").append(value).append("\r\n");
  return text;
}

}  // namespace

Reply render(const Response& response, After after, Sends sends) {
  if (!is_writable(response)) return {render_refusal(500), After::kClose};
  if (response.status >= 400) after = After::kClose;
  std::string bytes = begin(response);
  if (has_body(response.status))
    bytes.append("Content-Length: ").append(std::to_string(response.body.size())).append("\r\n");
  if (after == After::kClose) bytes.append("Connection: close\r\n");
  bytes.append("\r\n");
  if (has_body(response.status) && sends == Sends::kHeadAndBody) bytes.append(response.body);
  return {std::move(bytes), after};
}

std::string render_stream_head(const Response& response) {
  if (!is_writable(response)) return {};
  return begin(response) + "Connection: close\r\n\r\n" + response.body;
}

std::string render_refusal(int status) {
  std::string text = "HTTP/1.1 " + std::to_string(status) + ' ';
  text.append(reason(status)).append("\r\n");
  if (status == 405) text.append("Allow: GET, HEAD, POST\r\n");
  if (status == 503) text.append("Retry-After: 1\r\n");
  return text.append("Content-Length: 0\r\nConnection: close\r\n\r\n");
}

}  // namespace careline::web
