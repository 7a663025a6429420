// Nothing readable on disk: unique words go through every field and flow of a whole Careline; then its store, its
// output and its metrics are searched for them in every way that text is commonly written.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Careline, LineStub, event, lineId, runTests, test, textEvent, until } from './whole.mjs';

const canaries = new Map();  // what may be found nowhere → where it was put
const kept = (where, word) => {
  canaries.set(word, where);
  return word;
};
const word = (where) => kept(where, `密語${randomBytes(9).toString('hex')}鑰匙`);
const person = (where) => kept(`LINE id, ${where}`, lineId());

// The same bytes in base64, wherever in a triple they begin; the characters that depend on neighbours left out.
function inBase64(bytes) {
  return [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64').replace(/=+$/, '');
    const sure = text.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
    return [sure, sure.replace(/\+/g, '-').replace(/\//g, '_')];
  });
}

/** Every way in which one word might stand in a file, as bytes. */
function forms(text) {
  const utf8 = Buffer.from(text), utf16 = Buffer.from(text, 'utf16le');
  const escaped = text.replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const percent = encodeURIComponent(text), hex = utf8.toString('hex');
  const binary = /^[UCR][0-9a-f]{32}$/.test(text) ? [Buffer.from(text.slice(1), 'hex')] : [];
  // The random middle alone, where what surrounds it was cut or written differently.
  const random = text.slice(2, -2);
  const middle = /^密語/.test(text) ? ['utf8', 'utf16le', 'hex'].map((way) => Buffer.from(random, way)) : [];
  const written = [escaped, escaped.toUpperCase(), percent, percent.toLowerCase(), hex, hex.toUpperCase(), ...inBase64(utf8)];
  return [utf8, utf16, Buffer.from(utf16).swap16(), ...binary, ...middle, ...written.map((form) => Buffer.from(form))];
}

/** Where one of the words stands in these bytes, in any form. */
function found(bytes) {
  return [...canaries].filter(([text]) => forms(text).some((form) => bytes.includes(form))).map(([, where]) => where);
}

const line = await new LineStub().open();
const it = await Careline.start(line, { demo: true });
kept('channel secret', it.secret);
kept('channel access token', it.token);

function filesOf(folder) {
  return readdirSync(folder).map((name) => join(folder, name)).filter((path) => statSync(path).isFile());
}

// A figure's name, and for alarms the code of one: nothing else may ever label a figure.
const figure = /^careline_(webhook_[a-z_]+_total|alarm\{code="[a-z_]+"\}|(in|out)box_(waiting|dead)|store_readable) \d+$/;

async function searched(when) {
  const metrics = it.child.exitCode === null ? (await it.ops('/metrics')).text : '';
  for (const row of metrics.split('\n').filter((text) => text && !text.startsWith('#'))) assert.match(row, figure);
  const paths = [...filesOf(it.store), it.log];
  const places = [...paths.map((path) => [path.slice(it.folder.length + 1), readFileSync(path)]),
                  ['/metrics', Buffer.from(metrics)], ['names of files', Buffer.from(paths.join('\n'))]];
  for (const [place, bytes] of places) assert.deepEqual(found(bytes), [], `${place}, ${when}`);
  return new Map(places);
}

/** One event, and the words of the answer to it. */
async function tell(made) {
  if (made.replyToken) kept('reply token', made.replyToken);
  await it.post(made);
  const call = await until(`an answer to a ${made.type}`, () => line.calls.find((c) => c.token === made.replyToken));
  return JSON.stringify(call.messages);
}
const say = (user, text, more) => tell(textEvent(user, text, more));
async function walk(user, steps) {
  let last = '';
  for (const step of steps) last = await say(user, step);
  return last;
}

/** The console as a browser uses it, without one. */
class Operator {
  #base = `http://127.0.0.1:${it.consolePort}`;
  #cookie = '';
  #token = '';
  async post(path, data) {
    const response = await fetch(this.#base + path, {
      method: 'POST', body: JSON.stringify(data),
      headers: { 'content-type': 'application/json', origin: this.#base, cookie: this.#cookie, 'x-careline-token': this.#token },
    });
    this.#cookie = (response.headers.get('set-cookie') ?? this.#cookie).split(';')[0];
    return response.status;
  }
  async page(path) {
    const text = await (await fetch(this.#base + path, { headers: { cookie: this.#cookie } })).text();
    this.#token = text.match(/data-token="([^"]*)"/)?.[1] ?? this.#token;
    return text;
  }
  static async enter(name, role) {
    const password = kept(`password of ${name}`, randomBytes(12).toString('hex'));
    it.run('operator', 'add', name, '--role', role, { input: `${password}\n` });
    const operator = new Operator();
    await operator.page('/sign-in');
    const code = it.run('operator', 'code', name).trim();
    assert.equal(await operator.post('/sign-in', { name, password, code, place: '/' }), 200);
    return operator;
  }
  /** Opens every thread that waits until one holds this text; gives its address. */
  async thread(text) {
    for (const [, id] of (await this.page('/')).matchAll(/\/threads\/([0-9a-f]+)/g))
      if ((await this.page(`/threads/${id}`)).includes(text)) return `/threads/${id}`;
    throw new Error('no thread holds the text');
  }
}

test('the search finds each form', () => {
  const probe = word('probe');
  for (const form of forms(probe))
    assert.deepEqual(found(Buffer.concat([randomBytes(1_000), form, randomBytes(1_000)])), ['probe'], form.toString('latin1'));
  for (let shift = 0; shift < 3; ++shift)
    assert.deepEqual(found(Buffer.from(Buffer.from(`${'x'.repeat(shift)}${probe}y`).toString('base64'))), ['probe'], `base64 ${shift}`);
  assert.deepEqual(found(Buffer.from(JSON.stringify({ probe }))), ['probe']);
  const id = person('probe');
  assert.deepEqual(found(Buffer.from(id.slice(1), 'hex')), ['LINE id, probe']);
  canaries.delete(probe);
  canaries.delete(id);
});

let counsellor, admin;
const asker = person('asker'), client = person('client'), member = person('member');

test('operators sign in', async () => {
  counsellor = await Operator.enter('counsellor', 'counsellor');
  admin = await Operator.enter('admin', 'admin');
  await searched('after signing in');
});

test('an anonymous question, its answer and its follow-up', async () => {
  const [subject, one, two, answer, more] =
    ['subject', 'body', 'second body', 'answer', 'follow-up'].map((where) => word(`question: ${where}`));
  const receiptIn = /"text":"([0-9A-HJKMNP-TV-Z]{26})"/;
  const sent = await walk(asker, ['匿名提問', subject, one, two, '寫好了', '要通知', '送出']);
  const receipt = kept('receipt', sent.match(receiptIn)[1]);
  const thread = await counsellor.thread(one);
  await searched('with a question stored');
  assert.equal(await counsellor.post(`${thread}/draft`, { text: word('question: a draft of the answer') }), 200);
  await searched('with a draft kept');
  assert.equal(await counsellor.post(`${thread}/reply`, { text: answer, key: randomBytes(8).toString('hex') }), 200);
  assert.match(await say(asker, '查看回覆'), new RegExp(answer));
  await walk(asker, ['追問', more, '送出']);
  assert.match(await counsellor.page(thread), new RegExp(more));
  assert.match(await say(person('other phone'), receipt), new RegExp(answer));
  const silent = await walk(person('silent asker'), [
    '匿名提問', word('question: silent subject'), word('question: silent body'), '寫好了', '不留聯絡', '送出']);
  kept('silent receipt', silent.match(receiptIn)[1]);
  await walk(person('undecided asker'), ['匿名提問', word('question: draft subject'), word('question: draft body')]);
  await searched('after the question');
});

test('an intake with every field, and talk in the case', async () => {
  const field = (where) => word(`intake: ${where}`);
  const [agency, matter, times, contact, place, emergency, talk, answer] =
    ['agency', 'matter', 'times', 'contact', 'place', 'emergency contact', 'talk', 'answer'].map(field);
  await walk(client, ['諮商預約', '同意', '沒有', agency, '公務人員', '心理健康', '面談', matter, '寫好了', times, contact]);
  await searched('in the middle of an intake');
  assert.match(await walk(client, [place, emergency, '可以留言', '送出']), /個案/);
  const thread = await counsellor.thread(matter);
  assert.match(await counsellor.page(thread), new RegExp(contact));
  assert.match(await say(client, talk), /已轉給/);
  assert.equal(await counsellor.post(`${thread}/reply`, { text: answer, key: randomBytes(8).toString('hex') }), 200);
  assert.match(await say(client, '查看回覆'), new RegExp(answer));
  const gone = textEvent(client, word('intake: unsent talk'));
  await tell(gone);
  await it.post(event(client, 'unsend', { replyToken: undefined, unsend: { messageId: gone.message.id } }));
  await searched('after the intake');
});

test('posts, care messages, and what people say beside the way', async () => {
  await walk(member, ['主題群組', '壓力症候群-OUT', '加入']);
  const post = word('post'), care = word('care message');
  await admin.page('/topics');
  const topic = (await admin.page('/topics')).match(/<option value="([^"]+)">壓力症候群-OUT/)[1];
  assert.equal(await admin.post('/topics/preview', { topic, text: post }), 200);
  assert.equal(await admin.post('/topics/send', { topic, text: post, key: 'one' }), 200);
  await until('the post', () => line.calls.some((c) => c.endpoint === 'multicast' && c.raw.includes(post)));
  assert.match(await say(member, '看貼文'), new RegExp(post));
  assert.equal(await admin.post('/care/send', { text: care, key: 'two' }), 200);
  await until('the care message', () => line.calls.some((c) => c.endpoint === 'multicast' && c.raw.includes(care)));
  await say(person('at rest'), word('text at rest'));
  const crisis = word('crisis text');
  await say(person('in a crisis'), `我想死 ${crisis}`);
  await counsellor.thread(crisis);
  await tell(event(person('postback'), 'postback', { postback: { data: word('postback data') } }));
  await tell(event(person('image'), 'message', { message: { id: '1', type: 'image', fileName: word('file name') } }));
  const place = { id: '2', type: 'location', title: word('place title'), address: word('address') };
  await tell(event(person('location'), 'message', { message: place }));
  const group = kept('group id', lineId('C'));
  const mention = { mentionees: [{ index: 0, length: 1, isSelf: true, type: 'user' }] };
  await tell(event('', 'message', {
    source: { type: 'group', groupId: group, userId: person('in a group') },
    message: { id: '3', type: 'text', text: `@ ${word('group talk')}`, mention },
  }));
  await it.post(textEvent('', word('overheard talk'), {
    source: { type: 'room', roomId: kept('room id', lineId('R')), userId: person('in a room') },
  }));
  await searched('after posts and talk');
});

test('errors and what they leave', async () => {
  const body = JSON.stringify({ events: [textEvent(person('forged'), word('forged text'))] });
  assert.equal((await it.send(body, { 'x-line-signature': 'wrong' })).status, 401);
  assert.equal((await it.send(`${body}${word('broken JSON')}`)).status, 400);
  assert.equal((await it.send(body, { 'content-encoding': word('header').replace(/[^ -~]/g, '') })).status, 415);
  assert.equal((await it.send(body, { 'x-pad': `${'y'.repeat(17_000)}` })).status, 431);
  const stranger = { name: word('unknown name'), password: word('wrong password'), place: '/' };
  assert.notEqual(await new Operator().post('/sign-in', stranger), 200);
  await counsellor.page(`/threads/${randomBytes(16).toString('hex')}?q=${encodeURIComponent(word('address of a page'))}`);
  await it.post({ type: 'message', source: { type: 'user', userId: member }, message: { type: 'text', text: [word('poison')] } },
                { type: word('unknown type'), source: { type: 'user', userId: person('of an unknown type') } });
  line.script = () => ({ status: 400, body: JSON.stringify({ message: word("LINE's error") }) });
  const refused = textEvent(person('refused by LINE'), word('text that LINE refuses the answer to'));
  await it.post(refused);
  await until('a dead letter', async () => (await it.metric('careline_outbox_dead')) > 0);
  assert.match(await admin.page('/undelivered'), /400|LINE/);
  line.script = () => undefined;
  await searched('after errors');
});

test('what waits while LINE is down, killed and stopped', async () => {
  await line.close();
  await it.post(textEvent(person('waiting'), word('text while down')), textEvent(member, `我想死 ${word('crisis while down')}`));
  await admin.page('/care');
  assert.equal(await admin.post('/care/send', { text: word('care message while down'), key: 'three' }), 200);
  await until('waiting promises', async () => (await it.metric('careline_outbox_waiting')) > 0);
  const places = await searched('while LINE is down');
  for (const end of ['.db', '-wal', '-shm']) assert.ok([...places.keys()].some((name) => name.endsWith(end)), end);
  await it.post(textEvent(person('killed'), word('text before the kill')));
  await it.kill();
  await searched('after kill -9');
  await it.serve();
  await it.stop();
  await searched('after the end');
  console.log(`       ${canaries.size} words in ${forms(word('count')).length} forms`);
});

test('each line of the output is JSON of known fields', async () => {
  const events = new Set(['serve_started', 'serve_stopping', 'alarm_started', 'alarm_ended', 'retention_done', 'retention_failed']);
  const known = new Set(['at', 'level', 'event', 'count', 'port', 'status', 'reason', 'milliseconds', 'version', 'listener', 'schema']);
  const rows = readFileSync(it.log, 'utf8').trim().split('\n').map((row) => JSON.parse(row));
  assert.ok(rows.length > 0);
  for (const row of rows) {
    assert.ok(Object.keys(row).every((name) => known.has(name)), JSON.stringify(Object.keys(row)));
    assert.ok(events.has(row.event), row.event);
  }
  await it.remove();
});

await runTests();
