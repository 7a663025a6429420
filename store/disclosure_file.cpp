// What is handed to somebody outside.
#include "store/disclosure_file.h"

#include "store/sealed_stream.h"

namespace careline::store {
namespace {
constexpr StreamKind kDisclosure{"CLDISCLO"};
constexpr std::size_t kPiece = 65536;
}  // namespace

std::string seal_disclosure(std::string_view text, const BackupRecipient& recipient) {
  std::string file;
  StreamSealer sealer([&](std::string_view bytes) { file += bytes; }, kDisclosure, recipient);
  for (; text.size() > kPiece; text.remove_prefix(kPiece))
    sealer.add(text.substr(0, kPiece), StreamSealer::Piece::more);
  sealer.add(text, StreamSealer::Piece::last);
  return file;
}

std::string open_disclosure(std::istream& in, const BackupKey& key, const std::string& file) {
  StreamOpener from(in, kDisclosure, key,
                    {file, "is not a disclosure of Careline", "disclosure", "nothing was written"});
  std::string text;
  while (!from.ended()) text += from.next_piece(kPiece);
  return text;
}

}  // namespace careline::store
