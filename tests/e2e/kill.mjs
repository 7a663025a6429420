// kill -9 at random moments under load: nothing acknowledged is lost, nothing is sent twice but by its own token or
// key, and the database stays whole. CARELINE_KILLS says how often (20; the figure is taken with 200).
import assert from 'node:assert/strict';
import { Careline, LineStub, lineId, runTests, sleep, test, textEvent } from './whole.mjs';

const kills = Number(process.env.CARELINE_KILLS ?? 20);
const chance = (share) => Math.random() < share;
const line = await new LineStub().open();
// Mostly well; now and then slow, or cut off with the outcome unknown, so that every rule of sending is at work.
line.script = (call) => {
  const repeated = line.calls.some((other) => other !== call && other.token === call.token && other.key === call.key);
  if (!repeated && chance(0.04)) return { cut: chance(0.5) ? 'after' : 'before' };
  return { delayMs: Math.random() * 30 };
};
const it = await Careline.start(line);

const regulars = Array.from({ length: 5 }, () => lineId());
const words = ['選單', '進度', '服務資訊', '我的資料', '你好嗎', '我想死'];
const sent = [];  // {event, user, alone, acknowledged}

// Most people write once, so that a push tells by its recipient what it answers; a few write all the time.
function write() {
  const alone = !chance(0.3);
  const user = alone ? lineId() : regulars[Math.floor(Math.random() * regulars.length)];
  const made = { user, alone, event: textEvent(user, words[Math.floor(Math.random() * words.length)]), acknowledged: false };
  sent.push(made);
  return made;
}

async function deliver(batch, redelivery = false) {
  const events = batch.map(({ event }) => ({ ...event, deliveryContext: { isRedelivery: redelivery } }));
  const { status } = await it.send(JSON.stringify({ destination: 'U0', events }), {}, 3_000);
  if (status === 200) batch.forEach((made) => { made.acknowledged = true; });
}

/** Load from several senders until told to stop. */
function load() {
  let going = true;
  const senders = Array.from({ length: 4 }, async () => {
    while (going) {
      await deliver(Array.from({ length: chance(0.2) ? 3 : 1 }, write));
      await sleep(Math.random() * 10);
    }
  });
  return async () => {
    going = false;
    await Promise.all(senders);
  };
}

// LINE delivers again what it got no 200 for; some of it was stored all the same.
async function redeliver() {
  for (const made of sent.filter(({ acknowledged }) => !acknowledged)) {
    await deliver([made], true);
    assert.ok(made.acknowledged, 'a redelivered event was not taken');
  }
}

test(`${kills} kills under load`, async () => {
  let longest = 0;
  for (let i = 0; i < kills; ++i) {
    const end = load();
    await sleep(20 + Math.random() * 380);
    await it.kill();
    await end();
    const started = Date.now();
    await it.serve();
    longest = Math.max(longest, Date.now() - started);
    await redeliver();
  }
  console.log(`       ${sent.length} events, ${line.calls.length} calls, ready again after at most ${longest} ms`);
});

test('everything promised is sent soon after the last start', async () => {
  await it.settled(10_000);
  assert.equal(await it.metric('careline_outbox_dead'), 0);
  await it.stop();
});

test('everything acknowledged was answered', () => {
  const byToken = new Map(), byUser = new Map();
  for (const call of line.calls) {
    const [map, name] = call.endpoint === 'reply' ? [byToken, call.token] : [byUser, call.to];
    map.set(name, [...(map.get(name) ?? []), call]);
  }
  const taken = (calls = []) => calls.some((call) => call.taken);
  const lost = sent.filter(({ alone, event, user }) => alone && !taken(byToken.get(event.replyToken)) && !taken(byUser.get(user)));
  assert.deepEqual(lost.map(({ event }) => event.message.text), [], 'without an answer');
  for (const user of regulars) {
    const own = sent.filter((made) => made.user === user);
    const byReply = own.filter(({ event }) => taken(byToken.get(event.replyToken))).length;
    const byPush = (byUser.get(user) ?? []).filter((call) => call.taken).length;
    assert.ok(byReply + byPush >= own.length, `${own.length} events, ${byReply} replies, ${byPush} pushes`);
  }
});

test('a reply repeats only with its own token, a push only with its own key and the same bytes', () => {
  const tokens = new Map(), keys = new Map();
  for (const call of line.calls) {
    const [map, name] = call.endpoint === 'reply' ? [tokens, call.token] : [keys, call.key];
    assert.ok(name, `a ${call.endpoint} without a name`);
    if (call.endpoint === 'reply') assert.equal(call.key, '', 'a reply carries no retry key');
    else assert.match(call.key, /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
    if (map.has(name)) assert.equal(call.raw, map.get(name), 'the same bytes');
    map.set(name, call.raw);
  }
  for (const { alone, user } of sent) {
    if (!alone) continue;
    const used = new Set(line.calls.filter((call) => call.to === user).map((call) => call.key));
    assert.ok(used.size <= 1, 'two retry keys for one event');
  }
});

test('nobody got an answer twice but in a crisis', () => {
  for (const { alone, user, event } of sent) {
    if (!alone || event.message.text === '我想死') continue;
    const taken = line.of(user, event.replyToken).filter((call) => call.taken);
    assert.ok(taken.length <= 1, `${taken.length} answers to ${event.message.text}`);
  }
});

test('the database is whole', async () => {
  assert.equal(it.sql('PRAGMA integrity_check'), 'ok');
  assert.equal(it.sql('PRAGMA foreign_key_check'), '');
  assert.equal(it.sql('SELECT count(*) FROM inbox'), '0');
  await it.remove();
});

await runTests({ limitMs: 60_000 + kills * 5_000 });
