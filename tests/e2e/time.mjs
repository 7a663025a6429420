// Hours and days from outside: a whole Careline whose clock the test turns (faketime), with LINE on loopback.
import assert from 'node:assert/strict';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fakeTime } from './faketime.mjs';
import { Careline, LineStub, event, lineId, runTests, sleep, test, textEvent, until } from './whole.mjs';

const minute = 60_000, hour = 60 * minute;
const clockFile = join(tmpdir(), `careline-clock-${process.pid}`);
let ahead = 0;
const morning = Date.parse('2026-11-24T10:20:00+08:00');

/** The program's clock jumps; it reads the file whenever it asks for the time. */
async function later(ms) {
  ahead += ms;
  const text = new Date(morning + ahead + 8 * hour).toISOString().slice(0, 19).replace('T', ' ');
  writeFileSync(`${clockFile}.new`, `@${text}\n`);
  renameSync(`${clockFile}.new`, clockFile);  // never half a time
  await sleep(1_200);  // what is due at the new time begins
}

await later(0);
const line = await new LineStub().open();
const it = await Careline.start(line, {
  env: fakeTime({ FAKETIME_TIMESTAMP_FILE: clockFile, FAKETIME_NO_CACHE: '1' }),
});

const words = (call) => JSON.stringify(call.messages);
const taken = (calls) => calls.filter((call) => call.taken);

/** What is answered to one message, by its reply token. */
async function says(user, text, more) {
  const message = textEvent(user, text, more);
  await it.post(message);
  return words(await until(`the answer to ${text}`, () => taken(line.of(user, message.replyToken))[0]));
}

test('LINE down for an hour: ready all the while, then every event is answered once, by a push', async () => {
  await line.close();
  const people = ['選單', '我想死', '匿名提問', '進度'].map((text) => ({ user: lineId(), text }));
  for (const person of people) {
    person.event = textEvent(person.user, person.text);
    await it.post(person.event);
  }
  for (let i = 0; i < 4; ++i) {
    await later(15 * minute);
    assert.equal((await it.ops('/readyz')).status, 200);
  }
  await line.open();
  await later(5 * minute);  // the longest pause between two tries
  await it.settled(30_000);
  for (const { user, event: { replyToken } } of people) {
    const calls = taken(line.of(user, replyToken));
    assert.deepEqual(calls.map((call) => call.endpoint), ['push']);
  }
  assert.match(words(taken(line.of(people[1].user))[0]), /1925/);
  assert.equal(await it.metric('careline_alarm{code="clock"}'), 1, 'a clock that jumps is told');
});

test('a conversation left for 30 minutes rests: its draft is offered once, at the next message, and never quoted', async () => {
  const user = lineId(), secret = '與主管的相處讓我很累';
  for (const text of ['匿名提問', '相處', secret]) await says(user, text);
  const before = line.calls.length;
  await later(31 * minute);
  assert.equal(line.calls.length, before, 'nothing is pushed');
  const offer = await says(user, '選單');
  assert.match(offer, /繼續/);
  assert.doesNotMatch(offer, new RegExp(secret));
  assert.doesNotMatch(await says(user, '進度'), /草稿/);
  assert.match(await says(user, '繼續'), /寫好了/);
  assert.match(await says(user, '寫好了'), /要通知/);
});

test('a draft is gone after a day', async () => {
  const user = lineId();
  for (const text of ['匿名提問', '相處', '想問的事']) await says(user, text);
  await later(25 * hour);
  assert.doesNotMatch(await says(user, '選單'), /草稿/);
});

test('an older edit never replaces a newer one, whichever comes first', async () => {
  const user = lineId(), at = Date.now();
  for (const text of ['匿名提問', '相處']) await says(user, text);
  const message = textEvent(user, '最早的話', { timestamp: at });
  await it.post(message);
  const edited = (text, timestamp) => event(user, 'messageEdited', {
    timestamp, replyToken: undefined, message: { id: message.message.id, type: 'text', text },
  });
  await it.post(edited('最新的話', at + 20_000));
  await it.settled();
  await it.post(edited('中間的話', at + 10_000));
  await it.settled();
  await says(user, '寫好了');
  const review = await says(user, '要通知');
  assert.match(review, /最新的話/);
  assert.doesNotMatch(review, /最早的話|中間的話/);
});

test('a push is given up before its key has lived for 24 hours, and the console is told', async () => {
  const user = lineId(), message = textEvent(user, '選單');
  line.script = (call) => (call.to === user || call.token === message.replyToken ? { status: 500, body: '{}' } : undefined);
  await it.post(message);
  await until('a push', () => line.of(user).some((call) => call.endpoint === 'push'));
  await later(25 * hour);
  await until('a dead letter', async () => (await it.metric('careline_outbox_dead')) === 1, 10_000);
  line.script = () => undefined;
  await later(10 * minute);
  assert.equal(taken(line.of(user, message.replyToken)).length, 0);
});

test('it stops', async () => {
  await it.remove();
  rmSync(clockFile);
});
await runTests();
