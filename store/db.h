// One SQLite connection, opened in one place with one set of switches, with its prepared statements kept.
#pragma once
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "store/model/ids.h"

namespace careline::store {

// A prepared statement in use: binds by name, reads by column number, is reset when it goes out of scope.
class Query {
 public:
  explicit Query(SQLite::Statement& statement) : statement_(statement) {}
  ~Query() { statement_.tryReset(); }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  Query& bind(const char* name, std::int64_t value);
  Query& bind(const char* name, const std::string& text);  // copied
  Query& bind_blob(const char* name, std::string_view bytes);
  template <class Tag>
  Query& bind(const char* name, const Id<Tag>& id) {
    return bind_blob(name, id.view());
  }
  Query& bind_null(const char* name);

  bool step() { return statement_.executeStep(); }
  int run();  // to the end; rows changed
  std::int64_t integer(int column) const { return statement_.getColumn(column).getInt64(); }
  std::string text(int column) const { return statement_.getColumn(column).getString(); }
  bool null(int column) const { return statement_.isColumnNull(column); }
  template <class SomeId>
  SomeId id(int column) const {
    return SomeId::of(text(column));
  }

 private:
  SQLite::Statement& statement_;
};

class Db {
 public:
  // scratch: a copy that nobody else sees and that is thrown away when anything fails; no WAL, no syncing.
  enum class Access { write, read, scratch };
  Db(const std::filesystem::path& file, Access access);

  // `sql` must be a literal: statements are kept by its address.
  Query query(const char* sql);
  void exec(const char* sql) { db_.exec(sql); }
  SQLite::Database& raw() { return db_; }

 private:
  SQLite::Database db_;
  std::unordered_map<const char*, std::unique_ptr<SQLite::Statement>> statements_;
};

}  // namespace careline::store
