// Passwords: one Argon2id run gives both what is stored to check them and the key that wraps a seed.
#include "store/password.h"

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <charconv>
#include <new>
#include <vector>

namespace careline::store {
namespace {

struct Record {
  PasswordCost cost;
  std::string salt, check;
};

std::string composed(std::string_view text) {
  UErrorCode failed = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(failed);
  if (U_FAILURE(failed)) return std::string(text);
  const auto normal = nfc->normalize(
      icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int>(text.size()))), failed);
  std::string out;
  if (U_FAILURE(failed)) return std::string(text);
  normal.toUTF8String(out);
  return out;
}

Secret stretched(const Keyring& keys, std::string_view name, std::string_view password,
                 const Record& record) {
  std::string normal = composed(password);
  Secret raw;
  const int failed = crypto_pwhash(raw.bytes.data(), raw.bytes.size(), normal.data(), normal.size(),
                                   reinterpret_cast<const unsigned char*>(record.salt.data()),
                                   record.cost.passes, record.cost.memory, crypto_pwhash_ALG_ARGON2ID13);
  sodium_memzero(normal.data(), normal.size());
  if (failed != 0) throw std::bad_alloc();
  const Secret pepper = keys.secret(Purpose::pepper, name);
  return derived(pepper, raw.view());
}

std::string check_value(const Secret& key) {
  return base64url(derived(derived(key, "check"), "stored").view());
}

std::string text_of(const Record& r) {
  return "1:" + std::to_string(r.cost.passes) + ":" + std::to_string(r.cost.memory) + ":" +
         base64url(r.salt) + ":" + r.check;
}

template <class Number>
bool read_number(std::string_view text, Number& out) {
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), out);
  return fault == std::errc{} && end == text.data() + text.size();
}

std::optional<Record> read_record(std::string_view text) {
  std::vector<std::string_view> fields;
  for (std::size_t colon = 0; colon != std::string_view::npos; text.remove_prefix(colon + 1)) {
    colon = text.find(':');
    fields.push_back(text.substr(0, colon));
    if (colon == std::string_view::npos) break;
  }
  Record record;
  if (fields.size() != 5 || fields[0] != "1" || !read_number(fields[1], record.cost.passes) ||
      !read_number(fields[2], record.cost.memory))
    return std::nullopt;
  const auto salt = from_base64url(fields[3]);
  if (!salt || salt->size() != crypto_pwhash_SALTBYTES) return std::nullopt;
  record.salt = *salt;
  record.check = fields[4];
  return record;
}

}  // namespace

NewPassword make_password(const Keyring& keys, std::string_view name, std::string_view password,
                          const PasswordCost& cost) {
  Record record{cost, std::string(random_secret().view().substr(0, crypto_pwhash_SALTBYTES)), ""};
  const Secret key = stretched(keys, name, password, record);
  record.check = check_value(key);
  return {text_of(record), derived(key, "wraps")};
}

std::optional<Secret> check_password(const Keyring& keys, std::string_view name, std::string_view text,
                                     std::string_view password) {
  const auto known = read_record(text);
  const Record nobody{{}, std::string(crypto_pwhash_SALTBYTES, '\0'), ""};
  const Secret key = stretched(keys, name, password, known ? *known : nobody);
  const std::string check = check_value(key);
  if (!known || known->check.size() != check.size() ||
      sodium_memcmp(known->check.data(), check.data(), check.size()) != 0)
    return std::nullopt;
  return derived(key, "wraps");
}

}  // namespace careline::store
