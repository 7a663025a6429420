// When the certificate of an https address ends, by a TLS handshake of libcurl over OpenSSL.
#include "bot/line/certificate.h"

#include <curl/curl.h>

#include <string_view>

namespace careline::line {
namespace {

constexpr long kLimit_ms = 10'000;
constexpr std::string_view kEnd = "Expire date:";

int asked_to_end(void* give_up, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return (*static_cast<const std::function<bool()>*>(give_up))() ? 1 : 0;
}

// The first certificate of the chain is the host's own.
std::optional<std::int64_t> end_of_first(const curl_certinfo& chain) {
  if (chain.num_of_certs < 1) return std::nullopt;
  for (const curl_slist* line = chain.certinfo[0]; line; line = line->next) {
    const std::string_view text(line->data);
    if (!text.starts_with(kEnd)) continue;
    const auto seconds = curl_getdate(line->data + kEnd.size(), nullptr);
    return seconds < 0 ? std::nullopt : std::optional<std::int64_t>(std::int64_t{seconds} * 1000);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::int64_t> certificate_end_ms(const std::string& https_url,
                                               const std::function<bool()>& give_up) {
  CURL* curl = curl_easy_init();
  if (!curl) return std::nullopt;
  curl_easy_setopt(curl, CURLOPT_URL, https_url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
  curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(curl, CURLOPT_CERTINFO, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);  // an expired one is what we want to hear of
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, kLimit_ms);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, asked_to_end);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &give_up);
  std::optional<std::int64_t> end;
  curl_certinfo* chain = nullptr;
  if (curl_easy_perform(curl) == CURLE_OK && curl_easy_getinfo(curl, CURLINFO_CERTINFO, &chain) == CURLE_OK &&
      chain)
    end = end_of_first(*chain);
  curl_easy_cleanup(curl);
  return end;
}

}  // namespace careline::line
