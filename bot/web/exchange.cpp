// What handlers hold: the request, its answer, and streams.
#include <string>

#include "bot/web/mailbox.h"
#include "bot/web/reply.h"
#include "bot/web/server.h"

namespace careline::web {
namespace {

constexpr std::size_t kMostUnsent = 256 * 1024;

}  // namespace

std::string_view Request::header(std::string_view lower_case_name) const {
  const auto found = headers.find(std::string(lower_case_name));
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

Exchange::Exchange(Request request, std::shared_ptr<Mailbox> mailbox, std::uint64_t connection, After after,
                   Sends sends)
    : request_(std::move(request)),
      mailbox_(std::move(mailbox)),
      connection_(connection),
      after_(after),
      sends_(sends) {}

Exchange::~Exchange() {
  if (!take_turn()) return;
  try {
    mailbox_->post({Post::Kind::kAnswer, connection_, render_refusal(500), After::kClose, nullptr});
  } catch (const std::exception&) {  // out of memory: the peer runs into its own deadline
  }
}

bool Exchange::take_turn() { return !answered_.exchange(true); }

void Exchange::answer(Response response) {
  if (!take_turn()) return;
  Reply reply = render(response, after_, sends_);
  mailbox_->post({Post::Kind::kAnswer, connection_, std::move(reply.bytes), reply.after, nullptr});
}

std::shared_ptr<Stream> Exchange::stream(Response head) {
  if (!take_turn()) return nullptr;
  auto state = std::make_shared<StreamState>();
  std::string bytes = render_stream_head(head);
  if (bytes.empty() || sends_ == Sends::kHeadOnly) {
    const int status = bytes.empty() ? 500 : 405;
    mailbox_->post({Post::Kind::kAnswer, connection_, render_refusal(status), After::kClose, nullptr});
    return nullptr;
  }
  state->unsent = bytes.size();
  mailbox_->post({Post::Kind::kStreamHead, connection_, std::move(bytes), After::kKeepAlive, state});
  return std::make_shared<Stream>(mailbox_, connection_, std::move(state));
}

Stream::Stream(std::shared_ptr<Mailbox> mailbox, std::uint64_t connection, std::shared_ptr<StreamState> state)
    : mailbox_(std::move(mailbox)), connection_(connection), state_(std::move(state)) {}

Stream::~Stream() {
  try {
    close();
  } catch (const std::exception&) {  // out of memory: the write deadline ends it
  }
}

bool Stream::write(std::string_view bytes) {
  if (!open()) return false;
  if (state_->unsent.fetch_add(bytes.size()) + bytes.size() > kMostUnsent) {
    if (state_->open.exchange(false))
      mailbox_->post({Post::Kind::kStreamCut, connection_, {}, After::kClose, state_});
    return false;
  }
  mailbox_->post({Post::Kind::kStreamBytes, connection_, std::string(bytes), After::kKeepAlive, state_});
  return true;
}

bool Stream::open() const { return state_->open && !mailbox_->asked_to_stop(); }

void Stream::close() {
  if (state_->open.exchange(false))
    mailbox_->post({Post::Kind::kStreamEnd, connection_, {}, After::kClose, state_});
}

}  // namespace careline::web
