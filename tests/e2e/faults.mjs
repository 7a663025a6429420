// Faults from outside against a whole Careline: doubled and shuffled events, and a LINE that is down, slow or lying.
import assert from 'node:assert/strict';
import { Careline, LineStub, event, lineId, runTests, sleep, test, textEvent, until } from './whole.mjs';

const crisisText = '我想死';
const line = await new LineStub().open();
const it = await Careline.start(line);

/** A scripted LINE for one test; afterwards it is well again and nothing is left to send. */
function faulty(name, script, body) {
  test(name, async () => {
    line.script = script;
    try {
      await body();
    } finally {
      line.script = () => undefined;
    }
  });
}
const said = (status, message) => ({ status, body: JSON.stringify({ message }) });
const words = (call) => JSON.stringify(call.messages);
const taken = (calls) => calls.filter((call) => call.taken);
const answered = (user, ...tokens) => until('an answer', () => taken(line.of(user, ...tokens)).length > 0);

/** One message whose answer is awaited; gives the calls made for it. */
async function asked(text, ready = (calls) => taken(calls).length > 0, limitMs = 12_000) {
  const user = lineId(), message = textEvent(user, text);
  await it.post(message);
  await until(`the answer to ${text}`, () => ready(line.of(user, message.replyToken)), limitMs);
  await sleep(700);  // whatever more would come
  return line.of(user, message.replyToken);
}

test('the same event ten times, shuffled among others, has one effect', async () => {
  const user = lineId();
  const messages = ['選單', '進度', '服務資訊'].map((text, i) => textEvent(user, text, { timestamp: 1_700_000_000_000 + i }));
  const again = (message, i) => ({ ...message, deliveryContext: { isRedelivery: i > 0 } });
  const copies = Array.from({ length: 10 }, (_, i) => messages.map((message) => again(message, i))).flat();
  for (let i = copies.length - 1; i > 0; --i) {
    const j = Math.floor(Math.random() * (i + 1));
    [copies[i], copies[j]] = [copies[j], copies[i]];
  }
  await it.post(...copies.slice(0, 12));
  await Promise.all(copies.slice(12).map((copy) => it.post(copy)));
  await it.settled();
  const calls = line.of(user, ...messages.map((m) => m.replyToken));
  assert.equal(calls.length, 3);
  assert.equal(new Set(calls.map((call) => call.token)).size, 3);
});

test('several events of one request are answered each, by time for each person', async () => {
  const [one, two] = [lineId(), lineId()];
  const [first, second, third] = ['選單', '進度', '服務資訊'].map((text, i) => textEvent(one, text, { timestamp: 1_000 + i }));
  const [early, late] = ['進度', '選單'].map((text, i) => textEvent(two, text, { timestamp: 5_000 + i }));
  await it.post(third, late, first, early, second);
  await it.settled();
  const order = (...events) => {
    const at = events.map((e) => line.calls.findIndex((call) => call.token === e.replyToken));
    assert.ok(at.every((place, i) => place >= 0 && (i === 0 || place > at[i - 1])), String(at));
  };
  order(first, second, third);
  order(early, late);
});

test('an event without an id is known by what it says', async () => {
  const user = lineId();
  const bare = textEvent(user, '選單', { webhookEventId: undefined });
  await it.post(bare);
  await it.post(bare, { ...bare, replyToken: 'another', deliveryContext: { isRedelivery: true } });
  const postback = event(user, 'postback', { webhookEventId: undefined, postback: { data: 'cmd:menu' } });
  await it.post(postback, { ...postback, postback: { data: 'cmd:progress' }, replyToken: 'different' });
  await it.settled();
  assert.equal(line.of(user, bare.replyToken, 'another').length, 1);
  assert.equal(line.of(user, postback.replyToken, 'different').length, 2, 'other data is another event');
});

test('standby events cause no call', async () => {
  const user = lineId();
  const quiet = [textEvent(user, '選單', { mode: 'standby' }), textEvent(user, crisisText, { mode: 'standby' }),
                 event(user, 'follow', { mode: 'standby', follow: { isUnblocked: false } })];
  const after = textEvent(user, '進度');
  await it.post(...quiet);
  await it.post(after);
  await answered(user, after.replyToken);
  await it.settled();
  assert.equal(line.of(user, ...quiet.map((e) => e.replyToken)).length, 0);
});

test('an unsend that comes before its message wins', async () => {
  const user = lineId(), message = textEvent(user, '選單');
  const unsend = event(user, 'unsend', { replyToken: undefined, unsend: { messageId: message.message.id } });
  await it.post(unsend);
  await it.settled();
  await it.post(message);
  await it.settled();
  assert.equal(line.of(user, message.replyToken).length, 0);
});

test('after unfollow nothing is sent; following again is greeted', async () => {
  const user = lineId();
  const follow = event(user, 'follow', { follow: { isUnblocked: false } });
  await it.post(follow);
  await answered(user, follow.replyToken);
  await it.post(event(user, 'unfollow', { replyToken: undefined }));
  await it.settled();
  const calls = line.calls.length;
  await sleep(300);
  assert.equal(line.calls.length, calls);
  const again = event(user, 'follow', { follow: { isUnblocked: true } });
  await it.post(again);
  await answered(user, again.replyToken);
});

test('one poisonous event stops nobody', async () => {
  const user = lineId(), good = textEvent(user, '選單');
  const source = { type: 'user', userId: user };
  const odd = [{ type: 'message', source, replyToken: 'x', message: { type: 'text', text: { a: 1 } } },
               { type: 'postback', source, postback: { data: `v:${'/'.repeat(3_000)}` } },
               textEvent(user, '\u0000\u{1F468}\u200D\u{1F469}'.repeat(900)), textEvent(user, '')];
  await it.post(...odd, good, ...odd);
  await answered(user, good.replyToken);
  await it.settled();
  assert.equal((await it.ops('/readyz')).status, 200);
});

test('LINE down, then up: every event is answered, by a push with one key and the same bytes', async () => {
  await line.close();
  const people = Array.from({ length: 20 }, (_, i) => ({ user: lineId(), message: i % 5 ? '選單' : crisisText }));
  for (const person of people) {
    person.event = textEvent(person.user, person.message);
    await it.post(person.event);
  }
  assert.equal((await it.ops('/readyz')).status, 200, 'ready whatever LINE does');
  await sleep(2_500);
  let first = true;
  line.script = (call) => call.to === people[1].user && first ? ((first = false), { status: 500, body: '{}' }) : undefined;
  await line.open();
  await it.settled(30_000);
  for (const { user, event: { replyToken } } of people) {
    const calls = line.of(user, replyToken);
    assert.equal(taken(calls).length, 1);
    assert.ok(calls.every((call) => call.endpoint === 'push' && call.key), 'known not to be accepted: pushed');
    assert.equal(new Set(calls.map((call) => call.key + call.raw)).size, 1);
  }
  assert.ok(line.of(people[1].user).length === 2, 'the failed push was repeated');
  line.script = () => undefined;
});

const nth = (pick) => {  // what each call for one thing meets: the first, the second, …
  const seen = new Map();
  return (call) => {
    const name = call.token || call.key, at = seen.get(name) ?? 0;
    seen.set(name, at + 1);
    return pick(call, at);
  };
};

faulty('LINE takes a reply and says 500: repeated once with the same token; its 400 counts as sent',
  nth((call, at) => call.endpoint === 'reply' && at === 0 ? { status: 500, accept: true } : undefined), async () => {
    const calls = await asked('選單', (made) => made.length >= 2);
    assert.deepEqual(calls.map((call) => call.endpoint), ['reply', 'reply']);
    assert.equal(calls[0].raw, calls[1].raw);
    await it.settled();
  });

for (const [how, told] of [['closes the connection', { cut: 'after' }], ['never answers', { never: true, accept: true }]])
  faulty(`LINE takes a reply and ${how}: repeated once; in a crisis pushed after the 400`,
    nth((call, at) => call.endpoint !== 'reply' ? undefined : at === 0 ? told : said(400, 'Invalid reply token')),
    async () => {
      const [plain, crisis] = await Promise.all([
        asked('選單', (made) => made.length >= 2, 20_000), asked(crisisText, (made) => made.length >= 3, 20_000)]);
      assert.deepEqual(plain.map((call) => call.endpoint), ['reply', 'reply'], 'no push');
      assert.deepEqual(crisis.map((call) => call.endpoint), ['reply', 'reply', 'push']);
      await it.settled();
    });

faulty('a reply that LINE refuses outright is pushed',
  (call) => call.endpoint === 'reply' ? said(400, 'Invalid reply token') : undefined, async () => {
    const calls = await asked('選單');
    assert.deepEqual(calls.map((call) => call.endpoint), ['reply', 'push']);
  });

faulty('429 by rate waits and is tried again with the same key',
  nth((call, at) => call.endpoint === 'reply' || at < 2
    ? said(429, 'The API rate limit has been exceeded. Try again later.') : undefined),
  async () => {
    const calls = await asked('選單', undefined, 20_000);
    const pushes = calls.filter((call) => call.endpoint === 'push');
    assert.equal(pushes.length, 3);
    assert.equal(new Set(pushes.map((call) => call.key + call.raw)).size, 1);
    assert.ok(pushes[1].at - pushes[0].at >= 400, 'waits');
  });

faulty('429 by quota holds an ordinary message but a crisis is tried on',
  (call) => call.endpoint === 'reply' ? { status: 400 } : said(429, 'You have reached your monthly limit.'),
  async () => {
    const ordinary = await asked('選單', (made) => made.some((call) => call.endpoint === 'push'));
    const crisis = await asked(crisisText, (made) => made.filter((call) => call.endpoint === 'push').length >= 3, 20_000);
    const quotaUser = ordinary[1].to;
    assert.equal(line.of(quotaUser).length, 1, 'one push, then it is held');
    assert.equal(new Set(crisis.slice(1).map((call) => call.key + call.raw)).size, 1);
    line.script = () => undefined;
    await answered(crisis[1].to);
    assert.equal(taken(line.of(quotaUser)).length, 0, 'still held');
  });

faulty('a page of garbage with 200 is no acceptance',
  nth((call, at) => at === 0 ? { status: 200, type: 'text/html', body: '<html><body>Sign in to the network' } : undefined),
  async () => {
    const calls = await asked('選單');
    assert.deepEqual(calls.map((call) => [call.endpoint, call.taken]), [['reply', false], ['reply', true]]);
  });

faulty('409 on a push is sent',
  (call) => call.endpoint === 'reply' ? { status: 400 } : said(409, 'The retry key is already accepted'), async () => {
    const calls = await asked('選單', (made) => made.some((call) => call.endpoint === 'push'));
    await sleep(2_000);
    assert.equal(line.of(calls[1].to).length, 1, 'not repeated');
  });

faulty('SIGTERM while LINE never answers: exit 0 within 10 s, promises kept', () => ({ never: true }), async () => {
  const user = lineId(), message = textEvent(user, '選單');
  await it.post(message);
  await until('a call under way', () => line.of(user, message.replyToken).length);
  await it.stop();
  line.script = () => undefined;
  await it.serve();
  await answered(user, message.replyToken);
});

faulty('while LINE hangs, webhooks get their 200, a crisis card leaves at once and everything is ready',
  (call) => words(call).includes('1925') ? undefined : { never: true }, async () => {
    const messages = Array.from({ length: 60 }, () => textEvent(lineId(), '進度'));
    for (const message of messages) await it.post(message);
    const tokens = new Set(messages.map((message) => message.replyToken));
    await until('ordinary calls hang', () => line.calls.filter((call) => tokens.has(call.token)).length >= 10);
    const cry = textEvent(lineId(), crisisText), started = Date.now();
    const { status, tookMs } = await it.send(JSON.stringify({ events: [cry] }));
    assert.equal(status, 200);
    assert.ok(tookMs < 2_000, `${tookMs} ms`);
    await answered(cry.source.userId, cry.replyToken);
    assert.ok(Date.now() - started < 2_000, 'the card waits for nobody');
    assert.equal((await it.ops('/readyz')).status, 200);
    await line.close();
    line.script = () => undefined;
    await line.open();
    const open = () => messages.filter((m) => taken(line.of(m.source.userId, m.replyToken)).length === 0);
    await until('all are answered', () => open().length === 0, 40_000);
    for (const { source, replyToken } of messages) assert.equal(taken(line.of(source.userId, replyToken)).length, 1);
  });

test('it stops', () => it.remove());

await runTests();
