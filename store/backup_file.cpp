// One encrypted file of a backup.
#include "store/backup_file.h"

#include <sodium.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "store/disk.h"
#include "store/sealed_stream.h"

namespace careline::store {
namespace {
namespace fs = std::filesystem;

constexpr std::string_view kMagic = "CLBACKUP";
constexpr std::size_t kHeaderPage = 8192, kPiece = 65536;

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

StreamKind stream_kind(BackupHeader::Kind kind) { return {kMagic, static_cast<char>(kind)}; }

// The database's pieces into a file; their digest.
std::string unpack(StreamOpener& from, NewFile& into, std::string_view what, std::uintmax_t of,
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
  StreamSealer sealer([&](std::string_view bytes) { out.write(bytes); }, stream_kind(header.kind), recipient);
  sealer.add(page, StreamSealer::Piece::more);
  const std::uintmax_t of = fs::file_size(database);
  auto in = opened(database);
  for (std::uintmax_t done = 0; done < of;) {
    const std::string piece = next_bytes(in, database, kPiece);
    if (piece.empty()) throw std::runtime_error(database.string() + " cannot be read");
    done += piece.size();
    sealer.add(piece, done < of ? StreamSealer::Piece::more : StreamSealer::Piece::last);
    progress(name_of(header.kind), done, of);
  }
  out.keep();
}

BackupHeader read_backup_file(const fs::path& file, BackupHeader::Kind kind, const BackupKey& key,
                              const Keyring& keys, const fs::path& database, const Progress& progress) {
  auto in = opened(file);
  StreamOpener from(in, stream_kind(kind), key,
                    {file.string(), "is not a backup of Careline", name_of(kind), "nothing was restored"});
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
