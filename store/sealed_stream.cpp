// A file sealed to a recipient's key, in pieces.
#include "store/sealed_stream.h"

#include <algorithm>
#include <stdexcept>

namespace careline::store {
namespace {

constexpr std::size_t kMagic = 8, kRecipientAt = kMagic + 2, kClear = kRecipientAt + Key32{}.size();
constexpr char kVersion = 1;
constexpr std::size_t kKey = crypto_secretstream_xchacha20poly1305_KEYBYTES;
constexpr std::size_t kSealedKey = kKey + kBoxExtra;
constexpr std::size_t kStreamHeader = crypto_secretstream_xchacha20poly1305_HEADERBYTES;
constexpr std::size_t kTag = crypto_secretstream_xchacha20poly1305_ABYTES;

std::string clear_part(const StreamKind& kind, const BackupRecipient& recipient) {
  std::string clear(kind.magic);
  clear += kVersion;
  clear += kind.kind;
  return clear += view(recipient.key);
}

}  // namespace

StreamSealer::StreamSealer(Out out, const StreamKind& kind, const BackupRecipient& recipient)
    : out_(std::move(out)), clear_(clear_part(kind, recipient)) {
  std::string key(kKey, '\0'), stream_header(kStreamHeader, '\0');
  crypto_secretstream_xchacha20poly1305_keygen(raw(key));
  crypto_secretstream_xchacha20poly1305_init_push(&state_, raw(stream_header), raw(key));
  out_(clear_);
  out_(seal_to(recipient, key));
  out_(stream_header);
  sodium_memzero(key.data(), key.size());
}

void StreamSealer::add(std::string_view piece, Piece which) {
  std::string sealed(piece.size() + kTag, '\0');
  crypto_secretstream_xchacha20poly1305_push(&state_, raw(sealed), nullptr, raw(piece), piece.size(),
                                             raw(clear_), clear_.size(), static_cast<unsigned char>(which));
  out_(sealed);
  clear_.clear();  // bound to the first piece
}

StreamOpener::StreamOpener(std::istream& in, const StreamKind& kind, const BackupKey& key, Words words)
    : in_(in), words_(std::move(words)), clear_(next_bytes(kClear)) {
  check_clear(kind, key);
  auto stream_key = key.open(next_bytes(kSealedKey));
  const std::string stream_header = next_bytes(kStreamHeader);
  if (!stream_key || stream_key->size() != kKey || stream_header.size() != kStreamHeader) refuse_damaged();
  crypto_secretstream_xchacha20poly1305_init_pull(&state_, raw(stream_header), raw(*stream_key));
  sodium_memzero(stream_key->data(), stream_key->size());
}

std::string StreamOpener::next_piece(std::size_t most) {
  const std::string sealed = next_bytes(most + kTag);
  if (sealed.empty()) refuse("is cut short");
  if (sealed.size() < kTag) refuse_damaged();
  std::string piece(sealed.size() - kTag, '\0');
  unsigned char tag = 0;
  if (crypto_secretstream_xchacha20poly1305_pull(&state_, raw(piece), nullptr, &tag, raw(sealed),
                                                 sealed.size(), raw(clear_), clear_.size()) != 0)
    refuse_damaged();
  clear_.clear();
  ended_ = tag == static_cast<unsigned char>(StreamSealer::Piece::last);
  if (ended_ && in_.peek() != std::istream::traits_type::eof()) refuse_damaged();
  return piece;
}

void StreamOpener::refuse(const std::string& why) const {
  throw std::runtime_error(words_.file + " " + why + ": " + words_.outcome);
}

// Fewer only at the end.
std::string StreamOpener::next_bytes(std::size_t most) {
  std::string bytes(most, '\0');
  in_.read(bytes.data(), static_cast<std::streamsize>(most));
  if (in_.bad()) throw std::runtime_error(words_.file + " cannot be read");
  bytes.resize(static_cast<std::size_t>(in_.gcount()));
  return bytes;
}

void StreamOpener::check_clear(const StreamKind& kind, const BackupKey& key) const {
  if (clear_.size() != kClear || clear_.substr(0, kMagic) != kind.magic) refuse(words_.not_ours);
  if (clear_[kMagic] != kVersion) refuse("was made by a newer program");
  if (clear_[kMagic + 1] != kind.kind) refuse("is not a " + words_.kind + " file");
  BackupRecipient made_for;
  std::copy_n(clear_.begin() + kRecipientAt, made_for.key.size(), made_for.key.begin());
  if (made_for != key.recipient()) refuse("was made for another backup key, " + made_for.text());
}

}  // namespace careline::store
