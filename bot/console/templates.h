// The pages: mustache files that the binary carries, filled with a view and with the console's words.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "bot/console/answers.h"
#include "config/phrases.h"

namespace careline::console {

class Templates {
 public:
  explicit Templates(const config::Phrases& phrases);

  /// Renders pages/<name>.html; everything in the view is escaped. Words are read as {{console.…}}, other
  /// pages of this folder as {{>pages/name}}. Throws std::logic_error for an unknown name or a broken page.
  std::string render(std::string_view name, const Json& view) const;
  /// The page inside the frame (layout.html); `frame` goes over what the page's view says.
  std::string page(std::string_view name, Json view, const Json& frame) const;

  static std::vector<std::string> names();
  static std::string_view source(std::string_view name);
  /// Every word without placeholders as nested objects: {"console": {"reply": {"label": …}}}.
  const Json& words() const { return words_; }

 private:
  Json words_;
};

}  // namespace careline::console
