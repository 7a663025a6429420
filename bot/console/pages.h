// The functions behind the routes, by the file that holds them.
#pragma once
#include "bot/console/office.h"

namespace careline::console {

// entry_pages.cpp
Answer home(Office& office, const Visit& visit);
Answer sign_in_page(Office& office, const Visit& visit);
Answer sign_in(Office& office, const Visit& visit);
/// Ends the request's session, if it has one, and starts another for the same operator; gives its secret.
std::string begin_session(Office& office, const web::Request& request, Session whose, Standing standing);
Answer sign_out(Office& office, const Visit& visit);
Answer still_here(Office& office, const Visit& visit);
Answer session_now(Office& office, const Visit& visit);
Answer live_stream(Office& office, const Visit& visit);
Answer asset_file(Office& office, const Visit& visit);
Answer undelivered_page(Office& office, const Visit& visit);

// enrol_pages.cpp
Answer enrol_page(Office& office, const Visit& visit);
Answer enrol(Office& office, const Visit& visit);
Answer codes_noted(Office& office, const Visit& visit);

// counsellor_pages.cpp
Answer list_page(Office& office, const Visit& visit);
Answer list_part(Office& office, const Visit& visit);
Answer closed_page(Office& office, const Visit& visit);
Answer thread_page(Office& office, const Visit& visit);
Answer thread_part(Office& office, const Visit& visit);
Answer thread_opened(Office& office, const Visit& visit);
Answer thread_reply(Office& office, const Visit& visit);
Answer thread_close(Office& office, const Visit& visit);

// admin_pages.cpp
Answer topics_page(Office& office, const Visit& visit);
Answer topics_sent(Office& office, const Visit& visit);
Answer topics_preview(Office& office, const Visit& visit);
Answer topics_send(Office& office, const Visit& visit);
Answer care_page(Office& office, const Visit& visit);
Answer care_sent(Office& office, const Visit& visit);
Answer care_preview(Office& office, const Visit& visit);
Answer care_send(Office& office, const Visit& visit);

}  // namespace careline::console
