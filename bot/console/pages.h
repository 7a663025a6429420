// The functions behind the routes, by the file that holds them.
#pragma once
#include "bot/console/office.h"

namespace careline::console {

// entry_pages.cpp
Answer home(Office& office, const Visit& visit);
Answer sign_in_page(Office& office, const Visit& visit);
Answer sign_in(Office& office, const Visit& visit);
Answer sign_out(Office& office, const Visit& visit);
Answer still_here(Office& office, const Visit& visit);
Answer session_now(Office& office, const Visit& visit);
Answer live_stream(Office& office, const Visit& visit);
Answer alarms_part(Office& office, const Visit& visit);
Answer asset_file(Office& office, const Visit& visit);
Answer undelivered_page(Office& office, const Visit& visit);

// enrol_pages.cpp
Answer enrol_page(Office& office, const Visit& visit);
Answer enrol(Office& office, const Visit& visit);
/// The page with recovery codes, as a fragment.
std::string recovery_codes(const Office& office, const std::vector<std::string>& codes);
Answer codes_noted(Office& office, const Visit& visit);

// lock_pages.cpp
web::Response lock_page(const Office& office, const Visit& visit);
Answer unlock(Office& office, const Visit& visit);
Answer strip(Office& office, const Visit& visit);
Answer alarm_known(Office& office, const Visit& visit);

// me_pages.cpp
Answer me_page(Office& office, const Visit& visit);
Answer step_up_page(Office& office, const Visit& visit);
Answer step_up(Office& office, const Visit& visit);
Answer sign_out_everywhere(Office& office, const Visit& visit);
Answer fresh_codes(Office& office, const Visit& visit);

// key_pages.cpp
Answer own_key_page(Office& office, const Visit& visit);
Answer change_password(Office& office, const Visit& visit);
Answer own_recovery_code(Office& office, const Visit& visit);
Answer rotate_key(Office& office, const Visit& visit);
Answer lost_key_page(Office& office, const Visit& visit);
Answer recover_key(Office& office, const Visit& visit);
Answer give_up_key(Office& office, const Visit& visit);
Answer activate_page(Office& office, const Visit& visit);
Answer activate(Office& office, const Visit& visit);

// account_pages.cpp
Answer accounts_page(Office& office, const Visit& visit);
Answer account_reset(Office& office, const Visit& visit);
Answer account_factor(Office& office, const Visit& visit);
Answer account_roles(Office& office, const Visit& visit);
Answer account_leave(Office& office, const Visit& visit);

// team_pages.cpp
Answer team_vouch(Office& office, const Visit& visit);
Answer team_share(Office& office, const Visit& visit);

// counsellor_pages.cpp
Answer list_page(Office& office, const Visit& visit);
Answer list_part(Office& office, const Visit& visit);
Answer closed_page(Office& office, const Visit& visit);
Answer all_page(Office& office, const Visit& visit);
Answer thread_page(Office& office, const Visit& visit);
Answer thread_part(Office& office, const Visit& visit);
Answer thread_opened(Office& office, const Visit& visit);
Answer thread_reply(Office& office, const Visit& visit);
Answer thread_draft(Office& office, const Visit& visit);
Answer thread_close(Office& office, const Visit& visit);
Answer thread_contact(Office& office, const Visit& visit);

// people_pages.cpp
Answer people_page(Office& office, const Visit& visit);
Answer people_vouch(Office& office, const Visit& visit);
Answer people_share(Office& office, const Visit& visit);

// audit_pages.cpp
Answer audit_page(Office& office, const Visit& visit);
Answer audit_find(Office& office, const Visit& visit);
Answer audit_verify(Office& office, const Visit& visit);
Answer audit_verification(Office& office, const Visit& visit);
Answer audit_anchor(Office& office, const Visit& visit);
Answer audit_export(Office& office, const Visit& visit);
Answer audit_file(Office& office, const Visit& visit);
Answer my_actions(Office& office, const Visit& visit);

// disclosure_pages.cpp
Answer disclosures_page(Office& office, const Visit& visit);
Answer disclosure_ask(Office& office, const Visit& visit);
Answer disclosure_approve(Office& office, const Visit& visit);
Answer disclosure_export(Office& office, const Visit& visit);
Answer disclosure_file(Office& office, const Visit& visit);

// retention_pages.cpp
Answer retention_page(Office& office, const Visit& visit);
Answer retention_hold(Office& office, const Visit& visit);
Answer retention_release(Office& office, const Visit& visit);
Answer retention_propose_over(Office& office, const Visit& visit);
Answer retention_propose(Office& office, const Visit& visit);
Answer retention_withdraw(Office& office, const Visit& visit);
Answer retention_approve(Office& office, const Visit& visit);

// search_pages.cpp
Answer search_page(Office& office, const Visit& visit);
Answer search_now(Office& office, const Visit& visit);

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
