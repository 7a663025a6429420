// Bad input against the webhook listener of a running Careline: it refuses, stays the same process and stays small.
import assert from 'node:assert/strict';
import net from 'node:net';
import { gzipSync } from 'node:zlib';
import { Careline, LineStub, runTests, sleep, test, textEvent, lineId } from './whole.mjs';

const line = await new LineStub().open();
const it = await Careline.start(line);
await it.post();
await it.post(textEvent(lineId(), '選單'));
await it.settled();
const pid = it.child.pid;
const before = it.memory();
const stored = () => it.metric('careline_webhook_events_stored_total');

/** Writes bytes as they are (pieces one after another) and gives every status that came back until the end. */
function raw(pieces, { waitMs = 1_500, gapMs = 0 } = {}) {
  return new Promise((resolve) => {
    let text = '';
    const socket = net.connect(it.port, '127.0.0.1');
    const finish = () => {
      socket.destroy();
      resolve({ text, statuses: [...text.matchAll(/HTTP\/1\.[01] (\d{3}) /g)].map((m) => Number(m[1])) });
    };
    let timer = setTimeout(finish, waitMs);
    socket.on('data', (data) => {
      if (text.length < 1_000_000) text += data.toString('latin1');
      clearTimeout(timer);
      timer = setTimeout(finish, 400);  // a second answer would follow at once
    });
    socket.on('error', () => {}).on('close', () => { clearTimeout(timer); finish(); });
    (async () => {
      for (const piece of [pieces].flat()) {
        if (socket.destroyed) return;
        if (!socket.write(piece)) await Promise.race([new Promise((drained) => socket.once('drain', drained)), sleep(waitMs)]);
        if (gapMs) await sleep(gapMs);
      }
    })();
  });
}

const empty = '{"destination":"U0","events":[]}';
const head = (fields, { method = 'POST', target = '/line/webhook', signed = empty } = {}) =>
  [`${method} ${target} HTTP/1.1`, 'Host: x', `x-line-signature: ${it.sign(signed)}`, ...fields, '', ''].join('\r\n');

/** At most one answer, and none but these: closing the connection is always allowed. */
async function refused(name, bytes, allowed, options) {
  const { statuses } = await raw(bytes, options);
  assert.ok(statuses.length <= 1, `${name}: ${statuses.length} answers`);
  if (statuses.length) assert.ok(allowed.includes(statuses[0]), `${name}: ${statuses[0]}, not ${allowed}`);
}

test('a signature that is wrong, missing or cut off gets 401 and has no effect', async () => {
  const body = JSON.stringify({ destination: 'U0', events: [textEvent(lineId(), '選單')] });
  const right = it.sign(body);
  const wrong = [right.slice(0, -1), right.slice(0, 20), '', `${right}A`, right.toLowerCase(), it.sign(`${body} `),
                 Buffer.from(right, 'base64').toString('hex'), `${right[0] === 'A' ? 'B' : 'A'}${right.slice(1)}`];
  const had = await stored();
  for (const signature of wrong)
    assert.equal((await it.send(body, { 'x-line-signature': signature })).status, 401, JSON.stringify(signature));
  const bare = `POST /line/webhook HTTP/1.1\r\nHost: x\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  assert.deepEqual((await raw(bare)).statuses, [401], 'no signature');
  assert.equal((await it.send(`${body}\n`, { 'x-line-signature': right })).status, 401, 'other bytes');
  assert.equal(await stored(), had);
});

test('signed, but no JSON, no UTF-8 or nested deeper than 64: 400', async () => {
  const nested = (depth) => `{"events":[],"x":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
  for (const body of ['', 'events', '{"events":[}', '{"events":[]}x', '{"events":[],}', nested(65), nested(5_000),
                      '['.repeat(100_000), '{"a":'.repeat(100_000)])
    assert.equal((await it.send(body)).status, 400, body.slice(0, 30));
  for (const bytes of ['ff', 'c0af', 'eda080', 'f4908080', 'e282'])
    assert.equal((await it.send(Buffer.concat([Buffer.from('{"events":[],"x":"'), Buffer.from(bytes, 'hex'), Buffer.from('"}')]))).status, 400, bytes);
  assert.equal((await it.send(nested(64))).status, 200, 'exactly 64');
});

test('signed without events, and events of unknown shape: 200', async () => {
  assert.equal((await it.send(empty)).status, 200);
  assert.equal((await it.send('{"destination":"U0"}')).status, 200);
  const odd = [{}, { type: 'somethingNew' }, { type: 'message' }, { type: 'message', message: 7 }, null, 5, [],
               { type: 'postback', source: {}, postback: {} }, { type: 'message', source: { userId: 3 }, message: { type: 'text' } },
               { type: 'unsend' }, { type: 'follow', source: null, timestamp: 'x' }, { type: 'message', timestamp: 1e400, source: [] }];
  assert.equal((await it.send(JSON.stringify({ events: odd }))).status, 200);
  assert.equal((await it.ops('/readyz')).status, 200);
});

test('fixed length and chunked alike; a body of exactly 1 MiB is taken', async () => {
  const inPieces = (body, size) => Buffer.from(body).toString('latin1').match(new RegExp(`[^]{1,${size}}`, 'g'))
    .map((piece) => Buffer.from(`${piece.length.toString(16)}\r\n${piece}\r\n`, 'latin1'));
  const chunked = [head(['Transfer-Encoding: chunked']), ...inPieces(empty, 7), '0\r\n\r\n'];
  assert.deepEqual((await raw(chunked)).statuses, [200]);
  assert.deepEqual((await raw(chunked, { gapMs: 20 })).statuses, [200], 'piece by piece');
  const large = `${empty.slice(0, -1)},"x":"${'x'.repeat(1024 * 1024 - empty.length - 7)}"}`;
  assert.equal((await it.send(large)).status, 200, `${large.length} bytes`);
});

test('stray, doubled, signed or non-decimal lengths: 400 or closed', async () => {
  const n = empty.length;
  for (const fields of [['Content-Length: -1'], [`Content-Length: +${n}`], [`Content-Length: 0x${n.toString(16)}`],
                        [`Content-Length: ${n}, ${n}`], ['Content-Length: abc'], ['Content-Length:'], [`Content-Length: ${n}.0`],
                        [`Content-Length: ${n} 5`], [`Content-Length: ${n}`, `Content-Length: ${n}`],
                        [`Content-Length: ${n}`, `Content-Length: ${n + 1}`], [`Content-Length : ${n}`],
                        [`Content-Length: ${n}`, 'Transfer-Encoding: chunked'], ['Transfer-Encoding: identity, chunked'],
                        ['Transfer-Encoding: chunked, chunked'], ['Transfer-Encoding: xchunked'],
                        ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], [' Content-Length: 5']])
    await refused(fields.join('; '), head(fields) + empty, [400, 501]);
  await refused('no length at all', head([]) + empty, [400, 411]);
  for (const fields of [['Content-Length: 5'], ['Transfer-Encoding: chunked'], ['Content-Length: x']])
    await refused(`GET with ${fields}`, `${head(fields, { method: 'GET' })}hello`, [400]);
  for (const size of ['-2', '+5', '0x5', 'g', '', 'FFFFFFFFFFFFFFFFF', '5\n', ' 5'])
    await refused(`chunk size ${JSON.stringify(size)}`, `${head(['Transfer-Encoding: chunked'])}${size}\r\nhello\r\n0\r\n\r\n`, [400, 413]);
});

test('more than 1 MiB: 413 or closed, without being read to the end', async () => {
  const mega = Buffer.alloc(1024 * 1024, 'x');
  await refused('one byte more', [head([`Content-Length: ${mega.length + 1}`]), mega, 'x'], [413]);
  for (const length of ['999999999999', '4294967297', '18446744073709551617', '9'.repeat(100)])
    await refused(`length ${length}`, head([`Content-Length: ${length}`]) + 'x'.repeat(100), [413, 400]);
  const chunk = Buffer.concat([Buffer.from('100000\r\n'), mega, Buffer.from('\r\n')]);
  await refused('100 MiB in chunks', [head(['Transfer-Encoding: chunked']), ...Array(100).fill(chunk), '0\r\n\r\n'], [413]);
  await refused('a chunk of 50 MB', [head(['Transfer-Encoding: chunked']), '2faf080\r\n', ...Array(48).fill(mega)], [413]);
  await refused('100 MiB without a length', [head([]), ...Array(100).fill(mega)], [400, 411]);
});

test('content encodings and multipart: 415 or closed', async () => {
  const part = `--B\r\nContent-Type: a\r\nContent-Disposition: form-data; name="a"; filename*=${'A'.repeat(15_400)}\r\n\r\nx\r\n--B--\r\n`;
  const bomb = gzipSync(Buffer.alloc(60_000_000));
  const packed = gzipSync(part);
  await refused('multipart in gzip', [head(['Content-Encoding: gzip', 'Content-Type: multipart/form-data; boundary=B', `Content-Length: ${packed.length}`]), packed], [415]);
  await refused('a gzip bomb', [head(['Content-Encoding: gzip', `Content-Length: ${bomb.length}`]), bomb], [415]);
  await refused('multipart', head(['Content-Type: multipart/form-data; boundary=B', `Content-Length: ${part.length}`]) + part, [415]);
  for (const encoding of ['deflate', 'br', 'x'])
    await refused(encoding, head([`Content-Encoding: ${encoding}`, `Content-Length: ${empty.length}`]) + empty, [415]);
  assert.equal((await it.send(part, { 'content-type': 'Multipart/Form-Data; boundary=B' })).status, 415);
  assert.equal((await it.send(empty, { 'content-encoding': 'gzip' })).status, 415);
});

test('heads over 16 KiB or over 100 headers: 431 or closed', async () => {
  const length = `Content-Length: ${empty.length}`;
  const pad = (count) => Array.from({ length: count }, (_, i) => `X-${i}: y`);
  await refused('one header of 17 KiB', head([`X: ${'y'.repeat(17 * 1024)}`, length]) + empty, [431]);
  await refused('101 headers', head([...pad(98), length]) + empty, [431]);
  assert.deepEqual((await raw(head([...pad(97), length]) + empty)).statuses, [200], 'exactly 100 headers');
  await refused('a long target', head([length], { target: `/line/webhook?${'a'.repeat(17_000)}` }) + empty, [431]);
  await refused('a path of 8 KiB', head([length], { target: `/${'a'.repeat(8_192)}` }) + empty, [400, 404, 414, 431]);
  const mega = Buffer.alloc(1024 * 1024, 'a');
  await refused('a request line of 100 MiB', ['POST /', ...Array(100).fill(mega)], [431, 414, 400]);
  await refused('a header of 100 MiB', ['POST /line/webhook HTTP/1.1\r\nX: ', ...Array(100).fill(mega)], [431]);
  const many = Buffer.from('A: b\r\n'.repeat(10_000));
  await refused('1,000,000 headers', ['POST /line/webhook HTTP/1.1\r\n', ...Array(100).fill(many), '\r\n'], [431]);
});

test('what hides in a body is never a second request', async () => {
  const hidden = head([`Content-Length: ${empty.length}`]) + empty;
  const bad = (fields) => head(fields, { signed: 'something else' });
  const tries = {
    'in a refused body': bad([`Content-Length: ${hidden.length}`]) + hidden,
    'in a refused body that comes late': [bad([`Content-Length: ${hidden.length}`]), hidden],
    'under a GET': head([`Content-Length: ${hidden.length}`], { method: 'GET' }) + hidden,
    'under a GET without length': head(['Content-Length: 0', 'Transfer-Encoding: chunked'], { method: 'GET' }) + hidden,
    'behind a length and chunks': `${head([`Content-Length: ${hidden.length + 5}`, 'Transfer-Encoding: chunked'])}0\r\n\r\n${hidden}`,
    'behind two lengths': head(['Content-Length: 0', `Content-Length: ${hidden.length}`]) + hidden,
    'behind an unknown path': head([`Content-Length: ${hidden.length}`], { target: '/other' }) + hidden,
    'in a body of a strange type': head([`Content-Length: ${hidden.length}`, 'Content-Encoding: gzip']) + hidden,
    'behind a chunk with a bare line feed': `${head(['Transfer-Encoding: chunked'])}0\n\n${hidden}`,
    'behind trailers': `${head(['Transfer-Encoding: chunked'], { signed: '' })}0\r\nContent-Length: 3\r\n\r\n${hidden}`,
  };
  for (const [name, bytes] of Object.entries(tries)) {
    const { statuses } = await raw(bytes, { gapMs: 50 });
    assert.ok(statuses.length <= 1 && statuses[0] !== 200, `${name}: ${statuses}`);
  }
});

test('header games change nothing: ranges, addresses, hidden line ends', async () => {
  const length = `Content-Length: ${empty.length}`;
  const ranges = await raw(head([`Range: bytes=${'0-,'.repeat(2_700)}0-`, length]) + empty);
  assert.deepEqual(ranges.statuses, [200]);
  assert.ok(ranges.text.length < 1_000);
  const split = await raw(head(['REMOTE_ADDR: 10.9.9.9', 'X-Forwarded-For: 10.9.9.9', 'X: a%0d%0aSet-Cookie:%20a=b%00', length]) + empty);
  assert.deepEqual(split.statuses, [200]);
  assert.ok(!/set-cookie/i.test(split.text));
  for (const bad of ['X: a\nSet-Cookie: a=b', 'X: a\0b', 'X\x01: a', 'X a: b', ': b', '\tX: a'])
    await refused(JSON.stringify(bad), head([bad, length]) + empty, [400]);
  for (const start of ['POST /line/webhook', 'POST  /line/webhook HTTP/1.1', 'POST /line/webhook HTTP/2.0', 'POST /line/%00 HTTP/1.1', '\0\0\0\0'])
    await refused(JSON.stringify(start), `${start}\r\nHost: x\r\n${length}\r\n\r\n${empty}`, [400, 404, 405, 431, 501, 505]);
});

/** 1,000 idle and 1,000 slow connections for a few seconds; gives the slowest signed webhook meanwhile. */
async function underCrowd() {
  const sockets = [];
  for (let i = 0; i < 2_000; ++i) {
    const socket = net.connect(it.port, '127.0.0.1').on('error', () => {});
    sockets.push(socket);
    if (i % 2) socket.write(i % 4 === 1 ? 'POST /line/webhook HTTP/1.1\r\nHost: x\r\nX: ' : `${head(['Content-Length: 5000'])}x`);
    if (i % 100 === 99) await sleep(10);
  }
  const drip = setInterval(() => sockets.forEach((socket, i) => i % 2 && !socket.destroyed && socket.write('y')), 1_000);
  const took = [];
  let most = 0, held = 0;
  for (const end = Date.now() + 6_000; Date.now() < end; await sleep(200)) {
    const answer = await it.send(empty);
    assert.equal(answer.status, 200);
    took.push(answer.tookMs);
    most = Math.max(most, it.memory());
    held = Math.max(held, sockets.filter((socket) => socket.readyState === 'open').length);
  }
  clearInterval(drip);
  sockets.forEach((socket) => socket.destroy());
  assert.ok(held >= 1_000, `only ${held} connections were open at once`);
  return { slowest: Math.max(...took), most };
}

test('a signed webhook is answered within 2 s while 2,000 connections idle or drip', async () => {
  const { slowest } = await underCrowd();
  assert.ok(slowest < 2_000, `${slowest} ms`);
  console.log(`       slowest answer ${slowest.toFixed(1)} ms`);
});

test('after all this it is the same process, ready, and at most 32 MiB larger', async () => {
  await sleep(500);
  assert.equal(it.child.pid, pid);
  assert.equal(it.child.exitCode, null);
  assert.equal((await it.ops('/readyz')).status, 200);
  const grown = (it.memory() - before) / 1024, peak = (it.memory('VmHWM') - before) / 1024;
  console.log(`       grown by ${grown.toFixed(1)} MiB, at most by ${peak.toFixed(1)} MiB`);
  assert.ok(peak <= 32, `${peak} MiB`);
  await it.stop();
});

test('the crowd is borne when started with a soft limit of 1,024 descriptors too', async () => {
  await it.serve({ soft: 1024 });
  const start = it.memory();
  const { slowest, most } = await underCrowd();
  assert.ok(slowest < 2_000, `${slowest} ms`);
  assert.ok(most - start <= 32 * 1024, `${most - start} KiB`);
  await it.remove();
});

await runTests();
