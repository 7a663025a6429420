// Small checks of one property of a JSON object, each noting what is wrong and where.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace careline::simulator {

using Json = nlohmann::json;

/// What is wrong with a request body: LINE's `details`.
class Problems {
 public:
  void add(std::string property, std::string message);
  bool none() const { return details_.empty(); }
  /// LINE's error body.
  Json body() const;

 private:
  std::vector<Json> details_;
};

enum class Need { kRequired, kOptional };
enum class Count { kUtf16, kGraphemes };

/// An object under inspection, where it stands in the request and where problems are noted.
struct At {
  const Json& object;
  std::string path;
  Problems& problems;

  std::string of(std::string_view key) const;
  At with(const Json& inner, std::string_view key) const { return {inner, of(key), problems}; }
  At item(const Json& inner, std::string_view key, std::size_t index) const;
  void wrong(std::string_view key, std::string message) const { problems.add(of(key), std::move(message)); }
  bool has(std::string_view key) const { return object.contains(std::string(key)); }
};

/// The value under `key`, or null when it is missing; notes it when it is needed.
const Json* value_at(const At& at, std::string_view key, Need need);
/// The string under `key`, when there is one.
const std::string* string_at(const At& at, std::string_view key, Need need);
const Json* object_at(const At& at, std::string_view key, Need need);
/// The array under `key` when its size fits; notes it otherwise.
const Json* array_at(const At& at, std::string_view key, Need need, std::size_t min, std::size_t max);

/// A text that is not empty and has at most `max` characters by the given count.
void check_text(const At& at, std::string_view key, Need need, Count count, std::size_t max);
void check_one_of(const At& at, std::string_view key, Need need, const std::vector<std::string>& values);
void check_number(const At& at, std::string_view key, Need need, double min, double max);
void check_integer(const At& at, std::string_view key, Need need, long long min, long long max);
void check_bool(const At& at, std::string_view key);
/// #RRGGBB, or #RRGGBBAA when `alpha_digits` is 8.
void check_color(const At& at, std::string_view key, std::size_t alpha_digits);
/// A percent-encoded URL with one of the schemes (each with its colon), at most `max` UTF-16 units.
void check_url(const At& at, std::string_view key, Need need, const std::vector<std::string>& schemes,
               std::size_t max);
/// https, at most 2000 units: what LINE asks of every picture.
void check_picture(const At& at, std::string_view key, Need need);

}  // namespace careline::simulator
