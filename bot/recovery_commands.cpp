// The team's recovery key on two sheets, and named threads recovered by both.
#include "bot/recovery_commands.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>

#include "bot/command.h"
#include "bot/place.h"
#include "bot/staff_commands.h"
#include "config/clock.h"
#include "config/phrases.h"
#include "store/disk.h"
#include "store/recovery.h"
#include "store/shares.h"

namespace careline {
namespace {
namespace fs = std::filesystem;
using nlohmann::json;

// Five lines of four groups: easier to read out and to type.
std::string in_lines(std::string share) {
  constexpr std::size_t kLine = 20;  // with the blank that becomes a line end
  for (std::size_t at = kLine - 1; at < share.size(); at += kLine) share[at] = '\n';
  return share;
}

std::string sheet(int number, const std::string& share, const store::Key32& public_key) {
  const auto& phrases = config::Phrases::built_in();
  return phrases.text("recovery.sheet.title", {{"number", std::to_string(number)}}) + "\n\n" +
         phrases.text("recovery.sheet.made", {{"date", config::taipei_iso(wall_clock_ms()).substr(0, 10)}}) +
         "\n" +
         phrases.text("recovery.sheet.fingerprint", {{"fingerprint", store::fingerprint(public_key)}}) +
         "\n\n" + phrases.text("recovery.sheet.share") + "\n\n" + in_lines(share) + "\n\n" +
         phrases.text("recovery.sheet.use") + "\n" + phrases.text("recovery.sheet.keep") + "\n" +
         phrases.text("recovery.sheet.vouch") + "\n";
}

int run_create(const fs::path& config) {
  return guarded([&] {
    keep_memory_private();
    const auto settings = config::load_settings(config);
    if (const auto lacking = missing(settings)) return not_initialised(config, *lacking);
    const auto signer = read_keys(settings).public_key(store::Purpose::head);
    const store::Secret seed = store::random_secret();
    const auto public_key = store::public_key_of(seed);
    const std::string answer =
        ask_for_staff(settings, {{"staff", "team_key"}, {"key", store::hex(store::view(public_key))}});
    if (answer != "ok") return say_error(kFailed, "the public half could not be stored");
    const auto [one, two] = store::split(seed, signer);
    std::cout << sheet(1, one, public_key) << "\f\n" << sheet(2, two, public_key);
    std::cerr
        << "Two sheets, one for each officer, neither of them of the office's administration. Nothing of "
           "them "
           "was stored: they cannot be printed again. The key is used once a lead vouched for it in the "
           "console.\n";
    return kOk;
  });
}

const char* words_of(store::RecoveryFault fault) {
  switch (fault) {
    case store::RecoveryFault::none: return "";
    case store::RecoveryFault::no_team_key:
      return "no recovery key is in force: a lead has to vouch for it first";
    case store::RecoveryFault::no_reader:
      return "nobody of this name may read with this key: a colleague has to vouch for it first";
    case store::RecoveryFault::no_thread: return "no thread, or more than one, has this label";
    case store::RecoveryFault::no_grant: return "this thread was never given to the recovery key";
    case store::RecoveryFault::kept_out: return "the employee wants this person kept out of this thread";
    case store::RecoveryFault::not_answered:
      return "the file is no answer of `careline recovery open`, was altered, or was made with another "
             "recovery key";
  }
  return "";
}

// What the store answered; throws what it refused.
std::string file_in(const std::string& answer) {
  const json j = json::parse(answer, nullptr, false);
  if (!j.is_object()) throw std::runtime_error("the running service did not carry it out");
  const auto fault = static_cast<store::RecoveryFault>(j.at("fault").get<int>());
  const std::string about = j.at("about");
  if (fault != store::RecoveryFault::none)
    throw std::runtime_error((about.empty() ? "" : about + ": ") + words_of(fault));
  return j.at("file");
}

void write_new(const fs::path& out, const std::string& text) {
  store::NewFile file(out);
  file.write(text);
  file.keep();
}

std::string contents(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error(file.string() + " cannot be opened");
  return {std::istreambuf_iterator<char>(in), {}};
}

int run_export(const fs::path& config, const std::vector<std::string>& threads, const std::string& name,
               const fs::path& out) {
  return guarded([&] {
    keep_memory_private();
    const auto settings = config::load_settings(config);
    if (const auto lacking = missing(settings)) return not_initialised(config, *lacking);
    write_new(out,
              file_in(ask_for_staff(settings, {{"staff", "export"}, {"threads", threads}, {"name", name}})));
    std::cout << "made " << out.string() << "; take it to a machine without a network, with both officers\n";
    return kOk;
  });
}

store::SignedRequest request_in(const fs::path& file) {
  const auto request = store::read_request(contents(file));
  if (!request)
    throw std::runtime_error(file.string() + " is no file of `careline recovery export`, or was altered");
  return *request;
}

int run_show(const fs::path& file) {
  return guarded([&] {
    const auto [request, signer] = request_in(file);
    std::cout << "for     " << request.name << "\nkey     " << store::fingerprint(request.key) << "\n";
    for (const auto& label : request.labels()) std::cout << "thread  " << label << "\n";
    std::cout << "Ask " << request.name << " to read out the key's fingerprint before you go on.\n";
    return kOk;
  });
}

const char* words_of(store::ShareFault fault) {
  switch (fault) {
    case store::ShareFault::none: return "";
    case store::ShareFault::count: return "both shares are needed, 20 groups of four each";
    case store::ShareFault::typing: return "a share has a typing error";
    case store::ShareFault::twice: return "that was the same share twice";
    case store::ShareFault::not_a_pair: return "these two shares do not belong together";
  }
  return "";
}

// The key of both sheets, if they and the file belong together.
store::Secret both_shares(const store::SignedRequest& file) {
  const std::string typed{std::istreambuf_iterator<char>(std::cin), {}};
  const store::Joined joined = store::join(typed);
  if (joined.fault != store::ShareFault::none) throw std::runtime_error(words_of(joined.fault));
  if (!joined.belong_to(file.signer) || store::public_key_of(joined.seed) != file.request.team)
    throw std::runtime_error("the file comes from another agency or another recovery key than these shares");
  return joined.seed;
}

// What the officers agreed to stands on their command line, not in the file alone.
void require_agreed(const store::Recovery& request, std::vector<std::string> threads,
                    const std::string& name) {
  std::ranges::sort(threads);
  if (request.labels() != threads || request.name != name)
    throw std::runtime_error(
        "the file asks for other threads, or for somebody else: see `careline recovery show`");
}

int run_open(const fs::path& file, const std::vector<std::string>& threads, const std::string& name,
             const fs::path& out) {
  return guarded([&] {
    keep_memory_private();
    const auto request = request_in(file);
    require_agreed(request.request, threads, name);
    const auto answer = store::write_answer(request.request, both_shares(request));
    if (!answer) return say_error(kFailed, "a grant in the file does not open: nothing was written");
    write_new(out, *answer);
    std::cout << "made " << out.string() << ": only " << name << "'s own key opens what is in it\n";
    return kOk;
  });
}

int run_import(const fs::path& config, const fs::path& file) {
  return guarded([&] {
    keep_memory_private();
    const auto settings = config::load_settings(config);
    if (const auto lacking = missing(settings)) return not_initialised(config, *lacking);
    file_in(ask_for_staff(settings, {{"staff", "import"}, {"file", contents(file)}}));
    std::cout << "done\n";
    return kOk;
  });
}

}  // namespace

RecoveryCommands::RecoveryCommands(CLI::App& app) {
  auto* recovery = app.add_subcommand("recovery", "the team's recovery key, on two sheets for two officers");
  recovery->require_subcommand(1);
  create_ = recovery->add_subcommand("create", "make the key; prints two sheets, once");
  export_ = recovery->add_subcommand("export", "write a file with sealed grants of named threads");
  show_ = recovery->add_subcommand("show", "what such a file asks for; on any machine");
  open_ = recovery->add_subcommand(
      "open",
      "with both shares on standard input: seal the grants to the named operator; on another machine");
  import_ = recovery->add_subcommand("import", "take in what open wrote");
  for (CLI::App* command : {create_, export_, import_})
    command->add_option("--config", config_, "the settings (TOML)")->required();
  for (CLI::App* command : {show_, open_, import_})
    command->add_option("file", file_, "the file")->required();
  for (CLI::App* command : {export_, open_}) {
    command->add_option("--threads", threads_, "labels, with commas between them")
        ->required()
        ->delimiter(',');
    command->add_option("--for", name_, "the operator who is to read them")->required();
    command->add_option("--out", out_, "a new file")->required();
  }
}

std::optional<int> RecoveryCommands::run() const {
  if (create_->parsed()) return run_create(config_);
  if (export_->parsed()) return run_export(config_, threads_, name_, out_);
  if (show_->parsed()) return run_show(file_);
  if (open_->parsed()) return run_open(file_, threads_, name_, out_);
  if (import_->parsed()) return run_import(config_, file_);
  return std::nullopt;
}

}  // namespace careline
