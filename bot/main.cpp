// The command line.
#include <CLI/CLI.hpp>

#include "bot/audit_commands.h"
#include "bot/backup_commands.h"
#include "bot/commands.h"
#include "bot/disclosure_commands.h"
#include "bot/recovery_commands.h"
#include "bot/staff_commands.h"

int main(int argc, char** argv) {
  CLI::App app{
      "Careline: a LINE bot and a console for Employee Assistance Programmes.\n"
      "First: careline init --config careline.toml, then careline serve --config careline.toml"};
  app.set_version_flag("--version", std::string("careline ") + CARELINE_VERSION);
  app.require_subcommand(1);
  std::string config;
  const auto with_config = [&](CLI::App* command) {
    command->add_option("--config", config, "the settings (TOML)")->required();
    return command;
  };
  bool intake_only = false;
  auto* init = with_config(app.add_subcommand("init", "make what is missing: key, directory, database"));
  bool demo = false;
  init->add_flag("--demo", demo, "for showing and testing: `operator code` may print sign-in codes");
  auto* serve = with_config(app.add_subcommand("serve", "run the service until SIGTERM"));
  serve->add_flag("--intake-only", intake_only, "store webhooks and take no turns");
  auto* check = with_config(app.add_subcommand("check-config", "read the settings, secrets and programme"));
  auto* doctor = with_config(app.add_subcommand("doctor", "look at settings, store and approvals"));
  auto* operators = app.add_subcommand("operator", "who may sign in at the console");
  operators->require_subcommand(1);
  auto* add =
      with_config(operators->add_subcommand("add", "add one; the password is read from standard input"));
  auto* code = with_config(operators->add_subcommand(
      "code", "print a code that signs in now; only for a database of init --demo"));
  auto* reset = with_config(operators->add_subcommand(
      "reset", "another password, from standard input; opens nothing that the operator could read"));
  auto* reset_factor = with_config(
      operators->add_subcommand("reset-factor", "a lost phone: a new QR code at the next sign-in"));
  std::string name, role;
  for (auto* command : {reset, reset_factor})
    command->add_option("name", name, "how they sign in")->required();
  code->add_option("name", name, "how they sign in")->required();
  add->add_option("name", name, "how they sign in")->required();
  add->add_option("--role", role,
                  "counsellor, case_manager, lead, admin, broadcaster, auditor; several with commas")
      ->required();
  const careline::BackupCommands backups(app);
  const careline::RecoveryCommands recovery(app);
  auto* audit = app.add_subcommand("audit", "who did what, and whether anybody changed the database");
  audit->require_subcommand(1);
  auto* verify = with_config(audit->add_subcommand("verify", "walk the audit trail and add up the tables"));
  std::string anchors;
  verify->add_option("--anchor", anchors, "lines of `careline audit anchor` that were kept elsewhere");
  auto* anchor =
      with_config(audit->add_subcommand("anchor", "print the trail's end, signed, to be kept elsewhere"));
  auto* disclosure = app.add_subcommand("disclosure", "what was handed over by law");
  disclosure->require_subcommand(1);
  auto* open = disclosure->add_subcommand("open", "decrypt a file that was made for your key");
  std::string sealed, key, out;
  open->add_option("file", sealed, "the .cld file")->required();
  open->add_option("--key", key, "the private half that `careline backup-key` wrote")->required();
  open->add_option("--out", out, "the text, a new file")->required();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (const auto done = backups.run()) return *done;
  if (open->parsed()) return careline::run_disclosure_open(sealed, key, out);
  if (const auto done = recovery.run()) return *done;
  if (reset->parsed()) return careline::run_operator_reset(config, name);
  if (reset_factor->parsed()) return careline::run_operator_reset_factor(config, name);
  if (init->parsed()) return careline::run_init(config, demo);
  if (serve->parsed()) return careline::run_serve(config, intake_only);
  if (check->parsed()) return careline::run_check_config(config);
  if (doctor->parsed()) return careline::run_doctor(config);
  if (verify->parsed()) return careline::run_audit_verify(config, anchors);
  if (anchor->parsed()) return careline::run_audit_anchor(config);
  if (code->parsed()) return careline::run_operator_code(config, name);
  return careline::run_operator_add(config, name, role);
}
