// A store that is full, damaged, newer or in use, settings that are wrong, and commands beside a running service.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync, mkdtempSync, openSync, readFileSync, rmdirSync, statSync, statfsSync, truncateSync, unlinkSync, writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Careline, LineStub, lineId, runTests, skip, test, textEvent, until } from './whole.mjs';

const line = await new LineStub().open();
const it = await Careline.start(line);
const taken = (calls) => calls.filter((call) => call.taken);

test('a second serve ends with 1 within 1 s and disturbs nobody', async () => {
  const started = Date.now();
  const { code, out } = it.attempt('serve');
  assert.equal(code, 1, out);
  assert.ok(Date.now() - started < 1_000);
  const message = textEvent(lineId(), '選單');
  await it.post(message);
  await until('an answer', () => taken(line.of(message.source.userId, message.replyToken)).length);
});

test('operators can be added while it serves and while it is stopped', async () => {
  const add = (name, password = 'twelve or more') =>
    it.attempt('operator', 'add', name, '--role', 'counsellor', { input: `${password}\n` });
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

test('codes are printed for a demo only, while it serves and while it is stopped', async () => {
  const refused = it.attempt('operator', 'code', 'running');
  assert.equal(refused.code, 1);
  assert.match(refused.out, /init --demo/);
  assert.equal(it.attempt('init', '--demo').code, 1, 'a database does not become a demo');
  const demo = await Careline.start(line, { demo: true });
  try {
    assert.equal(demo.attempt('init', '--demo').code, 0);
    demo.run('operator', 'add', 'one', '--role', 'admin', { input: 'twelve or more\n' });
    const code = demo.run('operator', 'code', 'one');
    assert.match(code, /^\d{6}\n$/);
    assert.equal(demo.attempt('operator', 'code', 'nobody').code, 1);
    await demo.stop();
    assert.match(demo.run('operator', 'code', 'one'), /^\d{6}\n$/);
  } finally {
    await demo.remove();
  }
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
    const deliver = async (message) => {
      const { status } = await other.send(JSON.stringify({ events: [message] }));
      return { message, user: message.source.userId, status };
    };
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
    const cry = await deliver(textEvent(lineId(), '我想死'));
    assert.equal(cry.status, 503);
    await until('the lifeline', () => line.of(cry.user, cry.message.replyToken).length);
    const [call] = line.of(cry.user, cry.message.replyToken);
    assert.equal(call.endpoint, 'reply');
    assert.match(JSON.stringify(call.messages), /1925|119/);
    assert.ok(statfsSync(disk).bavail < 16, 'still full');
    unlinkSync(ballast);
    await until('ready again', async () => (await other.ops('/readyz')).status === 200);
    for (const { message } of refused)
      assert.equal((await deliver({ ...message, deliveryContext: { isRedelivery: true } })).status, 200);
    await other.settled(20_000);
    for (const { message, user } of tries)
      assert.equal(taken(line.of(user, message.replyToken)).length, 1, 'each answered once, those before too');
    await other.stop();
    assert.equal(other.sql('PRAGMA integrity_check'), 'ok');
  }));

test('it stops', () => it.remove());

await runTests();
