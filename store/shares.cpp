// A secret key on two sheets of paper.
#include "store/shares.h"

#include <algorithm>

#include "store/base32.h"

namespace careline::store {
namespace {

constexpr std::size_t kTeamId = 4, kSignerId = 10, kHalf = 32, kCheck = 3;
constexpr std::size_t kBytes = 1 + kTeamId + kSignerId + kHalf + kCheck, kDigits = kBytes * 8 / 5;
static_assert(kBytes * 8 % 5 == 0);

std::string hash_of(std::string_view text, std::size_t bytes) {
  std::string hash(crypto_generichash_BYTES, '\0');
  crypto_generichash(raw(hash), hash.size(), raw(text), text.size(), nullptr, 0);
  return hash.substr(0, bytes);
}

std::string check_of(std::string_view body) { return hash_of("share" + std::string(body), kCheck); }

std::string sheet(char number, const std::string& belongs, const Secret& half) {
  const std::string body = number + belongs + std::string(half.view());
  return in_groups(base32(body + check_of(body), kCrockford), ' ');
}

struct Half {
  char number = 0;
  std::string belongs;
  Secret half;
};

std::optional<Half> read(std::string_view digits) {
  const std::string bytes = from_base32(digits, kCrockford);
  const std::string_view body = std::string_view(bytes).substr(0, kBytes - kCheck);
  if (bytes.size() != kBytes || bytes.substr(body.size()) != check_of(body)) return std::nullopt;
  return Half{bytes[0], bytes.substr(1, kTeamId + kSignerId),
              Secret(key32(body.substr(body.size() - kHalf)))};
}

Secret exclusive_or(const Secret& a, const Secret& b) {
  Secret out;
  std::transform(a.bytes.begin(), a.bytes.end(), b.bytes.begin(), out.bytes.begin(),
                 [](unsigned char x, unsigned char y) { return static_cast<unsigned char>(x ^ y); });
  return out;
}

}  // namespace

std::pair<std::string, std::string> split(const Secret& seed, const Key32& signer) {
  const Secret first = random_secret();
  const std::string belongs = hash_of(view(public_key_of(seed)), kTeamId) + hash_of(view(signer), kSignerId);
  return {sheet('\1', belongs, first), sheet('\2', belongs, exclusive_or(seed, first))};
}

bool Joined::belong_to(const Key32& signer) const { return signer_id == hash_of(view(signer), kSignerId); }

Joined join(std::string_view typed) {
  std::string text(typed);
  std::erase_if(text, [](char c) { return c == '\n' || c == '\r' || c == '\t'; });
  const std::string digits = crockford_digits(text, 2 * kDigits);
  if (digits.empty()) return {};
  const auto one = read(digits.substr(0, kDigits)), other = read(digits.substr(kDigits));
  if (!one || !other) return {ShareFault::typing, {}, ""};
  if (one->number == other->number) return {ShareFault::twice, {}, ""};
  const Secret seed = exclusive_or(one->half, other->half);
  const std::string team = hash_of(view(public_key_of(seed)), kTeamId);
  if (one->belongs != other->belongs || one->belongs.substr(0, kTeamId) != team)
    return {ShareFault::not_a_pair, {}, ""};
  return {ShareFault::none, seed, one->belongs.substr(kTeamId)};
}

}  // namespace careline::store
