// What each command of the program does.
#include "bot/commands.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "bot/backup_commands.h"
#include "bot/command.h"
#include "bot/control.h"
#include "bot/demo_code.h"
#include "bot/flow/desk.h"
#include "bot/line/client.h"
#include "bot/place.h"
#include "bot/service.h"
#include "bot/watch.h"
#include "config/programme.h"
#include "config/settings.h"
#include "store/disk.h"
#include "store/guard.h"
#include "store/migrate.h"
#include "store/seal.h"
#include "store/staff.h"
#include "store/staffing.h"
#include "store/traits.h"
#include "store/writer.h"

namespace careline {
namespace {
namespace fs = std::filesystem;

constexpr std::chrono::seconds kAskLine{5};  // all questions of doctor together

void block_end_signals() {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

struct Configured {
  config::Settings settings;
  config::Secrets secrets;
  config::Programme programme;
};
Configured read_all(const fs::path& file) {
  Configured all{config::load_settings(file), {}, {}};
  all.secrets = config::load_secrets(all.settings);
  all.programme = config::load_programme(all.settings.programme_file);
  backup_recipient(all.settings);
  for (const auto& warning : all.secrets.warnings) std::cerr << "careline: warning: " << warning << "\n";
  return all;
}

struct Check {
  const char* name;
  bool good;
  std::string advice;
  bool only_warns = false;  // when it is not good
};

// Whether our own last commit is still the last one; the rows themselves are what `audit verify` adds up.
Check seal_check(store::Db& db, const store::Keyring& keys) {
  const auto found = store::verify_seal(db, keys);
  return {"seal", found.empty(),
          found.empty()
              ? ""
              : std::string(store::advice_on(found.front().fault)) + ": run `careline audit verify`"};
}

std::vector<Check> examine_store(const Configured& all) {
  std::vector<Check> checks;
  const auto lacking = missing(all.settings);
  checks.push_back({"store", !lacking, lacking.value_or("") + ": run `careline init`"});
  if (lacking) return checks;
  std::optional<store::Keyring> keys;
  try {
    keys = read_keys(all.settings);
    checks.push_back({"key", true, ""});
  } catch (const std::exception& error) {
    checks.push_back({"key", false, error.what()});
  }
  try {
    store::Db db(database_file(all.settings), store::Db::Access::read);
    const int schema = store::schema_of(db);
    checks.push_back({"schema", schema <= store::newest_schema(), "the database is newer than this program"});
    const std::string integrity = db.raw().execAndGet("PRAGMA integrity_check").getString();
    checks.push_back({"integrity", integrity == "ok", "the database is damaged: restore a backup"});
    if (keys && schema == store::newest_schema()) checks.push_back(seal_check(db, *keys));
  } catch (const std::exception&) {
    checks.push_back({"database", false, "the database cannot be read: it is damaged or not ours"});
  }
  return checks;
}

std::string listed(const std::vector<store::Duty>& duties) {
  std::string list;
  for (const auto duty : duties) list += (list.empty() ? "" : "; ") + std::string(store::text_of(duty));
  return list;
}

// Whether there are enough people, and what stops when one of them is away. Worth a word and no failure.
std::vector<Check> examine_staff(const config::Settings& settings) {
  if (missing(settings)) return {};
  std::vector<store::Operator> staff;
  try {
    const auto keys = read_keys(settings);
    store::Db db(database_file(settings), store::Db::Access::read);
    if (store::schema_of(db) != store::newest_schema()) return {};
    staff = store::Operators(db, keys).all();
  } catch (const std::exception&) {
    return {};  // said of the store already
  }
  std::vector<Check> checks;
  const auto lacking = store::impossible(staff);
  checks.push_back({"staff", lacking.empty(), "nobody can " + listed(lacking), true});
  for (const auto& [name, stops] : store::dependences(staff))
    checks.push_back({"staff", false, "while " + name + " is away nobody can " + listed(stops), true});
  return checks;
}

// What a switch outside should be; nullopt: LINE did not say, which is worth a word and no failure.
Check switch_check(const char* name, std::optional<bool> good, const std::string& advice, bool real) {
  if (!good) return {name, false, "not known: LINE did not answer, or it is not set there", true};
  return {name, *good, advice, !real};
}

// Asks LINE once for what the service watches.
std::vector<Check> examine_line(const Configured& all) {
  line::Client client(all.settings.api_base, all.secrets.channel_access_token);
  client.end_within(kAskLine);
  const bool real = config::is_real_line(all.settings);
  const auto mode = client.chat_mode();
  const auto endpoint = client.webhook_endpoint();
  const auto month = client.quota();
  const std::string address = webhook_address(all.settings);
  const auto known = [&](bool good) { return endpoint ? std::optional(good) : std::nullopt; };
  std::vector<Check> checks = {
      switch_check("chat mode", mode ? std::optional(!chat_is_on(*mode)) : std::nullopt,
                   "Chat is on, so people can read along in LINE Official Account Manager: switch it off",
                   real),
      switch_check("webhook", known(endpoint && endpoint->active),
                   "LINE delivers nothing: switch on \"Use webhook\" in the LINE Developers Console", real),
      switch_check("quota", month ? std::optional(!nearly_used(*month)) : std::nullopt,
                   "more than 80 % of the month's messages are used", false),
  };
  if (!address.empty())
    checks.push_back(switch_check("webhook address", known(endpoint && delivers_to(*endpoint, address)),
                                  "LINE delivers elsewhere than to " + address, real));
  return checks;
}

void print(const Check& check) {
  const char* how = check.good ? "ok      " : check.only_warns ? "warning " : "FAILED  ";
  std::cout << how << check.name << (check.good ? "" : ": " + check.advice) << "\n";
}

bool is_demo(const config::Settings& settings, const store::Keyring& keys) {
  store::Db db(database_file(settings), store::Db::Access::read);
  return store::made_for_demo(db, keys);
}

// Asks the running service, whose clock counts, or the database itself.
std::string ask_for_code(const config::Settings& settings, const std::string& name) {
  const nlohmann::json request = {{"code_for", name}};
  if (const auto answer = ask_service(socket_file(settings), request.dump())) return *answer;
  store::Db db(database_file(settings), store::Db::Access::read);
  return demo_code(db, read_keys(settings), name, wall_clock_ms());
}

}  // namespace

int run_init(const fs::path& config, bool demo) {
  return guarded([&] {
    keep_memory_private();
    const auto settings = config::load_settings(config);
    config::load_programme(settings.programme_file);
    if (!fs::exists(settings.store_directory)) {
      fs::create_directories(settings.store_directory);
      fs::permissions(settings.store_directory, fs::perms::owner_all);
    }
    if (settings.key_file.has_parent_path()) fs::create_directories(settings.key_file.parent_path());
    const bool had_database = fs::exists(database_file(settings));
    if (had_database && !fs::exists(settings.key_file))
      return say_error(kFailed,
                       "the database is there but its key file is not: put the key file back, a new one "
                       "would open nothing");
    const bool made_key = store::make_key_file(settings.key_file);
    const auto lock = StoreLock::take(settings);
    if (!lock && !had_database) return say_error(kFailed, "another process uses the store");
    const auto keys = open_keys(settings);
    if (lock) {
      store::Writer makes_and_migrates(database_file(settings), keys);
      if (demo && !had_database)
        makes_and_migrates.run([&](store::Db& db) { store::mark_as_demo(db, keys); });
    }
    if (demo && !is_demo(settings, keys))
      return say_error(kFailed, "the database is there already and was not made by init --demo");
    std::cout << (made_key ? "made the key file\n" : "kept the key file\n")
              << (had_database ? "kept the database\n" : "made the database\n");
    return kOk;
  });
}

int run_serve(const fs::path& config, bool intake_only) {
  return guarded([&] {
    keep_memory_private();
    block_end_signals();
    const auto all = read_all(config);
    if (const auto lacking = missing(all.settings)) return not_initialised(config, *lacking);
    const auto unapproved = config::missing_approvals(all.programme);
    if (config::is_real_line(all.settings) && (!unapproved.empty() || all.programme.demonstration))
      return say_error(
          kUsage, all.settings.programme_file.string() +
                      ": cards, notices and numbers need an approver and a date, and demonstration must be "
                      "false, before real people are served");
    const auto lock = StoreLock::take(all.settings);
    if (!lock) return say_error(kFailed, "another careline serves this store");
    store::WorkFolder::take(all.settings.store_directory);  // removes what a killed backup left behind
    return serve(all.settings, all.secrets, all.programme,
                 intake_only ? Scope::intake_only : Scope::everything);
  });
}

int run_check_config(const fs::path& config) {
  return guarded([&] {
    read_all(config);
    std::cout << "ok\n";
    return kOk;
  });
}

int run_doctor(const fs::path& config) {
  return guarded([&] {
    const auto all = read_all(config);
    std::vector<Check> checks = {{"configuration", true, ""}};
    const auto unapproved = config::missing_approvals(all.programme);
    std::string list;
    for (const auto& what : unapproved) list += " " + what;
    const bool demo = !config::is_real_line(all.settings);
    checks.push_back({"approvals", demo || unapproved.empty(), "not yet approved:" + list});
    checks.push_back({"backup", demo || !all.settings.backup.recipient.empty(),
                      "no `recipient` in [backup]: see `careline backup-key`"});
    for (auto& check : examine_store(all)) checks.push_back(std::move(check));
    for (auto& check : examine_staff(all.settings)) checks.push_back(std::move(check));
    for (auto& check : examine_line(all)) checks.push_back(std::move(check));
    bool good = true;
    for (const auto& check : checks) {
      print(check);
      good = good && (check.good || check.only_warns);
    }
    return good ? kOk : kFailed;
  });
}

int run_operator_add(const fs::path& config, const std::string& name, const std::string& role) {
  return guarded([&] {
    keep_memory_private();
    const auto settings = config::load_settings(config);
    if (const auto lacking = missing(settings)) return not_initialised(config, *lacking);
    const auto roles = Roles::parse(role);
    if (!roles) return say_error(kUsage, "--role takes " + Roles(kEveryRole).text());
    if (!may_be_held_together(*roles))
      return say_error(kUsage,
                       "nobody may read what employees write and stand on the employer's side or audit, nor "
                       "administer and audit");
    const std::string password = typed_password(name);
    std::string answer;
    if (const auto lock = StoreLock::take(settings)) {
      const auto keys = open_keys(settings);
      store::Writer writer(database_file(settings), keys);
      bool added = false;
      const auto op = store::new_operator(keys, name, *roles, password, wall_clock_ms());
      writer.run([&](store::Db& db) { added = store::add_operator(db, keys, op); });
      answer = added ? "ok" : "taken";
    } else {
      const nlohmann::json request = {{"name", name}, {"role", role}, {"password", password}};
      answer = ask_service(socket_file(settings), request.dump()).value_or("failed");
    }
    if (answer == "taken") return say_error(kFailed, "an operator of that name is already there");
    if (answer != "ok") return say_error(kFailed, "the operator could not be stored");
    std::cout << "added\n";
    return kOk;
  });
}

int run_operator_code(const fs::path& config, const std::string& name) {
  return guarded([&] {
    keep_memory_private();
    const auto settings = config::load_settings(config);
    if (const auto lacking = missing(settings)) return not_initialised(config, *lacking);
    std::string answer = ask_for_code(settings, name);
    for (; answer == "wait"; answer = ask_for_code(settings, name))
      std::this_thread::sleep_for(std::chrono::milliseconds(250));
    if (answer == "refused")
      return say_error(kFailed, "codes are printed only for a database that was made by `init --demo`");
    if (answer == "unknown") return say_error(kFailed, "there is no operator of that name");
    if (answer == "failed") return say_error(kFailed, "the code could not be read");
    std::cout << answer << "\n";
    return kOk;
  });
}

}  // namespace careline
