// What a parcel of the outbox carries: one line of JSON {to, token, about}, then LINE's messages as they go
// out.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace careline::flow {

struct Letter {
  nlohmann::json head;
  std::string_view messages;  // a JSON array, part of the body that was read
};

// The messages are kept as bytes: nobody needs to understand them again, and every try sends the same.
inline std::string write_letter(const nlohmann::json& head, std::string_view messages) {
  std::string body = head.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return body.append("\n").append(messages);
}

// nullopt if the body is no letter (a parcel that did not open).
inline std::optional<Letter> read_letter(std::string_view body) {
  const auto end = body.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  auto head = nlohmann::json::parse(body.substr(0, end), nullptr, false);
  if (!head.is_object()) return std::nullopt;
  return Letter{std::move(head), body.substr(end + 1)};
}

}  // namespace careline::flow
