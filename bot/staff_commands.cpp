// What `careline operator` and `careline recovery` ask of the store.
#include "bot/staff_commands.h"

#include <iostream>

#include "bot/command.h"
#include "bot/control.h"
#include "bot/place.h"

namespace careline {
namespace {
using nlohmann::json;

std::string answer_of(const store::Exported& done) {
  return json{{"fault", static_cast<int>(done.fault)}, {"about", done.about}, {"file", done.file}}.dump();
}

std::string here(const config::Settings& settings, const json& request) {
  const auto keys = open_keys(settings);
  store::Writer writer(database_file(settings), keys);
  flow::Changes changes;
  flow::StaffDesk desk(writer, keys, changes, wall_clock_ms);
  return carry_out_staff(desk, request, [](const std::string&) {});
}

int told(const std::string& answer) {
  if (answer == "refused")
    return say_error(kFailed, "there is no operator of that name, or the account was changed meanwhile");
  if (answer != "ok") return say_error(kFailed, "the running service did not carry it out");
  std::cout << "done\n";
  return kOk;
}

}  // namespace

std::string carry_out_staff(flow::StaffDesk& desk, const json& request,
                            const std::function<void(const std::string& name)>& signed_out) {
  const std::string what = request.at("staff");
  const flow::Actor system = flow::the_system();
  if (what == "team_key") {
    desk.add_team_key(system, store::key32(store::from_hex(request.at("key").get<std::string>()).value()));
    return "ok";
  }
  if (what == "export")
    return answer_of(desk.export_recovery(system, request.at("threads").get<std::vector<std::string>>(),
                                          request.at("name")));
  if (what == "import") return answer_of(desk.import_recovery(system, request.at("file")));
  const std::string name = request.at("name");
  const bool done = what == "reset"    ? desk.reset(system, name, request.at("password"))
                    : what == "factor" ? desk.renew_factor(system, name)
                                       : false;
  if (done) signed_out(name);
  return done ? "ok" : "refused";
}

std::string ask_for_staff(const config::Settings& settings, const json& request) {
  if (const auto lock = StoreLock::take(settings)) return here(settings, request);
  return ask_service(socket_file(settings), request.dump()).value_or("failed");
}

int run_operator_reset(const std::filesystem::path& config, const std::string& name) {
  return guarded([&] {
    keep_memory_private();
    const auto settings = config::load_settings(config);
    if (const auto lacking = missing(settings)) return not_initialised(config, *lacking);
    return told(
        ask_for_staff(settings, {{"staff", "reset"}, {"name", name}, {"password", typed_password(name)}}));
  });
}

int run_operator_reset_factor(const std::filesystem::path& config, const std::string& name) {
  return guarded([&] {
    keep_memory_private();
    const auto settings = config::load_settings(config);
    if (const auto lacking = missing(settings)) return not_initialised(config, *lacking);
    return told(ask_for_staff(settings, {{"staff", "factor"}, {"name", name}}));
  });
}

}  // namespace careline
