// The two files of a recovery.
#include "store/recovery_file.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "store/grants.h"

namespace careline::store {
namespace {
using nlohmann::json;

constexpr const char *kRequest = "careline recovery request 1", *kAnswer = "careline recovery answer 1";

json body_of(const Recovery& recovery) {
  json threads = json::array();
  for (const RecoveryThread& thread : recovery.threads) {
    json grants = json::array();
    for (const auto& [epoch, sealed] : thread.grants)
      grants.push_back({{"epoch", epoch}, {"key", base64url(sealed)}});
    threads.push_back(
        {{"id", thread.id.hex()}, {"kind", thread.kind}, {"label", thread.label}, {"grants", grants}});
  }
  return {{"team", hex(view(recovery.team))},
          {"name", recovery.name},
          {"key", hex(view(recovery.key))},
          {"threads", threads}};
}

RecoveryThread thread_from(const json& j) {
  RecoveryThread thread{.kind = j.at("kind"), .label = j.at("label"), .grants = {}};
  thread.id = ThreadId::from_hex(j.at("id").get<std::string>()).value();
  for (const json& grant : j.at("grants"))
    thread.grants.emplace(grant.at("epoch").get<std::int64_t>(),
                          from_base64url(grant.at("key").get<std::string>()).value());
  return thread;
}

Key32 key_from(const json& j) { return key32(from_hex(j.get<std::string>()).value()); }

Recovery from_body(const json& j) {
  Recovery recovery{
      .team = key_from(j.at("team")), .name = j.at("name"), .key = key_from(j.at("key")), .threads = {}};
  for (const json& thread : j.at("threads")) recovery.threads.push_back(thread_from(thread));
  return recovery;
}

// The body stands in the file as one text, so that exactly its bytes are signed.
std::string file_of(const char* kind, const std::string& body, const Key32& signer,
                    const std::string& signature) {
  const json file = {
      {"careline", kind}, {"body", body}, {"signer", hex(view(signer))}, {"signature", hex(signature)}};
  return file.dump(1) + "\n";
}

std::string signed_text(const char* kind, const std::string& body) { return kind + ("\n" + body); }

std::optional<SignedRequest> read_file(const char* kind, const std::string& text) try {
  const json file = json::parse(text);
  const std::string body = file.at("body");
  const Key32 signer = key_from(file.at("signer"));
  const auto signature = from_hex(file.at("signature").get<std::string>());
  if (file.at("careline") != kind || !signature || !signed_by(signer, signed_text(kind, body), *signature))
    return std::nullopt;
  return SignedRequest{from_body(json::parse(body)), signer};
} catch (const std::exception&) {  // not such a file
  return std::nullopt;
}

}  // namespace

std::vector<std::string> Recovery::labels() const {
  std::vector<std::string> all;
  for (const RecoveryThread& thread : threads) all.push_back(thread.label);
  std::ranges::sort(all);
  return all;
}

std::string write_request(const Recovery& request, const Keyring& keys) {
  const std::string body = body_of(request).dump();
  return file_of(kRequest, body, keys.public_key(Purpose::head),
                 keys.sign(Purpose::head, signed_text(kRequest, body)));
}

std::optional<SignedRequest> read_request(const std::string& text) {
  start_sodium();
  return read_file(kRequest, text);
}

std::optional<std::string> write_answer(const Recovery& request, const Secret& team) {
  Recovery answer = request;
  for (RecoveryThread& thread : answer.threads)
    for (auto& [epoch, sealed] : thread.grants) {
      const auto key = open_grant(team, {thread.id, epoch, kTeam}, sealed);
      if (!key) return std::nullopt;
      sealed = seal_grant(request.key, {thread.id, epoch, request.name}, *key);
    }
  const std::string body = body_of(answer).dump();
  return file_of(kAnswer, body, public_key_of(team), sign(team, signed_text(kAnswer, body)));
}

std::optional<Recovery> read_answer(const std::string& text, const Key32& team) {
  const auto file = read_file(kAnswer, text);
  if (!file || file->signer != team || file->request.team != team) return std::nullopt;
  return file->request;
}

}  // namespace careline::store
