// What each command of the program does.
#include "bot/commands.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "bot/control.h"
#include "bot/demo_code.h"
#include "bot/line/client.h"
#include "bot/place.h"
#include "bot/service.h"
#include "config/passwords.h"
#include "config/programme.h"
#include "config/settings.h"
#include "store/migrate.h"
#include "store/seal.h"
#include "store/staff.h"
#include "store/traits.h"
#include "store/writer.h"

namespace careline {
namespace {
namespace fs = std::filesystem;

constexpr int kOk = 0, kFailed = 1, kUsage = 2;

int say_error(int code, const std::string& text) {
  std::cerr << "careline: " << text << "\n";
  return code;
}

void block_end_signals() {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

void keep_memory_private() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  ::umask(0077);
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
  for (const auto& warning : all.secrets.warnings) std::cerr << "careline: warning: " << warning << "\n";
  return all;
}

// Every command speaks of its troubles in the same two ways.
template <class Command>
int guarded(const Command& command) {
  try {
    return command();
  } catch (const config::ConfigError& error) {
    return say_error(kUsage, error.what());
  } catch (const std::exception& error) {
    return say_error(kFailed, error.what());
  }
}

int not_initialised(const fs::path& config, const std::string& what) {
  return say_error(kUsage, what + ": run `careline init --config " + config.string() + "` first");
}

struct Check {
  const char* name;
  bool good;
  std::string advice;
};

std::vector<Check> examine_store(const Configured& all) {
  std::vector<Check> checks;
  const auto lacking = missing(all.settings);
  checks.push_back({"store", !lacking, lacking.value_or("") + ": run `careline init`"});
  if (lacking) return checks;
  try {
    store::Keyring::load(all.settings.key_file, passing_key_file(all.settings));
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
  } catch (const std::exception&) {
    checks.push_back({"database", false, "the database cannot be read: it is damaged or not ours"});
  }
  return checks;
}

std::int64_t now_ms() { return static_cast<std::int64_t>(std::time(nullptr)) * 1000; }

store::Keyring keys_of(const config::Settings& settings) {
  return store::Keyring::load(settings.key_file, passing_key_file(settings));
}

bool is_demo(const config::Settings& settings) {
  store::Db db(database_file(settings), store::Db::Access::read);
  return store::made_for_demo(db, keys_of(settings));
}

// Asks the running service, whose clock counts, or the database itself.
std::string ask_for_code(const config::Settings& settings, const std::string& name) {
  const nlohmann::json request = {{"code_for", name}};
  if (const auto answer = ask_service(socket_file(settings), request.dump())) return *answer;
  store::Db db(database_file(settings), store::Db::Access::read);
  return demo_code(db, keys_of(settings), name, now_ms());
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
    store::make_key_file(passing_key_file(settings));
    if (const auto lock = StoreLock::take(settings)) {
      store::Writer makes_and_migrates(database_file(settings));
      if (demo && !had_database)
        makes_and_migrates.run([&](store::Db& db) { store::mark_as_demo(db, keys_of(settings)); });
    } else if (!had_database) {
      return say_error(kFailed, "another process uses the store");
    }
    if (demo && !is_demo(settings))
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
    for (auto& check : examine_store(all)) checks.push_back(std::move(check));
    bool good = true;
    for (const auto& check : checks) {
      std::cout << (check.good ? "ok      " : "FAILED  ") << check.name
                << (check.good ? "" : ": " + check.advice) << "\n";
      good = good && check.good;
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
    std::string password;
    std::getline(std::cin, password);
    if (!password.empty() && password.back() == '\r') password.pop_back();
    if (const auto fault = config::password_fault(password, name))
      return say_error(kUsage,
                       fault == config::PasswordFault::length
                           ? "the password on standard input must be one line of 12 to 128 characters"
                           : "that password is one of those that everybody tries first; choose another");
    std::string answer;
    if (const auto lock = StoreLock::take(settings)) {
      const auto keys = keys_of(settings);
      store::Writer writer(database_file(settings));
      bool added = false;
      const auto op = store::new_operator(keys, name, *roles, password, now_ms());
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
