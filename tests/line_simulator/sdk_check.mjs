// Proves the simulator fair: LINE's own client and its webhook middleware work against it.
// Environment: SIMULATOR_URL, CHANNEL_SECRET, CHANNEL_ACCESS_TOKEN. Resets the simulator. Exit status 0: all held.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import http from "node:http";
import { deflateSync } from "node:zlib";
import { HTTPFetchError, messagingApi, middleware, validateSignature } from "@line/bot-sdk";

const base = process.env.SIMULATOR_URL;
const channelSecret = process.env.CHANNEL_SECRET;
const channelAccessToken = process.env.CHANNEL_ACCESS_TOKEN;
const client = new messagingApi.MessagingApiClient({ channelAccessToken, baseURL: base });
const blobs = new messagingApi.MessagingApiBlobClient({ channelAccessToken, baseURL: base });

async function control(method, path, body) {
  const response = await fetch(`${base}/_simulator/${path}`, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });
  const answer = await response.json();
  assert.equal(response.status, 200, `${method} ${path}: ${JSON.stringify(answer)}`);
  return answer;
}

const text = (words) => ({ type: "text", text: words });

async function status(promise) {
  try {
    await promise;
    return 200;
  } catch (error) {
    if (error instanceof HTTPFetchError) return error.status;
    throw error;
  }
}

/** A webhook that lets LINE's middleware judge every request; `answer` may be changed by a check. */
function startWebhook() {
  const judge = middleware({ channelSecret });
  const hook = { events: [], verdicts: [], answer: 200 };
  hook.server = http.createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const raw = Buffer.concat(chunks);
      hook.verdicts.push(validateSignature(raw, channelSecret, request.headers["x-line-signature"]));
      request.rawBody = raw;
      judge(request, response, (error) => {
        if (!error) hook.events.push(...request.body.events);
        response.writeHead(error ? 401 : hook.answer).end();
      });
    });
  });
  return new Promise((done) => hook.server.listen(0, "127.0.0.1", () => done(hook)));
}

const hook = await startWebhook();

async function fresh(settings = {}) {
  await control("POST", "reset");
  const port = hook.server.address().port;
  await control("PATCH", "settings", { webhook: `http://127.0.0.1:${port}/line/webhook`, ...settings });
  Object.assign(hook, { events: [], verdicts: [], answer: 200 });
}

async function arrived(count) {
  for (let i = 0; i < 200 && hook.events.length < count; ++i) await new Promise((done) => setTimeout(done, 20));
  assert.ok(hook.events.length >= count, `only ${hook.events.length} of ${count} events came`);
  return hook.events.slice(0, count);
}

async function person(follow = "silent") {
  return (await control("POST", "employees", { follow })).id;
}

async function says(id, words, more = {}) {
  const before = hook.events.length;
  await control("POST", `employees/${id}/text`, { text: words, ...more });
  return (await arrived(before + 1))[before];
}

const phone = (id, query = "") => control("GET", `employees/${id}/phone${query}`);

const checks = {
  async "webhooks are signed and shaped as LINE's"() {
    await fresh();
    const id = (await control("POST", "employees", {})).id;
    await arrived(1);
    const event = await says(id, "您好");
    assert.equal(event.type, "message");
    assert.equal(event.source.userId, id);
    assert.match(event.webhookEventId, /^[0-9A-HJKMNP-TV-Z]{26}$/);
    assert.equal(event.deliveryContext.isRedelivery, false);
    assert.equal(hook.events[0].type, "follow");
    assert.deepEqual(hook.verdicts, [true, true]);
  },

  async "a wrong signature is known as wrong"() {
    await fresh();
    const sent = await control("POST", "webhooks/send", { events: [], signature: "AAAA" });
    assert.equal(sent.status, 401);
    assert.equal((await control("POST", "webhooks/send", { events: [] })).status, 200);
    assert.deepEqual(hook.verdicts, [false, true]);
  },

  async "a reply token works once, for a minute"() {
    await fresh();
    const id = await person();
    const { replyToken } = await says(id, "一");
    const answer = await client.replyMessage({ replyToken, messages: [text("好")] });
    assert.match(answer.sentMessages[0].id, /^\d{18}$/);
    assert.equal(await status(client.replyMessage({ replyToken, messages: [text("好")] })), 400);
    const late = await says(id, "二");
    await control("POST", "clock", { advanceMs: 61000 });
    assert.equal(await status(client.replyMessage({ replyToken: late.replyToken, messages: [text("晚")] })), 400);
    assert.equal(await status(client.replyMessage({ replyToken: "none", messages: [text("?")] })), 400);
    const { bubbles } = await phone(id);
    assert.deepEqual(bubbles.map((b) => [b.from, b.text, b.via]), [
      ["me", "一", null],
      ["bot", "好", "reply"],
      ["me", "二", null],
    ]);
  },

  async "a refused message spends no token"() {
    await fresh();
    const { replyToken } = await says(await person(), "一");
    assert.equal(await status(client.replyMessage({ replyToken, messages: [text("字".repeat(5001))] })), 400);
    assert.equal(await status(client.replyMessage({ replyToken, messages: [text("字".repeat(5000))] })), 200);
  },

  async "a retry key is accepted once, for a day"() {
    await fresh();
    const id = await person();
    const key = randomUUID();
    const first = await client.pushMessageWithHttpInfo({ to: id, messages: [text("推")] }, key);
    let conflict;
    await client.pushMessage({ to: id, messages: [text("推")] }, key).catch((error) => (conflict = error));
    assert.equal(conflict.status, 409);
    assert.deepEqual(JSON.parse(conflict.body).sentMessages, first.body.sentMessages);
    assert.equal(
      conflict.headers.get("x-line-accepted-request-id"),
      first.httpResponse.headers.get("x-line-request-id"),
    );
    assert.equal((await control("GET", "violations")).violations.length, 0);
    assert.equal(await status(client.pushMessage({ to: id, messages: [text("別的")] }, key)), 409);
    assert.equal((await control("GET", "violations")).violations[0].rule, "retry_key_with_another_body");
    await control("POST", "clock", { advanceMs: 24 * 3600 * 1000 });
    assert.equal(await status(client.pushMessage({ to: id, messages: [text("推")] }, key)), 200);
    assert.equal(await status(client.pushMessage({ to: id, messages: [text("推")] }, "no-uuid")), 400);
    assert.equal((await phone(id)).bubbles.length, 2);
  },

  async "unknown people are refused, blocked ones get nothing"() {
    await fresh();
    const id = await person();
    assert.equal(await status(client.pushMessage({ to: `U${"0".repeat(32)}`, messages: [text("?")] })), 400);
    assert.equal(await status(client.pushMessage({ to: "somebody", messages: [text("?")] })), 400);
    await control("POST", `employees/${id}/block`, {});
    assert.equal(await status(client.pushMessage({ to: id, messages: [text("?")] })), 200);
    assert.equal((await phone(id)).bubbles.length, 0);
    assert.equal(await status(client.getProfile(id)), 404);
    await control("POST", `employees/${id}/unblock`, {});
    const last = (await arrived(2))[1];
    assert.deepEqual([last.type, last.follow.isUnblocked], ["follow", true]);
  },

  async "multicast takes 500 people, and broadcast all friends"() {
    await fresh();
    const { employees } = await control("POST", "employees", { count: 501, follow: "silent" });
    const ids = employees.map((each) => each.id);
    assert.equal(await status(client.multicast({ to: ids, messages: [text("大家")] })), 400);
    assert.deepEqual(await client.multicast({ to: ids.slice(0, 500), messages: [text("大家")] }, randomUUID()), {});
    await client.broadcast({ messages: [text("全部")] }, randomUUID());
    assert.equal((await client.getMessageQuotaConsumption()).totalUsage, 1001);
    assert.deepEqual((await phone(ids[0])).bubbles.map((b) => b.via), ["multicast", "broadcast"]);
    assert.equal((await client.getFollowers(undefined, 1000)).userIds.length, 501);
  },

  async "the monthly quota holds back what costs, not replies"() {
    await fresh({ quota: 1 });
    const id = await person();
    assert.deepEqual(await client.getMessageQuota(), { type: "limited", value: 1 });
    await client.pushMessage({ to: id, messages: [text("1"), text("2")] });
    let refusal;
    await client.pushMessage({ to: id, messages: [text("3")] }).catch((error) => (refusal = error));
    assert.equal(refusal.status, 429);
    assert.equal(JSON.parse(refusal.body).message, "You have reached your monthly limit.");
    const { replyToken } = await says(id, "一");
    assert.equal(await status(client.replyMessage({ replyToken, messages: [text("免費")] })), 200);
    await control("POST", "clock", { advanceMs: 32 * 24 * 3600 * 1000 });
    assert.equal(await status(client.pushMessage({ to: id, messages: [text("下月")] })), 200);
  },

  async "the pace of broadcasts is 60 an hour"() {
    await fresh();
    let last = 200;
    for (let i = 0; i < 61; ++i) last = await status(client.broadcast({ messages: [text("快")] }));
    assert.equal(last, 429);
    await control("POST", "clock", { advanceMs: 61000 });
    assert.equal(await status(client.broadcast({ messages: [text("慢")] })), 200);
  },

  async "profile, info, webhook settings, loading"() {
    await fresh();
    const id = (await control("POST", "employees", { follow: "silent", displayName: "小安" })).id;
    assert.equal((await client.getProfile(id)).displayName, "小安");
    assert.equal((await client.getBotInfo()).chatMode, "bot");
    assert.equal((await client.getWebhookEndpoint()).active, true);
    const tested = await client.testWebhookEndpoint({});
    assert.deepEqual([tested.success, tested.statusCode], [true, 200]);
    await client.showLoadingAnimation({ chatId: id, loadingSeconds: 20 });
    assert.equal((await phone(id)).loading, true);
    assert.equal(await status(client.showLoadingAnimation({ chatId: id, loadingSeconds: 7 })), 400);
  },

  async "validate knows LINE's limits"() {
    await fresh();
    const verdict = (message) => status(client.validatePush({ messages: [message] }));
    const items = (count) =>
      Array.from({ length: count }, (_, i) => ({
        type: "action",
        action: { type: "message", label: `${i}`, text: "x" },
      }));
    const bubble = (contents) => ({
      type: "flex",
      altText: "卡片",
      contents: { type: "bubble", body: { type: "box", layout: "vertical", contents } },
    });
    const button = (label) => ({ type: "button", action: { type: "message", label, text: "x" } });
    const confirm = (label) => ({
      type: "template",
      altText: "確認",
      template: {
        type: "confirm",
        text: "好嗎",
        actions: [
          { type: "message", label, text: "好" },
          { type: "uri", label: "電話", uri: "tel:119" },
        ],
      },
    });
    assert.equal(await verdict(text("🍎".repeat(2500))), 200);
    assert.equal(await verdict(text("🍎".repeat(2501))), 400);
    assert.equal(await verdict({ ...text("選"), quickReply: { items: items(13) } }), 200);
    assert.equal(await verdict({ ...text("選"), quickReply: { items: items(14) } }), 400);
    assert.equal(await verdict(confirm("👨‍👩‍👧".repeat(20))), 200);
    assert.equal(await verdict(confirm("字".repeat(21))), 400);
    assert.equal(await verdict(bubble([{ type: "text", text: "一", wrap: true }, button("字".repeat(40))])), 200);
    assert.equal(await verdict(bubble([button("字".repeat(41))])), 400);
    assert.equal(await verdict(bubble([{ type: "text", text: "一", size: "huge" }])), 400);
    assert.equal(await verdict(bubble([{ type: "text", text: "字".repeat(11000) }])), 400);
    assert.equal(await verdict(bubble([{ type: "icon", url: "https://example.com/a.png" }])), 400);
    const wide = (count) => ({
      type: "flex",
      altText: "多張",
      contents: { type: "carousel", contents: Array(count).fill(bubble([{ type: "text", text: "一" }]).contents) },
    });
    assert.equal(await verdict(wide(12)), 200);
    assert.equal(await verdict(wide(13)), 400);
    let refusal;
    await client.validatePush({ messages: [text("")] }).catch((error) => (refusal = JSON.parse(error.body)));
    assert.equal(refusal.details[0].property, "messages[0].text");
    assert.equal(await status(client.validateReply({ messages: Array(6).fill(text("x")) })), 400);
  },

  async "a phone shows quick replies until something new comes"() {
    await fresh();
    const id = await person();
    const action = { type: "postback", label: "加入", data: "join=1", displayText: "我要加入" };
    await client.pushMessage({
      to: id,
      messages: [{ ...text("要加入嗎"), quickReply: { items: [{ type: "action", action }] } }],
    });
    assert.deepEqual((await phone(id)).quickReplies.map((each) => each.label), ["加入"]);
    assert.deepEqual((await phone(id, "?view=computer")).quickReplies, []);
    await control("POST", `employees/${id}/press`, { label: "加入" });
    const [event] = await arrived(1);
    assert.equal(event.postback.data, "join=1");
    const screen = await phone(id);
    assert.deepEqual(screen.quickReplies, []);
    assert.equal(screen.bubbles.at(-1).text, "我要加入");
  },

  async "content can be fetched until it is unsent"() {
    await fresh();
    const id = await person();
    const { messageId } = await control("POST", `employees/${id}/image`, {});
    const chunks = [];
    for await (const chunk of await blobs.getMessageContent(messageId)) chunks.push(chunk);
    assert.equal(Buffer.concat(chunks).subarray(1, 4).toString(), "PNG");
    await control("POST", `employees/${id}/unsend`, { messageId });
    assert.equal((await arrived(2))[1].unsend.messageId, messageId);
    assert.equal(await status(blobs.getMessageContent(messageId)), 410);
  },

  async "groups: join, talk, push, leave"() {
    await fresh();
    const [a, b] = [await person(), await person()];
    const group = await control("POST", "groups", { name: "科室", members: [a, b] });
    const joined = (await arrived(1))[0];
    assert.deepEqual([joined.type, joined.source.groupId], ["join", group.id]);
    const event = await says(a, "在嗎", { chat: group.id, mention: true });
    assert.equal(event.message.mention.mentionees[0].isSelf, true);
    await client.pushMessage({ to: group.id, messages: [text("在")] });
    assert.equal((await client.getMessageQuotaConsumption()).totalUsage, 2);
    assert.equal((await phone(b, `?chat=${group.id}`)).bubbles.at(-1).text, "在");
    assert.equal((await client.getGroupMemberCount(group.id)).count, 2);
    assert.equal((await client.getGroupSummary(group.id)).groupName, "科室");
    await client.leaveGroup(group.id);
    assert.equal(await status(client.pushMessage({ to: group.id, messages: [text("?")] })), 400);
  },

  async "rich menus are shown, but not on a computer"() {
    await fresh();
    const id = await person();
    const size = { width: 800, height: 540 };
    const areas = [{ bounds: { x: 0, y: 0, width: 800, height: 540 }, action: { type: "message", text: "選單" } }];
    const menu = { size, selected: true, name: "主選單", chatBarText: "選單", areas };
    const { richMenuId } = await client.createRichMenu(menu);
    assert.equal(await status(client.setDefaultRichMenu(richMenuId)), 400);
    await blobs.setRichMenuImage(richMenuId, new Blob([png(800, 540)], { type: "image/png" }));
    await client.setDefaultRichMenu(richMenuId);
    assert.equal((await client.getDefaultRichMenuId()).richMenuId, richMenuId);
    assert.equal((await phone(id)).richMenu.chatBarText, "選單");
    assert.equal((await phone(id, "?view=computer")).richMenu, null);
    await control("POST", `employees/${id}/press`, { richMenu: 1 });
    assert.equal((await arrived(1))[0].message.text, "選單");
  },

  async "redelivery repeats the event and its token"() {
    await fresh({ redelivery: true, redeliveryDelayMs: 50 });
    const id = await person();
    hook.answer = 500;
    const first = await says(id, "一");
    hook.answer = 200;
    const again = (await arrived(2))[1];
    assert.deepEqual(
      [again.webhookEventId, again.replyToken, again.timestamp, again.deliveryContext.isRedelivery],
      [first.webhookEventId, first.replyToken, first.timestamp, true],
    );
    assert.equal(await status(client.replyMessage({ replyToken: again.replyToken, messages: [text("好")] })), 200);
  },

  async "held events come shuffled, doubled and together"() {
    await fresh({ hold: true });
    const id = await person();
    for (const words of ["一", "二", "三"]) await control("POST", `employees/${id}/text`, { text: words });
    assert.equal(hook.events.length, 0);
    const { sent } = await control("POST", "webhooks/release", { order: "shuffled", together: true, copies: 2 });
    assert.equal(sent, 6);
    const texts = (await arrived(6)).map((event) => event.message.text).sort();
    assert.deepEqual(texts, ["一", "一", "三", "三", "二", "二"]);
    assert.equal(hook.verdicts.length, 1);
  },

  async "faults strike as ordered"() {
    await fresh();
    const id = await person();
    const push = (key) => client.pushMessage({ to: id, messages: [text("推")] }, key);
    const strike = (fault) => control("POST", "faults", { endpoint: "push", times: 1, ...fault });
    await strike({ kind: "down" });
    await assert.rejects(push(), TypeError);
    await strike({ kind: "rate" });
    assert.equal(await status(push()), 429);
    await strike({ kind: "error", status: 503 });
    assert.equal(await status(push()), 503);
    assert.equal((await phone(id)).bubbles.length, 0);
    const key = randomUUID();
    await strike({ kind: "timeout_after", ms: 50 });
    await assert.rejects(push(key), TypeError);
    assert.equal((await phone(id)).bubbles.length, 1);
    assert.equal(await status(push(key)), 409);
    await strike({ kind: "timeout_before", ms: 50 });
    await assert.rejects(push(), TypeError);
    await strike({ kind: "truncated" });
    await assert.rejects(push(), SyntaxError);
    await strike({ kind: "html" });
    await assert.rejects(push(), SyntaxError);
    assert.equal((await phone(id)).bubbles.length, 1);
    assert.equal(await status(push()), 200);
    const { calls } = await control("GET", "calls?endpoint=push");
    assert.deepEqual(calls.map((call) => call.status), [0, 429, 503, 0, 409, 0, 200, 200, 200]);
  },

  async "access, media type, size and JSON are checked"() {
    await fresh();
    const stranger = new messagingApi.MessagingApiClient({ channelAccessToken: "wrong", baseURL: base });
    assert.equal(await status(stranger.getBotInfo()), 401);
    const raw = async (type, body) => {
      const headers = { authorization: `Bearer ${channelAccessToken}`, "content-type": type };
      const response = await fetch(`${base}/v2/bot/message/push`, { method: "POST", headers, body });
      assert.ok(response.headers.get("x-line-request-id"));
      return [response.status, (await response.json()).message];
    };
    assert.equal((await raw("text/plain", "{}"))[0], 415);
    assert.match((await raw("application/json", '{"to":'))[1], /line: 1, column: /);
    assert.equal((await raw("application/json", `"${"x".repeat(2000001)}"`))[0], 413);
  },
};

/** A one-coloured PNG. */
function png(width, height) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const frame = Buffer.alloc(8 + body.length);
    frame.writeUInt32BE(data.length, 0);
    body.copy(frame, 4);
    frame.writeUInt32BE(crc32(body), 4 + body.length);
    return frame;
  };
  const head = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0]);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  const pixels = deflateSync(Buffer.alloc((width + 1) * height));
  const parts = [chunk("IHDR", head), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), ...parts]);
}

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let i = 0; i < 8; ++i) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}\n${error.stack}`);
  }
}
hook.server.close();
hook.server.closeAllConnections();
console.log(failed ? `${failed} failed` : `all ${Object.keys(checks).length} held`);
process.exitCode = failed ? 1 : 0;
