// A file sealed to a recipient's key, in pieces:
//
//   magic(8) version(1) kind(1) recipient(32) | file key sealed to the recipient(80) | stream header(24)
//   then crypto_secretstream pieces; the last is FINAL.
//
// What stands in the clear is bound to the first piece. Where a piece ends is for the caller to know.
#pragma once
#include <sodium.h>

#include <functional>
#include <istream>
#include <string>
#include <string_view>

#include "store/backup_key.h"

namespace careline::store {

struct StreamKind {
  std::string_view magic;  // eight characters
  char kind = 1;
};

// Writing: every piece is sealed after the one before it.
class StreamSealer {
 public:
  using Out = std::function<void(std::string_view)>;
  enum class Piece : unsigned char {
    more = crypto_secretstream_xchacha20poly1305_TAG_MESSAGE,
    last = crypto_secretstream_xchacha20poly1305_TAG_FINAL
  };
  StreamSealer(Out out, const StreamKind& kind, const BackupRecipient& recipient);
  ~StreamSealer() { sodium_memzero(&state_, sizeof state_); }
  StreamSealer(const StreamSealer&) = delete;
  StreamSealer& operator=(const StreamSealer&) = delete;

  void add(std::string_view piece, Piece which);

 private:
  Out out_;
  std::string clear_;
  crypto_secretstream_xchacha20poly1305_state state_{};
};

// Reading, with a sentence for everything that can be wrong.
class StreamOpener {
 public:
  // How the sentences speak: "FILE `not_ours`", "FILE is not a `kind` file", "…: `outcome`".
  struct Words {
    std::string file, not_ours, kind, outcome;
  };
  StreamOpener(std::istream& in, const StreamKind& kind, const BackupKey& key, Words words);
  ~StreamOpener() { sodium_memzero(&state_, sizeof state_); }
  StreamOpener(const StreamOpener&) = delete;
  StreamOpener& operator=(const StreamOpener&) = delete;

  bool ended() const { return ended_; }
  // `most` is what the writer put into this piece, or more in the last one.
  std::string next_piece(std::size_t most);
  [[noreturn]] void refuse(const std::string& why) const;

 private:
  [[noreturn]] void refuse_damaged() const { refuse("is damaged or cut short"); }
  std::string next_bytes(std::size_t most);
  void check_clear(const StreamKind& kind, const BackupKey& key) const;

  std::istream& in_;
  Words words_;
  std::string clear_;
  crypto_secretstream_xchacha20poly1305_state state_{};
  bool ended_ = false;
};

}  // namespace careline::store
