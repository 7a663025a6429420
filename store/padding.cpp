// Sizes that tell little.
#include "store/padding.h"

#include <sodium.h>

#include <stdexcept>

#include "store/secret.h"

namespace careline::store {

std::string padded(std::string_view text, std::size_t least) {
  std::size_t size = least;
  while (size <= text.size()) size *= 2;  // the mark takes one byte at least
  std::string out(text);
  out.resize(size);
  std::size_t filled = 0;
  if (sodium_pad(&filled, raw(out), text.size(), size, size) != 0 || filled != size)
    throw std::logic_error("a text was not padded");
  return out;
}

std::optional<std::string> without_padding(std::optional<std::string> text) {
  std::size_t length = 0;
  if (text && sodium_unpad(&length, raw(*text), text->size(), text->size()) == 0) text->resize(length);
  return text;
}

}  // namespace careline::store
