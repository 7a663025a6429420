// Names as they are compared when a person types one a little differently.
#pragma once
#include <unicode/unistr.h>

#include <string>

namespace careline {

// Letters and figures only, in one width and case: what is left of a name when its dress is taken off.
icu::UnicodeString bare(const std::string& text);

}  // namespace careline
