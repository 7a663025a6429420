// Faults from outside against a whole Careline: doubled and shuffled events, a LINE that is down, slow or lying, and
// a store that is full, damaged, newer or somebody else's.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, statfsSync, truncateSync, unlinkSync, writeFileSync, openSync, writeSync, closeSync, existsSync, mkdtempSync, rmdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Careline, LineStub, event, lineId, runTests, skip, sleep, test, textEvent, until } from './whole.mjs';

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
  const copies = Array.from({ length: 10 }, (_, i) => messages.map((m) => ({ ...m, deliveryContext: { isRedelivery: i > 0 } }))).flat();
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
  const odd = [{ type: 'message', source: { type: 'user', userId: user }, replyToken: 'x', message: { type: 'text', text: { a: 1 } } },
               { type: 'postback', source: { type: 'user', userId: user }, postback: { data: `v:${'/'.repeat(3_000)}` } },
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
    nth((call, at) => call.endpoint === 'reply' && at === 0 ? told : call.endpoint === 'reply' ? { status: 400, body: '{"message":"Invalid reply token"}' } : undefined),
    async () => {
      const [plain, crisis] = await Promise.all([
        asked('選單', (made) => made.length >= 2, 20_000), asked(crisisText, (made) => made.length >= 3, 20_000)]);
      assert.deepEqual(plain.map((call) => call.endpoint), ['reply', 'reply'], 'no push');
      assert.deepEqual(crisis.map((call) => call.endpoint), ['reply', 'reply', 'push']);
      await it.settled();
    });

faulty('a reply that LINE refuses outright is pushed',
  (call) => call.endpoint === 'reply' ? { status: 400, body: '{"message":"Invalid reply token"}' } : undefined, async () => {
    const calls = await asked('選單');
    assert.deepEqual(calls.map((call) => call.endpoint), ['reply', 'push']);
  });

faulty('429 by rate waits and is tried again with the same key',
  nth((call, at) => call.endpoint === 'reply' || at < 2 ? { status: 429, body: '{"message":"The API rate limit has been exceeded. Try again later."}' } : undefined),
  async () => {
    const calls = await asked('選單', undefined, 20_000);
    const pushes = calls.filter((call) => call.endpoint === 'push');
    assert.equal(pushes.length, 3);
    assert.equal(new Set(pushes.map((call) => call.key + call.raw)).size, 1);
    assert.ok(pushes[1].at - pushes[0].at >= 400, 'waits');
  });

let quotaUser;
faulty('429 by quota holds an ordinary message but a crisis is tried on',
  (call) => call.endpoint === 'reply' ? { status: 400 } : { status: 429, body: '{"message":"You have reached your monthly limit."}' },
  async () => {
    const ordinary = await asked('選單', (made) => made.some((call) => call.endpoint === 'push'));
    const crisis = await asked(crisisText, (made) => made.filter((call) => call.endpoint === 'push').length >= 3, 20_000);
    quotaUser = ordinary[1].to;
    assert.equal(line.of(quotaUser).length, 1, 'one push, then it is held');
    assert.equal(new Set(crisis.slice(1).map((call) => call.key + call.raw)).size, 1);
    line.script = () => undefined;
    await answered(crisis[1].to);
    assert.equal(taken(line.of(quotaUser)).length, 0, 'still held');
  });

faulty('a page of garbage with 200 is no acceptance',
  nth((call, at) => at === 0 ? { status: 200, type: 'text/html', body: '<html><body>Sign in to the wireless network' } : undefined), async () => {
    const calls = await asked('選單');
    assert.deepEqual(calls.map((call) => [call.endpoint, call.taken]), [['reply', false], ['reply', true]]);
  });

faulty('409 on a push is sent',
  (call) => call.endpoint === 'reply' ? { status: 400 } : { status: 409, body: '{"message":"The retry key is already accepted"}' }, async () => {
    const calls = await asked('選單', (made) => made.some((call) => call.endpoint === 'push'));
    await sleep(2_000);
    assert.equal(line.of(calls[1].to).length, 1, 'not repeated');
  });

faulty('SIGTERM while LINE never answers: exit 0 within 10 s, and the promise is kept after the start', () => ({ never: true }), async () => {
  const user = lineId(), message = textEvent(user, '選單');
  await it.post(message);
  await until('a call under way', () => line.of(user, message.replyToken).length);
  await it.stop();
  line.script = () => undefined;
  await it.serve();
  await answered(user, message.replyToken);
});

test('a second serve ends with 1 within 1 s and disturbs nobody', async () => {
  const started = Date.now();
  const { code, out } = it.attempt('serve');
  assert.equal(code, 1, out);
  assert.ok(Date.now() - started < 1_000);
  await asked('選單');
});

test('operators can be added while it serves and while it is stopped', async () => {
  const add = (name, password = 'twelve or more') => it.attempt('operator', 'add', name, '--role', 'counsellor', { input: `${password}\n` });
  assert.equal(add('running').code, 0);
  assert.equal(add('running').code, 1, 'the name is taken');
  assert.equal(add('short', 'eleven char').code, 2);
  assert.equal(statSync(join(it.store, 'control.sock')).mode & 0o777, 0o600);
  assert.equal(statSync(it.store).mode & 0o777, 0o700);
  await it.stop();
  assert.equal(add('stopped').code, 0);
  assert.equal(add('running').code, 1);
  assert.equal(it.sql('SELECT count(*) FROM operators'), '2');
  await it.serve();
});

test('settings that are wrong end with 2 and say where', async () => {
  const other = await Careline.lay(line);
  try {
    const before = other.attempt('serve');
    assert.equal(before.code, 2, before.out);
    assert.match(before.out, /careline init/);
    writeFileSync(other.config, other.settings('lisen = "127.0.0.1:1"\n'));
    const { code, out } = other.attempt('check-config');
    assert.equal(code, 2);
    const at = other.settings().split('\n').length;
    assert.match(out, new RegExp(`careline\\.toml:${at}:1\\b`), out);
    assert.match(out, /listen/, 'a suggestion');
    writeFileSync(other.config, other.settings('x = [\n'));
    assert.equal(other.attempt('serve').code, 2);
    assert.equal(other.attempt('nonsense').code, 2);
  } finally {
    await other.remove();
  }
});

test('init may be repeated and replaces nothing; a key of somebody else is accepted', async () => {
  const other = await Careline.lay(line);
  const key = join(other.folder, 'etc', 'root.key'), made = Buffer.alloc(32, 7);
  writeFileSync(key, made, { mode: 0o600 });
  other.run('init');
  other.run('init');
  assert.deepEqual(readFileSync(key), made);
  await other.serve();
  await other.post(textEvent(lineId(), '選單'));
  await other.settled();
  other.run('init');
  await other.remove();
});

/** What serve says about a store of which `spoil` made something else. */
async function spoilt(spoil) {
  const other = await Careline.start(line);
  await other.post(textEvent(lineId(), '選單'));
  await other.settled();
  await other.stop();
  spoil(other);
  const answer = other.attempt('serve');
  await other.remove();
  return answer;
}

test('a database from the future is refused, and why is said', async () => {
  const { code, out } = await spoilt((other) => other.sql('PRAGMA user_version = 999'));
  assert.equal(code, 1);
  assert.match(out, /newer/);
  assert.match(out, /999/);
});

test('a damaged database is refused, and why is said', async () => {
  const file = (other) => join(other.store, 'careline.db');
  const overwrite = (path, from, bytes) => {
    const fd = openSync(path, 'r+');
    writeSync(fd, bytes, 0, bytes.length, from);
    closeSync(fd);
  };
  for (const [how, spoil] of Object.entries({
    'no database at all': (other) => writeFileSync(file(other), 'not a database, but long enough to look at'.repeat(500)),
    'a broken first page': (other) => overwrite(file(other), 100, Buffer.alloc(3_900, 0xa5)),
    'cut in the middle': (other) => truncateSync(file(other), Math.floor(statSync(file(other)).size / 8_192) * 4_096),
    'broken pages': (other) => overwrite(file(other), 4_096, Buffer.alloc(statSync(file(other)).size - 4_096, 0x5a)),
  })) {
    const { code, out } = await spoilt(spoil);
    assert.equal(code, 1, `${how}: ${code} ${out}`);
    assert.match(out, /damaged|malformed|not a database/, `${how}: ${out}`);
  }
});

/** A Careline on a small disk of its own, which the test can fill. */
async function onSmallDisk(body) {
  const disk = mkdtempSync(join(tmpdir(), 'careline-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m,mode=0700', 'tmpfs', disk], { stdio: 'pipe' });
  } catch (error) {
    rmdirSync(disk);
    skip(`no small disk can be mounted here (${String(error.stderr ?? error.message).trim()})`);
  }
  try {
    const other = await Careline.start(line, { store: join(disk, 'store') });
    try {
      await body(other, disk);
    } finally {
      await other.remove();
    }
  } finally {
    execFileSync('umount', ['-l', disk]);
    rmdirSync(disk);
  }
}

function fill(disk) {
  const file = join(disk, 'ballast'), fd = openSync(file, 'a');
  for (const size of [65_536, 4_096, 512]) {
    try {
      for (;;) writeSync(fd, Buffer.alloc(size));
    } catch (error) {
      assert.equal(error.code, 'ENOSPC');
    }
  }
  closeSync(fd);
  return file;
}

test('disk full: 503 and never a false 200, a crisis is answered all the same, and it recovers by itself', () =>
  onSmallDisk(async (other, disk) => {
    const deliver = async (message) => ({ message, user: message.source.userId, status: (await other.send(JSON.stringify({ events: [message] }))).status });
    assert.equal((await deliver(textEvent(lineId(), '選單'))).status, 200);
    await other.settled();
    const ballast = fill(disk);
    // Pages that are already in the log or the file may take a little more: only then is it full for good.
    const tries = [];
    for (let i = 0; i < 400 && tries.filter(({ status }) => status !== 200).length < 20; ++i)
      tries.push(await deliver(textEvent(lineId(), '選單')));
    const refused = tries.filter(({ status }) => status !== 200);
    assert.equal(refused.length, 20, 'the disk never became full');
    assert.ok(refused.every(({ status }) => status === 503));
    assert.equal((await other.ops('/livez')).status, 200);
    assert.equal((await other.ops('/readyz')).status, 503);
    const cry = await deliver(textEvent(lineId(), crisisText));
    assert.equal(cry.status, 503);
    await until('the lifeline', () => line.of(cry.user, cry.message.replyToken).length);
    const [call] = line.of(cry.user, cry.message.replyToken);
    assert.equal(call.endpoint, 'reply');
    assert.match(words(call), /1925|119/);
    assert.ok(statfsSync(disk).bavail < 16, 'still full');
    unlinkSync(ballast);
    await until('ready again', async () => (await other.ops('/readyz')).status === 200);
    for (const { message } of refused) assert.equal((await deliver({ ...message, deliveryContext: { isRedelivery: true } })).status, 200);
    await other.settled(20_000);
    for (const { message, user } of tries)
      assert.equal(taken(line.of(user, message.replyToken)).length, 1, 'each answered once, those before too');
    await other.stop();
    assert.equal(other.sql('PRAGMA integrity_check'), 'ok');
    assert.ok(!existsSync(ballast));
  }));

test('it stops', () => it.remove());

await runTests();
