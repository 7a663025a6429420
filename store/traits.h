// What is true of the whole database, marked so that nobody without root.key can claim it.
#pragma once
#include "store/db.h"
#include "store/seal.h"

namespace careline::store {

// A demo prints its operators' codes: for showing and testing, never for real people.
void mark_as_demo(Db& db, const Keyring& keys);
bool made_for_demo(Db& db, const Keyring& keys);

}  // namespace careline::store
