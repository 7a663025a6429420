// Finds a message that tells of danger among ordinary ones, by rules that a counsellor can read
// (config/crisis).
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace careline::crisis {

// In rising order, so that severities can be compared.
enum class Severity { none, watch, high, immediate };

// "none", "watch", "high" or "immediate", as rows and metrics spell it.
std::string_view slug(Severity severity);

// What was found: the highest severity, the kind of the rule that gave it (empty with none), the ids of every
// rule that matched, and the version of the rules. It never carries text of the message.
struct Finding {
  Severity severity = Severity::none;
  std::string kind;
  std::vector<std::string> rules;
  std::string version;
  bool operator==(const Finding&) const = default;
};

// The look-out with one set of rules. Immutable after construction: any number of threads may look at once.
class Lookout {
 public:
  // Takes the text of config/crisis/rules.json; throws std::runtime_error that names what is wrong with it.
  explicit Lookout(std::string_view rules_json);
  ~Lookout();
  Lookout(Lookout&&) noexcept;
  Lookout& operator=(Lookout&&) noexcept;

  // Never throws for any bytes (invalid UTF-8 included); the time grows linearly with the length.
  Finding look(std::string_view utf8) const;

 private:
  struct Rules;
  std::unique_ptr<const Rules> rules_;
};

}  // namespace careline::crisis
