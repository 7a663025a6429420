// The only way to write a log: one JSON line on standard output with allow-listed fields. No text of a
// person, no id, no address has a field here.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <variant>

namespace careline {

enum class Level { info, warning, error };
enum class Field { count, port, status, reason, milliseconds, version, listener, schema };
using LogValue = std::variant<std::int64_t, std::string>;

// `event` is a code such as "serve_started"; values are numbers, codes and names of our own, never input.
void log(Level level, const char* event, std::initializer_list<std::pair<Field, LogValue>> fields = {});

}  // namespace careline
