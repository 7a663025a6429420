// Marks on rows that hold keys or say who may read: without root.key nobody can make or change such a row
// unnoticed.
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>

#include "store/canonical.h"
#include "store/seal.h"

namespace careline::store {

// Several texts as one that can be read in one way only.
inline std::string fields(std::initializer_list<std::string_view> texts) {
  Canonical all("fields");
  for (std::string_view text : texts) all.text(text);
  return all.bytes();
}

// 16 bytes that follow from the row's values and root.key.
inline std::string mark_of(const Keyring& keys, std::string_view table,
                           std::initializer_list<std::string_view> values) {
  const auto id = keys.hash<Id<void>>(Purpose::record, std::string(table) + "\n" + fields(values));
  return std::string(id.view());
}

}  // namespace careline::store
