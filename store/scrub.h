// Keeps bytes that belong to no row out of the database file.
//
// secure_delete zeroes a row that is deleted, but when SQLite moves rows to a neighbouring page, their old
// bytes stay in the unused middle of the page (measured with 3.40.1: some of 0.2 % of the rows). Deleting
// such a row later zeroes the moved copy only.
#pragma once
#include <cstddef>

#include "store/db.h"

namespace careline::store {

// From now on every page that this connection writes to the database file has a middle of zeros. For the one
// writing connection, before it writes.
void scrub_pages_of(Db& db);

// Zeroes what belongs to no cell of a b-tree page between its pointers and its cells; `head` is where the
// page's header begins (100 on the first page). True if it is such a page and any byte was zeroed.
bool scrub(unsigned char* page, std::size_t size, std::size_t head);

}  // namespace careline::store
