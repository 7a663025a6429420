// What --help and /_simulator/help print.
#include "tests/line_simulator/control.h"

namespace careline::simulator {

const char* help_text() {
  return R"(line-simulator: LINE's Messaging API, its webhooks and some employees' phones, in memory.

  line-simulator --listen HOST:PORT --webhook URL
                 --channel-secret-file FILE --channel-access-token-file FILE [--quota N]

  --listen                     where to listen (127.0.0.1:8090); port 0 takes a free one and prints it
  --webhook                    where events go, e.g. http://127.0.0.1:8080/line/webhook
  --channel-secret-file        first line: the secret that signs webhooks
  --channel-access-token-file  first line: the token that API calls must carry
  --quota                      messages a month; without it unlimited

One port serves LINE's API (/v2/…, /oauth2/…; api.line.me and api-data.line.me alike), the phone page (/) and
the control API (/_simulator/…). Prints one line when ready; SIGTERM ends it with status 0.

CONTROL API. JSON in and out; errors are {"error": "…"} with 400, 404 or 409. Numbers count from 1.
Every log entry and bubble has a growing "seq"; "?after=SEQ" leaves out the older ones, and "?waitMs=N" waits (at
most 60000) until "count" (default 1) newer ones are there.

Employees
  GET  /_simulator/employees                     {"employees":[{"id","displayName","friendship"}]}
  POST /_simulator/employees                     {"id"?,"displayName"?,"follow"?,"count"?}
         follow: "event" (default: becomes a friend, follow event), "silent" (friend, no event), "no" (stranger);
         with count (at most 10000) the answer is {"employees":[…]}
  GET  /_simulator/employees/ID
  GET  /_simulator/employees/ID/phone            what the phone shows; ?chat=GROUP ?view=computer ?after ?waitMs ?count
         {"employee","chat","chats","bubbles":[{"seq","id","from":"me"|"bot"|ID,"name"?,"via":"reply"|"push"|
         "multicast"|"narrowcast"|"broadcast"|null,"time","type","text","texts":[…],"buttons":[{"label","action"}],
         "message","unsent","edited"}],"quickReplies":[{"label","action"}],"richMenu","notification","loading","now"}
         waitMs counts bubbles of the account only. view=computer has neither quick replies nor rich menu.
  POST /_simulator/employees/ID/DEED             every deed takes "chat": GROUP to do it there, and "event": {…}, a JSON
         merge patch on the webhook event (e.g. {"mode":"standby"}, {"timestamp":1}, {"source":{"userId":null}})
    text      {"text","mention"?: true (group: addresses the account),"emojis"?,"quotedMessageId"?}
    sticker   {"packageId"?,"stickerId"?,"keywords"?,"text"?}
    image, video, audio, file   {"base64"?,"contentType"?,"fileName"?,"duration"?}
    location  {"title"?,"address"?,"latitude"?,"longitude"?}
    postback  {"data","params"?,"displayText"?}  a postback without looking for a button
    press     {"label"} or {"quickReply": n} or {"button": n} or {"richMenu": n}; "message": ID picks the bubble
              (else the newest with buttons); "value" for a date or time picker; "view":"computer".
              {"action": {…}} presses any action as it stands, e.g. of an old bubble.
              A label is sought among the quick replies, then in the messages from the newest, then in the rich menu.
              Answers {"pressed": action, …}; a link gives {"opened"}, a clipboard button {"copied"}.
    unsend    {"messageId"?}   edit {"messageId"?,"text"}   the newest own message by default
    follow, block, unblock     block sends unfollow; unblock sends follow with isUnblocked
  GET  /_simulator/contents/MESSAGE              bytes of an image, video, audio or file

Groups
  GET  /_simulator/groups                        {"groups":[{"id","name","members","botInside"}]}
  POST /_simulator/groups                        {"id"?,"name"?,"kind"?: "group"|"room","members":[…],"invite"?: true}
  GET  /_simulator/groups/ID
  POST /_simulator/groups/ID/invite              join event        …/remove   leave event
  POST /_simulator/groups/ID/members             {"add"?:[…],"remove"?:[…]}  memberJoined, memberLeft

What happened
  GET  /_simulator/calls                         API calls received; also ?endpoint=push
         {"calls":[{"seq","time","endpoint","method","path","query","status","accepted","requestId","retryKey",
         "body","bytes","fault"}]}; status 0: the connection was closed; accepted: it took effect
  GET  /_simulator/events                        events emitted (those held too); also ?type= ?webhookEventId=
  GET  /_simulator/deliveries                    webhook requests: {"webhookEventIds","attempt","kind","status",
         "outcome":"ok"|"error_status_code"|"could_not_connect"|"request_timeout"|"unclassified","tookMs"}
  GET  /_simulator/violations                    rules of LINE that the caller broke, even where LINE stays silent:
         retry_key_with_another_body, retry_key_past_24_hours, retry_key_refused, retry_key_not_a_uuid,
         reply_token_used_for_another_body
  POST /_simulator/wait                          {"quietMs"?: 200,"timeoutMs"?: 5000} until nothing is under way and
         nothing has changed for quietMs; {"idle": bool}
  GET  /_simulator/stream                        server-sent events: one number whenever something changes

Webhooks
  POST /_simulator/webhooks/release              {"order"?: "as_is"|"reversed"|"shuffled","together"?: one request,
         "copies"?: each so many times}          sends what setting "hold" kept back
  POST /_simulator/webhooks/redeliver            {"webhookEventIds":[…]}  once more, isRedelivery true
  POST /_simulator/webhooks/send                 {"events":[…]} or {"raw": "bytes"}, "signature"? (default: valid; "" for
         none); sends at once; {"status","outcome","tookMs"}

Settings, clock, faults
  GET, PATCH (or POST) /_simulator/settings      {"quota": n|null,"used","rateLimits": bool,"redelivery": bool,
         "redeliveryDelayMs","redeliveryMax","duplicates": n more of each webhook,"hold": bool,"webhook","webhookActive",
         "ignoreUnknownInMulticast": bool,"chatMode": "bot"|"chat"}
         webhook and webhookActive are LINE's Webhook URL ("" for none) and "Use webhook": where events go, and what
         GET /v2/bot/channel/webhook/endpoint says; chatMode is Chat in OA Manager, as GET /v2/bot/info says.
  GET, POST /_simulator/clock                    {"advanceMs"} or {"offsetMs"}; this program's own clock, for reply
         tokens (60 s, 20 min), retry keys (24 h), rates, months
  GET  /_simulator/endpoints                     names of endpoints for faults and ?endpoint=
  GET  /_simulator/faults
  POST /_simulator/faults                        {"endpoint": name or "*","kind","times"?: calls (else until cleared),
         "ms"?,"status"?,"accept"?: take effect all the same}
         kind: down (closed at once), slow (answers after ms), rate, quota (429), error (500 or status),
         timeout_before, timeout_after (closed after ms, 30000; before or after acceptance), html, truncated (200)
         With several faults the oldest that fits strikes.
  DELETE /_simulator/faults[/ID]                 clears; calls that are held let go
  POST /_simulator/reset                         everything as at the start
)";
}

}  // namespace careline::simulator
