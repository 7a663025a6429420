// Somebody with the files of a Careline.
#include "tests/support/thief.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <unordered_map>

namespace careline::tests {
namespace {
using nlohmann::json;
namespace fs = std::filesystem;

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// --- the WAL: which rows changed in one commit -------------------------------------------------------------

constexpr std::size_t kWalHead = 32, kFrameHead = 24;

std::uint32_t big_endian(const std::string& bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8 | static_cast<unsigned char>(bytes.at(at + i));
  return number;
}

std::uint32_t number_at(const std::string& page, std::size_t at) {
  return static_cast<unsigned char>(page.at(at)) * 256U + static_cast<unsigned char>(page.at(at + 1));
}

// The cell that begins here, as far as it lies in this page (SQLite's file format, "B-tree pages").
std::string cell_at(const std::string& page, std::size_t at) {
  std::size_t payload = 0, size = page.size();
  for (bool more = true; more && at < size; ++at) {
    payload = payload << 7 | (static_cast<unsigned char>(page[at]) & 0x7f);
    more = (page[at] & 0x80) != 0;
  }
  const std::size_t most = (size - 12) * 64 / 255 - 23, least = (size - 12) * 32 / 255 - 23;
  if (payload <= most) return page.substr(std::min(at, size), payload);
  const std::size_t part = least + (payload - least) % (size - 4);
  return page.substr(std::min(at, size), (part <= most ? part : least) + 4);
}

// The rows of tables without rowid in a page, by the ids in them.
std::map<std::string, std::string> rows_in(const std::string& page,
                                           const std::unordered_map<std::string_view, std::size_t>& ids) {
  constexpr char kInner = 2, kLeaf = 10;
  constexpr std::size_t kKeyEnds = 80;  // bytes of a row's head and key
  std::map<std::string, std::string> rows;
  if (page.empty() || (page[0] != kInner && page[0] != kLeaf)) return rows;
  const std::size_t first = page[0] == kInner ? 12 : 8, child = page[0] == kInner ? 4 : 0;
  for (std::size_t i = 0; i < number_at(page, 3); ++i) {
    const std::string cell = cell_at(page, number_at(page, first + 2 * i) + child);
    for (std::size_t at = 0; at + 16 <= std::min(cell.size(), kKeyEnds); ++at)
      if (const auto id = ids.find(std::string_view(cell).substr(at, 16)); id != ids.end())
        rows[std::string(id->first)] += cell;
  }
  return rows;
}

// --- scores ------------------------------------------------------------------------------------------------

// Milliseconds become days, as days are already.
double in_days(double value) { return value > 1e12 && value < 4e12 ? value / 86'400'000 : value; }

constexpr double kHalfHour = 1.0 / 48;

using Column = std::vector<double>;

bool is_time(const Column& days) {
  return std::ranges::any_of(days, [](double day) { return day > 15'000 && day < 30'000; });
}

// Places from 0 to 1, equal values sharing theirs.
Column ranked(const Column& values) {
  Column sorted = values, ranks(values.size());
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto [from, to] = std::equal_range(sorted.begin(), sorted.end(), values[i]);
    ranks[i] = static_cast<double>(from - sorted.begin() + (to - sorted.begin()) - 1) / 2 /
               static_cast<double>(values.size());
  }
  return ranks;
}

// The smallest and the greatest of several values, and how many there are; columns that say nothing are left
// out.
std::map<std::string, Column> columns_of(
    const std::map<std::string, std::vector<std::vector<double>>>& numbers) {
  std::map<std::string, Column> columns;
  std::set<Column> known;
  const auto add = [&](const std::string& name, const Column& column) {
    if (std::ranges::all_of(column, [&](double v) { return v == column.front(); })) return;
    if (known.insert(column).second) columns[name] = column;
  };
  for (const auto& [feature, of_all] : numbers) {
    Column least, most, count;
    for (const auto& values : of_all) {
      least.push_back(values.empty() ? -1 : in_days(std::ranges::min(values)));
      most.push_back(values.empty() ? -1 : in_days(std::ranges::max(values)));
      count.push_back(static_cast<double>(values.size()));
    }
    add(feature + " first", least);
    add(feature + " last", most);
    add(feature + " count", count);
  }
  return columns;
}

// An id's number says something beside another one, or beside a place in an order; not beside a size or a
// time.
bool comparable(const std::string& one, const std::string& other) {
  const auto is = [](const std::string& name, const char* kind) {
    return name.find(kind) != std::string::npos;
  };
  const auto fits = [&](const std::string& name) {
    return is(name, " number ") || is(name, "place") || is(name, "page");
  };
  return (!is(one, " number ") && !is(other, " number ")) || (fits(one) && fits(other));
}

using Pairs = std::map<std::pair<std::size_t, std::size_t>, double>;

Strategy of_pairs(const std::string& name, Pairs found) {
  return {name, [found = std::move(found)](std::size_t q, std::size_t p) {
            const auto pair = found.find({q, p});
            return pair == found.end() ? 0.0 : pair->second;
          }};
}

}  // namespace

void Thief::Entities::note(const std::string& feature, std::size_t entity, double value) {
  auto& of_all = numbers[feature];
  of_all.resize(ids.size());
  of_all[entity].push_back(value);
}

Thief::Thief(const Loot& loot, std::vector<std::string> people, std::vector<std::string> questions)
    : loot_(loot) {
  people_.ids = std::move(people);
  questions_.ids = std::move(questions);
  for (Entities* all : {&people_, &questions_}) {
    all->bytes.resize(all->ids.size());
    for (std::size_t i = 0; i < all->ids.size(); ++i) {
      all->by_name[all->ids[i]] = i;
      all->by_name[store::hex(all->ids[i])] = i;
      if (all == &people_ && loot_.holds != Loot::Holds::nothing)  // the outbox's own names for them
        all->by_name[std::string(loot_.keys->hash<PersonId>(store::Purpose::order, all->ids[i]).view())] = i;
    }
  }
  read_wal();
  read_rows();
  read_places();
  if (loot_.holds == Loot::Holds::root_and_passing) open_states();
  if (loot_.holds != Loot::Holds::nothing) try_keys();
}

void Thief::read_wal() {
  database_ = bytes_of(loot_.database);
  const std::string wal = bytes_of(loot_.database.string() + "-wal");
  if (wal.size() < kWalHead) return;
  const std::size_t size = big_endian(wal, 8);
  std::unordered_map<std::string_view, std::size_t> ids;
  for (const Entities* all : {&people_, &questions_})
    for (const auto& id : all->ids) ids.emplace(id, 0);
  std::map<std::uint32_t, std::string> pages;
  std::set<std::string> changed;
  for (std::size_t at = kWalHead; at + kFrameHead + size <= wal.size(); at += kFrameHead + size) {
    if (wal.compare(at + 8, 8, wal, 16, 8) != 0) break;  // of an earlier round
    const std::uint32_t number = big_endian(wal, at);
    auto page = pages.try_emplace(
        number, number * size <= database_.size() ? database_.substr((number - 1) * size, size) : "");
    const std::string now = wal.substr(at + kFrameHead, size);
    const auto before = rows_in(page.first->second, ids);
    for (const auto& [id, row] : rows_in(now, ids))
      if (const auto was = before.find(id); was == before.end() || was->second != row) changed.insert(id);
    page.first->second = now;
    if (big_endian(wal, at + 4) == 0) continue;  // the commit goes on
    for (const auto& q : changed)
      for (const auto& p : changed)
        if (questions_.by_name.contains(q) && people_.by_name.contains(p))
          pairs_["one commit"][{questions_.by_name[q], people_.by_name[p]}] +=
              1.0 / static_cast<double>(changed.size());
    changed.clear();
  }
}

void Thief::read_rows() {
  SQLite::Database db(loot_.database.string(), SQLite::OPEN_READWRITE);
  std::vector<std::string> tables;
  SQLite::Statement q(db, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'");
  while (q.executeStep()) tables.push_back(q.getColumn(0).getString());
  SQLite::Statement cases(db, "SELECT id, person FROM threads WHERE person IS NOT NULL");
  while (cases.executeStep()) {  // what stands with somebody's case stands with them
    const std::size_t person = people_.by_name.at(cases.getColumn(1).getString());
    people_.by_name[cases.getColumn(0).getString()] = person;
    people_.by_name[store::hex(cases.getColumn(0).getString())] = person;
  }
  for (const auto& table : tables) read_table(table);
}

// Every row that names a person or a question gives numbers about it: its values, their sizes, its place.
void Thief::read_table(const std::string& table) {
  SQLite::Database db(loot_.database.string(), SQLite::OPEN_READONLY);
  SQLite::Statement rows(db, "SELECT * FROM \"" + table + "\"");
  for (int place = 0; rows.executeStep(); ++place)
    for (Entities* all : {&people_, &questions_}) {
      std::set<std::size_t> meant;
      for (int i = 0; i < rows.getColumnCount(); ++i)
        if (const auto found = all->by_name.find(rows.getColumn(i).getString()); found != all->by_name.end())
          meant.insert(found->second);
      for (const std::size_t entity : meant) {
        all->note(table + " place", entity, place);
        for (int i = 0; i < rows.getColumnCount(); ++i) {
          const auto column = rows.getColumn(i);
          const std::string name = table + "." + rows.getColumnName(i);
          if (column.isInteger()) all->note(name, entity, column.getDouble());
          if (!column.isBlob() && !column.isText()) continue;
          all->note(name + " size", entity, column.getBytes());
          all->bytes[entity] += column.getString() + '\x01';
          if (column.isBlob() && column.getBytes() >= 8) {  // an id as a number
            const std::string bytes = column.getString();
            all->note(name + " number", entity, big_endian(bytes, 0));
          }
        }
      }
    }
}

// Where in the file a row stands: pages are handed out in the order of time, and so are places within a page.
void Thief::read_places() {
  SQLite::Database(loot_.database.string(), SQLite::OPEN_READWRITE).exec("PRAGMA wal_checkpoint(TRUNCATE)");
  const std::string file = bytes_of(loot_.database), older = bytes_of(loot_.older);
  constexpr std::size_t kPage = 4096;
  for (Entities* all : {&people_, &questions_})
    for (std::size_t entity = 0; entity < all->ids.size(); ++entity) {
      const auto& id = all->ids[entity];
      for (auto at = file.find(id); at != std::string::npos; at = file.find(id, at + 1)) {
        const std::size_t page = at / kPage;
        all->note("page", entity, static_cast<double>(page));
        all->note("within the page", entity, -static_cast<double>(at % kPage));
      }
      all->note("in the older copy", entity, older.find(id) != std::string::npos ? 1 : 0);
    }
}

void Thief::open_states() {
  SQLite::Database db(loot_.database.string(), SQLite::OPEN_READONLY);
  SQLite::Statement rows(db, "SELECT person, sealed_state FROM people WHERE sealed_state IS NOT NULL");
  const std::function<void(const json&, const std::string&, std::size_t)> walk =
      [&](const json& node, const std::string& path, std::size_t person) {
        if (node.is_number()) people_.note("state" + path, person, node.get<double>());
        if (node.is_string())
          people_.note("state" + path + " size", person, static_cast<double>(node.dump().size()));
        if (node.is_structured())
          for (const auto& [key, child] : node.items())
            walk(child, node.is_object() ? path + "." + key : path, person);
      };
  while (rows.executeStep()) {
    const std::string id = rows.getColumn(0).getString();
    const auto text = loot_.keys->open(store::Purpose::state, rows.getColumn(1).getString(), id);
    if (!text) continue;
    const std::size_t person = people_.by_name.at(id);
    const auto end = text->find_last_of('}');
    walk(json::parse(text->substr(0, end + 1), nullptr, false), "", person);
    for (std::size_t q = 0; q < questions_.ids.size(); ++q)
      if (text->find(store::hex(questions_.ids[q])) != std::string::npos)
        pairs_["named in a state"][{q, person}] = 1;
  }
}

// Every LINE id under every key, as a hash of what stands with the question and as what opens there.
void Thief::try_keys() {
  SQLite::Database db(loot_.database.string(), SQLite::OPEN_READONLY);
  SQLite::Statement rows(db, "SELECT person, sealed_address FROM people");
  std::map<std::string, std::size_t> hashes;
  const auto last = static_cast<std::uint64_t>(store::Purpose::last_);
  while (rows.executeStep()) {
    const std::string id = rows.getColumn(0).getString();
    const auto address = loot_.keys->open(store::Purpose::address, rows.getColumn(1).getString(), id);
    if (!address || address->size() < 33) continue;
    for (std::uint64_t purpose = 1; purpose < last; ++purpose)
      for (const std::string& text : {address->substr(0, 33), id, "m:" + address->substr(0, 33)})
        hashes.emplace(loot_.keys->hash<LineKey>(static_cast<store::Purpose>(purpose), text).view(),
                       people_.by_name.at(id));
  }
  SQLite::Statement threads(db, "SELECT * FROM threads");
  while (threads.executeStep()) {
    const auto q = questions_.by_name.find(threads.getColumn(0).getString());
    if (q == questions_.by_name.end()) continue;
    for (int i = 0; i < threads.getColumnCount(); ++i) {
      const std::string value = threads.getColumn(i).getString();
      if (const auto person = hashes.find(value); person != hashes.end())
        pairs_["keyed hash"][{q->second, person->second}] = 1;
      for (std::uint64_t purpose = 1; purpose < last; ++purpose)
        for (const std::string& place : {std::string(q->first), std::string()})
          if (const auto open = loot_.keys->open(static_cast<store::Purpose>(purpose), value, place))
            for (const auto& [name, person] : people_.by_name)
              if (open->find(name) != std::string::npos ||
                  loot_.keys->hash<PersonId>(store::Purpose::person, open->substr(0, 33)).view() == name)
                pairs_["opened by the service's keys"][{q->second, person}] = 1;
    }
  }
}

// Numbers of persons against numbers of questions: as they are, by days, and by place in their order.
std::vector<Strategy> Thief::compared() const {
  std::vector<Strategy> all;
  const auto of_people = columns_of(people_.numbers), of_questions = columns_of(questions_.numbers);
  const auto add = [&](const std::string& name, const Column& p, const Column& q) {
    all.push_back({name, [p, q](std::size_t at, std::size_t who) { return -std::abs(q[at] - p[who]); }});
  };
  const auto floored = [](Column column) {
    for (double& value : column) value = std::floor(value);
    return column;
  };
  for (const auto& [p_name, p] : of_people)
    for (const auto& [q_name, q] : of_questions) {
      if (!comparable(p_name, q_name)) continue;
      const std::string name = p_name + " ~ " + q_name;
      add(name, p, q);
      add(name + ", days", floored(p), floored(q));
      add(name + ", order", ranked(p), ranked(q));
      if (!is_time(p) || !is_time(q)) continue;
      for (const double later : {0.0, kHalfHour})  // anonymous times are cut to the hour before
        all.push_back({name + ", in the hour" + (later > 0 ? " but half" : ""),
                       [p, q, later](std::size_t at, std::size_t who) {
                         const double passed = p[who] - later - q[at];
                         return passed >= 0 && passed < 2 * kHalfHour ? 1.0 : 0.0;
                       }});
    }
  return all;
}

// Runs of bytes that stand with one person only, and with a question.
Strategy Thief::same_bytes() const {
  constexpr std::size_t kRun = 8, kMany = ~std::size_t{0};
  std::unordered_map<std::string_view, std::size_t> runs;
  const auto each_run = [](const std::string& bytes, const auto& act) {
    for (std::size_t at = 0; at + kRun <= bytes.size(); ++at) act(std::string_view(bytes).substr(at, kRun));
  };
  for (std::size_t p = 0; p < people_.bytes.size(); ++p)
    each_run(people_.bytes[p], [&](std::string_view run) {
      const auto [place, fresh] = runs.emplace(run, p);
      if (!fresh && place->second != p) place->second = kMany;
    });
  Pairs shared;
  for (std::size_t q = 0; q < questions_.bytes.size(); ++q)
    each_run(questions_.bytes[q], [&](std::string_view run) {
      const auto found = runs.find(run);
      if (found != runs.end() && found->second != kMany) shared[{q, found->second}] += 1;
    });
  return of_pairs("same bytes", std::move(shared));
}

std::vector<Strategy> Thief::strategies() const {
  auto all = compared();
  for (const auto& [name, found] : pairs_) all.push_back(of_pairs(name, found));
  all.push_back(same_bytes());
  return all;
}

Success judged(const Strategy& strategy, std::size_t people, const std::vector<std::size_t>& askers) {
  Success success{.name = strategy.name};
  for (std::size_t q = 0; q < askers.size(); ++q) {
    const double right = strategy.score(q, askers[q]);
    std::size_t better = 0, equal = 0;
    for (std::size_t p = 0; p < people; ++p) {
      const double score = strategy.score(q, p);
      if (score > right) ++better;
      if (score == right) ++equal;
    }
    if (better == 0) success.half[q % 2] += 1.0 / static_cast<double>(equal);
    success.rank +=
        (static_cast<double>(better) + static_cast<double>(equal - 1) / 2) / static_cast<double>(people - 1);
  }
  const auto asked = static_cast<double>(askers.size());
  success.hits = (success.half[0] + success.half[1]) / asked;
  for (double& half : success.half) half /= asked / 2;
  success.rank /= static_cast<double>(askers.size());
  return success;
}

}  // namespace careline::tests
