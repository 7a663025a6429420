// One encrypted file of a backup.
#include "store/backup_file.h"

#include <sodium.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "store/disk.h"

namespace careline::store {
namespace {
namespace fs = std::filesystem;

constexpr std::string_view kMagic = "CLBACKUP";
constexpr char kVersion = 1;
constexpr std::size_t kRecipientAt = kMagic.size() + 2, kClear = kRecipientAt + 32;
constexpr std::size_t kKey = crypto_secretstream_xchacha20poly1305_KEYBYTES;
constexpr std::size_t kSealedKey = kKey + kBoxExtra;
constexpr std::size_t kStreamHeader = crypto_secretstream_xchacha20poly1305_HEADERBYTES;
constexpr std::size_t kTag = crypto_secretstream_xchacha20poly1305_ABYTES;
constexpr std::size_t kHeaderPage = 8192, kPiece = 65536;
constexpr unsigned char kMessage = crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
constexpr unsigned char kFinal = crypto_secretstream_xchacha20poly1305_TAG_FINAL;

const char* name_of(BackupHeader::Kind kind) {
  return kind == BackupHeader::Kind::content ? "content" : "keys";
}

// The next bytes of a file, fewer only at its end.
std::string next_bytes(std::ifstream& in, const fs::path& file, std::size_t most) {
  std::string bytes(most, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(most));
  if (in.bad()) throw std::runtime_error(file.string() + " cannot be read");
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  return bytes;
}

std::ifstream opened(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error(file.string() + " cannot be opened");
  return in;
}

class Digest {
 public:
  Digest() { crypto_generichash_init(&state_, nullptr, 0, crypto_generichash_BYTES); }
  void add(std::string_view bytes) { crypto_generichash_update(&state_, raw(bytes), bytes.size()); }
  std::string base64() {
    std::string sum(crypto_generichash_BYTES, '\0');
    crypto_generichash_final(&state_, raw(sum), sum.size());
    return base64url(sum);
  }

 private:
  crypto_generichash_state state_;
};

std::string digest_of(const fs::path& database) {
  Digest digest;
  auto in = opened(database);
  for (std::string piece; !(piece = next_bytes(in, database, kPiece)).empty();) digest.add(piece);
  return digest.base64();
}

std::string lines_of(const BackupHeader& header, const std::string& digest) {
  std::ostringstream lines;
  lines << "kind " << name_of(header.kind) << "\nsnapshot " << header.snapshot.hex() << "\nschema "
        << header.schema << "\nmade_at " << header.made_at << "\ndigest " << digest << "\n";
  for (const auto& [table, rows] : header.rows) lines << "rows " << table << " " << rows << "\n";
  return lines.str();
}

std::string mark_of(const Keyring& keys, const std::string& lines) {
  return keys.hash<Id<struct MarkTag>>(Purpose::backup, lines).hex();
}

// The lines, their mark, and white space up to the page's end.
std::string header_page(const BackupHeader& header, const std::string& digest, const Keyring& keys) {
  const std::string lines = lines_of(header, digest);
  std::string page = lines + "mark " + mark_of(keys, lines) + "\n";
  if (page.size() > kHeaderPage) throw std::logic_error("the header of a backup is too long");
  page.resize(kHeaderPage, '\n');
  return page;
}

struct ReadHeader {
  BackupHeader header;
  std::string digest, mark;
};
ReadHeader parse_page(const std::string& page) {
  ReadHeader read;
  std::istringstream in(page);
  std::string snapshot, table;
  std::int64_t rows = 0;
  for (std::string name; in >> name;) {
    if (name == "snapshot" && in >> snapshot)
      read.header.snapshot = SnapshotId::from_hex(snapshot).value_or(SnapshotId{});
    if (name == "schema") in >> read.header.schema;
    if (name == "made_at") in >> read.header.made_at;
    if (name == "digest") in >> read.digest;
    if (name == "rows" && in >> table >> rows) read.header.rows[table] = rows;
    if (name == "mark") in >> read.mark;
  }
  return read;
}

// Writing: every piece is sealed after the one before it.
class Sealer {
 public:
  Sealer(NewFile& out, std::string clear, const BackupRecipient& recipient)
      : out_(out), clear_(std::move(clear)) {
    std::string key(kKey, '\0'), stream_header(kStreamHeader, '\0');
    crypto_secretstream_xchacha20poly1305_keygen(raw(key));
    crypto_secretstream_xchacha20poly1305_init_push(&state_, raw(stream_header), raw(key));
    out_.write(clear_);
    out_.write(seal_to(recipient, key));
    out_.write(stream_header);
    sodium_memzero(key.data(), key.size());
  }
  ~Sealer() { sodium_memzero(&state_, sizeof state_); }
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;

  void add(std::string_view piece, unsigned char tag) {
    std::string sealed(piece.size() + kTag, '\0');
    crypto_secretstream_xchacha20poly1305_push(&state_, raw(sealed), nullptr, raw(piece), piece.size(),
                                               raw(clear_), clear_.size(), tag);
    out_.write(sealed);
    clear_.clear();  // bound to the first piece
  }

 private:
  NewFile& out_;
  std::string clear_;
  crypto_secretstream_xchacha20poly1305_state state_{};
};

// Reading, with a sentence for everything that can be wrong.
class Opener {
 public:
  Opener(const fs::path& file, BackupHeader::Kind kind, const BackupKey& key)
      : file_(file), in_(opened(file)), clear_(next_bytes(in_, file, kClear)) {
    check_clear(kind, key);
    auto stream_key = key.open(next_bytes(in_, file_, kSealedKey));
    const std::string stream_header = next_bytes(in_, file_, kStreamHeader);
    if (!stream_key || stream_key->size() != kKey || stream_header.size() != kStreamHeader) refuse_damaged();
    crypto_secretstream_xchacha20poly1305_init_pull(&state_, raw(stream_header), raw(*stream_key));
    sodium_memzero(stream_key->data(), stream_key->size());
  }
  ~Opener() { sodium_memzero(&state_, sizeof state_); }
  Opener(const Opener&) = delete;
  Opener& operator=(const Opener&) = delete;

  bool ended() const { return ended_; }
  std::string next_piece(std::size_t most) {
    const std::string sealed = next_bytes(in_, file_, most + kTag);
    if (sealed.empty()) refuse("is cut short");
    if (sealed.size() < kTag) refuse_damaged();
    std::string piece(sealed.size() - kTag, '\0');
    unsigned char tag = 0;
    if (crypto_secretstream_xchacha20poly1305_pull(&state_, raw(piece), nullptr, &tag, raw(sealed),
                                                   sealed.size(), raw(clear_), clear_.size()) != 0)
      refuse_damaged();
    clear_.clear();
    ended_ = tag == kFinal;
    if (ended_ && in_.peek() != std::ifstream::traits_type::eof()) refuse_damaged();
    return piece;
  }
  [[noreturn]] void refuse(const std::string& why) const {
    throw std::runtime_error(file_.string() + " " + why + ": nothing was restored");
  }

 private:
  [[noreturn]] void refuse_damaged() const { refuse("is damaged or cut short"); }
  void check_clear(BackupHeader::Kind kind, const BackupKey& key) const {
    if (clear_.size() != kClear || clear_.substr(0, kMagic.size()) != kMagic)
      refuse("is not a backup of Careline");
    if (clear_[kMagic.size()] != kVersion) refuse("was made by a newer program");
    if (clear_[kMagic.size() + 1] != static_cast<char>(kind))
      refuse(std::string("is not a ") + name_of(kind) + " file");
    BackupRecipient made_for;
    std::copy_n(clear_.begin() + kRecipientAt, made_for.key.size(), made_for.key.begin());
    if (made_for != key.recipient()) refuse("was made for another backup key, " + made_for.text());
  }

  fs::path file_;
  std::ifstream in_;
  std::string clear_;
  crypto_secretstream_xchacha20poly1305_state state_{};
  bool ended_ = false;
};

std::string clear_part(BackupHeader::Kind kind, const BackupRecipient& recipient) {
  std::string clear(kMagic);
  clear += kVersion;
  clear += static_cast<char>(kind);
  clear.append(reinterpret_cast<const char*>(recipient.key.data()), recipient.key.size());
  return clear;
}

// The database's pieces into a file; their digest.
std::string unpack(Opener& from, NewFile& into, std::string_view what, std::uintmax_t of,
                   const Progress& progress) {
  Digest digest;
  for (std::uintmax_t done = 0; !from.ended();) {
    const std::string piece = from.next_piece(kPiece);
    digest.add(piece);
    into.write(piece);
    progress(what, std::min(done += piece.size(), of), of);
  }
  return digest.base64();
}

}  // namespace

void write_backup_file(const fs::path& database, const BackupHeader& header, const BackupRecipient& recipient,
                       const Keyring& keys, const fs::path& file, const Progress& progress) {
  const std::string page = header_page(header, digest_of(database), keys);
  NewFile out(file);
  Sealer sealer(out, clear_part(header.kind, recipient), recipient);
  sealer.add(page, kMessage);
  const std::uintmax_t of = fs::file_size(database);
  auto in = opened(database);
  for (std::uintmax_t done = 0; done < of;) {
    const std::string piece = next_bytes(in, database, kPiece);
    if (piece.empty()) throw std::runtime_error(database.string() + " cannot be read");
    done += piece.size();
    sealer.add(piece, done < of ? kMessage : kFinal);
    progress(name_of(header.kind), done, of);
  }
  out.keep();
}

BackupHeader read_backup_file(const fs::path& file, BackupHeader::Kind kind, const BackupKey& key,
                              const Keyring& keys, const fs::path& database, const Progress& progress) {
  Opener from(file, kind, key);
  ReadHeader read = parse_page(from.next_piece(kHeaderPage));
  read.header.kind = kind;  // the mark covers it
  if (read.mark != mark_of(keys, lines_of(read.header, read.digest)))
    from.refuse("was not made with this root.key");
  NewFile out(database);
  if (unpack(from, out, name_of(kind), fs::file_size(file), progress) != read.digest)
    from.refuse("is damaged");
  out.keep();
  return read.header;
}

}  // namespace careline::store
