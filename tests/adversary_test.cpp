// A thief with the files, without and with the keys, cannot tell who asked which anonymous question.
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/thief.h"
#include "tests/support/town.h"

namespace careline::tests {
namespace {
namespace fs = std::filesystem;

// Chance is one in a thousand; two in a hundred beyond it are allowed. The best of thousands of strategies
// looks better than it is, so the thief learns from one half of the questions which is best and plays it on
// the other half.
constexpr double kMostHits = 1.0 / Town::kPeople + 0.02;
// And no strategy at all may find six of the 200: blind ones have 0.2 hits each, and in thousands of towns
// not one of them would.
constexpr double kMostHitsOfAny = 5.5 / Town::kAskers;
// A place of the right person that follows no rule is spread evenly over 0 to 1. The mean of 200 of them has
// a standard error of 0.0204, so that 0.5 ± 0.05 alone would raise a false alarm for one strategy in seventy,
// and thousands are tried: only what is 5.5 standard errors away (once in 26 million) counts.
constexpr double kMostRankDifference = 5.5 * 0.0204;

class Adversary : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    town_ = new Town([](Town& town) { take(town, "older.db"); });
    take_files("evening.db");
    town_->sleep();
    take_files("night.db");
    asked_ = new std::vector(town_->asked());
    line_ids_ = new std::map<std::string, std::string>;
    for (int i = 0; i < Town::kPeople; ++i) {
      const std::string line_id = Whole::line_id("p" + std::to_string(i));
      const auto id = town_->keys.hash<PersonId>(store::Purpose::person, line_id);
      line_ids_->emplace(id.view(), line_id);
    }
  }
  static void TearDownTestSuite() {
    delete asked_;
    delete line_ids_;
    delete town_;
  }
  // The files as they lie there, a moment after the last message: by then the WAL should be empty.
  static void take_files(const std::string& name) {
    for (int tries = 0; tries < 300 && fs::file_size(town_->database().string() + "-wal") > 0; ++tries)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    for (const char* end : {"", "-wal"})
      fs::copy_file(town_->database().string() + end, town_->whole.folder / (name + end));
  }
  // A copy, written anew as a backup is.
  static void take(Town& town, const std::string& name) {
    SQLite::Database db(town.database().string(), SQLite::OPEN_READONLY);
    db.exec("VACUUM INTO '" + (town.whole.folder / name).string() + "'");
  }

  // What the best strategies achieve.
  std::vector<Success> play(const Loot& loot) {
    std::vector<std::string> people, questions;
    std::map<std::string, std::size_t> place;
    for (const auto& [id, line_id] : *line_ids_) {
      place[id] = people.size();
      people.push_back(id);
    }
    std::vector<std::size_t> askers;
    for (const auto& [thread, person] : *asked_) {
      questions.push_back(thread);
      askers.push_back(place.at(person));
    }
    const Thief thief(loot, people, questions);
    std::vector<Success> all;
    for (const auto& strategy : thief.strategies()) all.push_back(judged(strategy, people.size(), askers));
    return all;
  }
  void expect_chance(const Loot& loot) {
    const auto all = play(loot);
    expect_no_hits(all);
    for (const auto& one : all) EXPECT_NEAR(one.rank, 0.5, kMostRankDifference) << one.name;
  }
  void expect_no_hits(const std::vector<Success>& all) {
    for (const std::size_t learnt : {0U, 1U}) {
      const auto best = std::ranges::max(all, {}, [&](const Success& one) { return one.half[learnt]; });
      EXPECT_LE(best.half[1 - learnt], kMostHits) << best.name;
    }
    for (const auto& one : all) EXPECT_LE(one.hits, kMostHitsOfAny) << one.name;
    RecordProperty("strategies", static_cast<int>(all.size()));
  }

  Loot loot(const std::string& name) const {
    return {town_->whole.folder / name, town_->whole.folder / "older.db"};
  }

  static Town* town_;
  static std::vector<Town::Asked>* asked_;
  static std::map<std::string, std::string>* line_ids_;  // by the bytes of a person's id
};
Town* Adversary::town_ = nullptr;
std::vector<Town::Asked>* Adversary::asked_ = nullptr;
std::map<std::string, std::string>* Adversary::line_ids_ = nullptr;

TEST_F(Adversary, FindsNobodyInTheFiles) {
  ASSERT_EQ(asked_->size(), Town::kAskers);
  expect_chance(loot("night.db"));
}

// By day a row says on which day its person wrote last: a class of people, but not whose question is whose.
TEST_F(Adversary, FindsNobodyInTheFilesByDay) { expect_no_hits(play(loot("evening.db"))); }

TEST_F(Adversary, FindsNobodyWithTheKeyFile) {
  const store::Keyring root_alone(store::Secret({7}), store::Secret());
  Loot with_key = loot("night.db");
  with_key.keys = &root_alone;
  with_key.holds = Loot::Holds::root;
  expect_chance(with_key);
}

TEST_F(Adversary, FindsNobodyWithBothKeyFiles) {
  Loot with_keys = loot("night.db");
  with_keys.keys = &town_->keys;
  with_keys.holds = Loot::Holds::root_and_passing;
  expect_chance(with_keys);
}

// What a careless Careline would have left, all in one copy: each strategy finds its own, so that what is not
// found above is not there.
class Leaky {
 public:
  Leaky(const fs::path& file, const store::Keyring& keys)
      : db_(file.string(), SQLite::OPEN_READWRITE), keys_(keys) {
    db_.exec("PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0");
    db_.exec(R"sql(
      ALTER TABLE people ADD COLUMN seen_ms INTEGER; ALTER TABLE people ADD COLUMN hour_ms INTEGER;
      ALTER TABLE people ADD COLUMN draft BLOB;
      ALTER TABLE threads ADD COLUMN asked_ms INTEGER; ALTER TABLE threads ADD COLUMN draft BLOB;
      ALTER TABLE threads ADD COLUMN pseudonym BLOB; ALTER TABLE threads ADD COLUMN who BLOB;
      ALTER TABLE threads ADD COLUMN way BLOB;
      CREATE TABLE visits (seq INTEGER PRIMARY KEY, person BLOB);
      CREATE TABLE arrivals (seq INTEGER PRIMARY KEY, thread BLOB);
      CREATE TABLE heap (number INTEGER, id BLOB, filler BLOB))sql");
  }
  // One question after the other, in the order in which they are given.
  void leak(std::int64_t number, const Town::Asked& asked, const std::string& line_id) {
    const std::int64_t at = time_of(number);
    run("UPDATE people SET seen_ms = ?, draft = zeroblob(?), hour_ms = (SELECT opened_at FROM threads WHERE "
        "id = ?) + "
        "2220000, sealed_state = ? WHERE person = ?",
        at + 1, 2'000 + number, blob(asked.thread), blob(state(asked, at)), blob(asked.person));
    run("UPDATE threads SET asked_ms = ?, draft = zeroblob(?), pseudonym = ?, who = ?, way = ? WHERE id = ?",
        at + 4, 2'000 + number, blob(asked.person.substr(0, 8) + std::string(8, 'x')),
        blob(std::string(keys_.hash<LineKey>(store::Purpose::receipt, line_id).view())),
        blob(keys_.seal(store::Purpose::address, line_id, asked.thread)), blob(asked.thread));
    run("INSERT INTO visits (person) VALUES (?)", blob(asked.person));
    run("INSERT INTO arrivals (thread) VALUES (?)", blob(asked.thread));
    run("INSERT INTO outbox (lane, person, retry_key, made_at, mode, due_at, state) VALUES (2, ?, ?, ?, "
        "'push', 0, 'dead')",
        blob(std::string(keys_.hash<PersonId>(store::Purpose::order, asked.person).view())),
        "key" + std::to_string(number), at + 2);
  }
  // Pages are handed out one after the other; apart, because other tables grow meanwhile.
  void pile(const Town::Asked& asked) {
    for (const std::string& id : {asked.person, asked.thread, std::string("nobody")})
      run("INSERT INTO heap VALUES (0, ?, zeroblob(3000))", blob(id));
  }
  void empty_the_wal() { db_.exec("PRAGMA wal_checkpoint(TRUNCATE)"); }
  // As a turn does, with nobody who empties the WAL afterwards.
  void change_in_one_commit(std::int64_t number, const Town::Asked& asked) {
    db_.exec("BEGIN");
    run("UPDATE people SET sealed_state = ? WHERE person = ?", blob(state(asked, time_of(number))),
        blob(asked.person));
    run("UPDATE threads SET due_at = due_at + 1 WHERE id = ?", blob(asked.thread));
    db_.exec("COMMIT");
  }

 private:
  struct Blob {
    std::string bytes;
  };
  static std::int64_t time_of(std::int64_t number) { return 1'795'485'600'000 + 613'000 * number; }
  static Blob blob(std::string bytes) { return {std::move(bytes)}; }
  std::string state(const Town::Asked& asked, std::int64_t at) const {
    const nlohmann::json state = {{"touched_at", at}, {"thread", store::hex(asked.thread)}};
    return keys_.seal(store::Purpose::state, state.dump(), asked.person);
  }
  static void put(SQLite::Statement& q, int at, const Blob& b) {
    q.bind(at, b.bytes.data(), static_cast<int>(b.bytes.size()));
  }
  static void put(SQLite::Statement& q, int at, std::int64_t number) { q.bind(at, number); }
  static void put(SQLite::Statement& q, int at, const std::string& text) { q.bind(at, text); }
  template <class... Values>
  void run(const char* sql, const Values&... values) {
    SQLite::Statement q(db_, sql);
    int at = 0;
    (put(q, ++at, values), ...);
    q.exec();
  }

  SQLite::Database db_;
  const store::Keyring& keys_;
};

TEST_F(Adversary, FindsEveryPlantedLeak) {
  const fs::path file = town_->whole.folder / "leaky.db", copy = town_->whole.folder / "leaked.db";
  fs::copy_file(town_->whole.folder / "night.db", file);
  Leaky leaky(file, town_->keys);
  std::int64_t number = 0;
  for (const auto& one : *asked_) leaky.leak(++number, one, line_ids_->at(one.person));
  for (const auto& one : *asked_) leaky.pile(one);
  leaky.empty_the_wal();
  number = 0;
  for (const auto& one : *asked_) leaky.change_in_one_commit(++number, one);
  fs::copy_file(file, copy);
  fs::copy_file(file.string() + "-wal", copy.string() + "-wal");

  Loot all_of_it = loot("leaked.db");
  all_of_it.keys = &town_->keys;
  all_of_it.holds = Loot::Holds::root_and_passing;
  const auto achieved = play(all_of_it);
  const auto best = [&](const std::string& begin, const std::string& end) {
    double hits = 0;
    for (const auto& one : achieved)
      if (one.name.starts_with(begin) && one.name.ends_with(end)) hits = std::max(hits, one.hits);
    return hits;
  };
  const std::pair<const char*, const char*> leaks[] = {
      {"people.seen_ms first", "threads.asked_ms first"},                // times
      {"outbox.made_at first", "threads.asked_ms first"},                // a dead letter's owner and time
      {"state.touched_at first", "threads.asked_ms first"},              // a state's time
      {"people.draft size first", "threads.draft size first"},           // sizes
      {"visits.seq first", "arrivals.seq first"},                        // counters
      {"visits place first", "arrivals place first"},                    // the order of rows
      {"page last", "page last"},                                        // the order of pages
      {"people.person number first", "threads.pseudonym number first"},  // ids
      {"same bytes", ""},
      {"one commit", ""},
      {"keyed hash", ""},
      {"opened by the service's keys", ""},
      {"named in a state", ""}};
  constexpr double kMostAskers = 0.5;  // chance is 0.001; a thief is content with less than all
  for (const auto& [begin, end] : leaks) EXPECT_GT(best(begin, end), kMostAskers) << begin << " ~ " << end;
  EXPECT_GT(best("people.hour_ms first", "in the hour"), 2 * kMostHits);
}

// The notice waits for the morning, so that no sending follows whose outcome empties the WAL.
TEST(AdversaryAtNight, FindsNoAnswerBesideItsAskerInTheWal) {
  Whole whole;
  for (const char* said : {"匿名提問", "主旨", "內容", "寫好了", "要通知", "送出"}) whole.says("amy", said);
  whole.clock += 13 * 3'600'000;
  ASSERT_TRUE(whole.desk->reply(whole.threads().at(0).id, whole.lin, "回覆"));
  const fs::path wal = whole.folder / "careline.db-wal";
  for (int tries = 0; tries < 500 && fs::file_size(wal) > 0; ++tries)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(fs::file_size(wal), 0U);
}

TEST(AdversaryAndBlocks, AFailedAnswerDoesNotSayThatItsAskerBlockedUs) {
  Whole whole;
  for (const char* said : {"匿名提問", "主旨", "內容", "寫好了", "要通知", "送出"}) whole.says("amy", said);
  whole.happens("amy", {{"type", "unfollow"}});
  const auto thread = whole.threads().at(0).id;
  whole.desk->reply(thread, whole.lin, "回覆");
  EXPECT_EQ(whole.messages(thread).back().failure, "unreachable");
}

}  // namespace
}  // namespace careline::tests
