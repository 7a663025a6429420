// A whole Careline for tests from outside: its own folder, ports and secrets, a LINE on loopback that does what a
// test tells it, signed webhooks, and a small runner with a sum.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const build = process.env.CARELINE_BUILD ?? join(root, 'build', 'release');
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The first true thing that `ask` gives, asked every few milliseconds; throws with `what` after limitMs. */
export async function until(what, ask, limitMs = 10_000) {
  for (const end = Date.now() + limitMs; ; await sleep(20)) {
    const found = await ask();
    if (found) return found;
    if (Date.now() > end) throw new Error(`not within ${limitMs} ms: ${what}`);
  }
}

// Ports that the kernel holds free at this moment; the listeners stay open until all are known.
async function freePorts(count) {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => resolve(server));
  })));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/**
 * LINE as a test wants it. Takes a reply token once and a retry key once (409 after), like the real one.
 * `script(call)` may return {status, body, delayMs, never, cut: 'before' | 'after'}; `cut` closes the socket before or
 * after the call took effect. calls: {endpoint, key, token, to, messages, raw, taken, at}.
 */
export class LineStub {
  calls = [];
  script = () => undefined;
  #tokens = new Set();
  #keys = new Set();
  #server;
  port = 0;

  async open() {
    this.#server = http.createServer({ keepAliveTimeout: 60_000 }, (request, response) => this.#hear(request, response));
    await new Promise((resolve, reject) => {
      this.#server.on('error', reject).listen(this.port, '127.0.0.1', 1024, resolve);
    });
    this.port = this.#server.address().port;
    return this;
  }

  /** From now on connections are refused, on the port that `open` takes again. */
  async close() {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #hear(request, response) {
    const pieces = [];
    try {
      for await (const piece of request) pieces.push(piece);
    } catch {
      return;  // the caller was killed half-way: nothing arrived
    }
    const raw = Buffer.concat(pieces).toString('utf8');
    const path = request.url.match(/^\/v2\/bot\/message\/(reply|push|multicast)$/);
    if (!path) return response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"Not found"}');
    const body = JSON.parse(raw);
    const call = {
      endpoint: path[1], key: request.headers['x-line-retry-key'] ?? '', token: body.replyToken ?? '', to: body.to ?? '',
      messages: body.messages, raw, taken: false, at: Date.now(),
    };
    this.calls.push(call);
    await this.#answer(call, this.script(call) ?? {}, response);
  }

  async #answer(call, told, response) {
    if (told.cut === 'before') return response.destroy();
    if (told.never) return;
    if (told.status === undefined || told.accept) this.#take(call, told);
    if (told.cut === 'after') return response.destroy();
    if (told.delayMs) await sleep(told.delayMs);
    response.writeHead(told.status ?? 200, { 'content-type': told.type ?? 'application/json' });
    response.end(told.body ?? '{}');
  }

  #take(call, told) {
    const known = call.endpoint === 'reply' ? this.#tokens : this.#keys;
    const name = call.endpoint === 'reply' ? call.token : call.key;
    if (known.has(name)) {
      told.status = call.endpoint === 'reply' ? 400 : 409;
      told.body = call.endpoint === 'reply' ? '{"message":"Invalid reply token"}' : '{"message":"The retry key is already accepted"}';
      return;
    }
    known.add(name);
    call.taken = true;
  }

  /** Calls for one person's events: by the reply tokens given, or by push to them. */
  of(user, ...tokens) {
    return this.calls.filter((call) => call.to === user || tokens.includes(call.token));
  }
}

export const lineId = (letter = 'U') => letter + randomBytes(16).toString('hex');
const ulid = () => `01${randomBytes(12).toString('hex').toUpperCase()}`;

/** An event as LINE sends it; `more` is merged over it, undefined values disappear. */
export function event(user, type, more = {}) {
  return {
    type, mode: 'active', timestamp: Date.now(), source: { type: 'user', userId: user }, webhookEventId: ulid(),
    deliveryContext: { isRedelivery: false }, replyToken: randomBytes(16).toString('hex'), ...more,
  };
}
export const textEvent = (user, text, more = {}) =>
  event(user, 'message', { message: { id: String(BigInt(`0x${randomBytes(7).toString('hex')}`)), type: 'text', text, quoteToken: 'q' }, ...more });

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export class Careline {
  secret = randomBytes(16).toString('hex');
  token = randomBytes(24).toString('base64');
  folder = mkdtempSync(join(tmpdir(), 'careline-whole-'));
  config = join(this.folder, 'careline.toml');
  store = join(this.folder, 'store');
  log = join(this.folder, 'log');
  child = null;

  /** A folder with settings against this LINE; nothing runs yet. Options: store, a directory elsewhere. */
  static async lay(line, { store } = {}) {
    const it = new Careline();
    it.line = line;
    it.store = store ?? it.store;
    [it.port, it.consolePort, it.opsPort] = await freePorts(3);
    mkdirSync(join(it.folder, 'etc'));
    writeFileSync(join(it.folder, 'etc', 'channel_secret'), ` ${it.secret}\n`, { mode: 0o600 });
    writeFileSync(join(it.folder, 'etc', 'channel_access_token'), `${it.token}\n`, { mode: 0o600 });
    writeFileSync(it.config, it.settings());
    return it;
  }

  /** init and serve, until ready. */
  static async start(line, options) {
    const it = await Careline.lay(line, options);
    it.run('init');
    await it.serve(options);
    return it;
  }

  settings(more = '') {
    const api = `http://127.0.0.1:${this.line.port}`;
    return `[programme]\nfile = "${join(root, 'config/programmes/taoyuan-104.toml')}"\n[store]\ndirectory = "${this.store}"\n` +
      `[keys]\nfile = "etc/root.key"\n[line]\nchannel_secret_file = "etc/channel_secret"\n` +
      `channel_access_token_file = "etc/channel_access_token"\napi_base = "${api}"\ndata_api_base = "${api}"\n` +
      `[webhook]\nlisten = "127.0.0.1:${this.port}"\n[console]\nlisten = "127.0.0.1:${this.consolePort}"\n` +
      `[ops]\nlisten = "127.0.0.1:${this.opsPort}"\n${more}`;
  }

  /** One command to its end: {code, out}. Not for serve without a fault: waits 10 s at most. */
  attempt(...words) {
    const input = typeof words.at(-1) === 'object' ? words.pop().input : '';
    try {
      const out = execFileSync(join(build, 'careline'), [...words, '--config', this.config],
                               { input, timeout: 10_000, killSignal: 'SIGKILL', stdio: ['pipe', 'pipe', 'pipe'] });
      return { code: 0, out: String(out) };
    } catch (error) {
      return { code: error.status, out: `${error.stdout ?? ''}${error.stderr ?? ''}` };
    }
  }

  run(...words) {
    const { code, out } = this.attempt(...words);
    assert.equal(code, 0, `careline ${words.join(' ')}: ${out}`);
    return out;
  }

  /** Starts serve; options: soft, a soft limit of descriptors; ready: false does not wait. */
  async serve({ soft, ready = true } = {}) {
    const command = `${soft ? `ulimit -Sn ${soft}; ` : ''}exec "$0" serve --config "$1" >>"$2" 2>&1`;
    this.child = spawn('bash', ['-c', command, join(build, 'careline'), this.config, this.log], { stdio: 'ignore' });
    const child = this.child;
    running.add(child);
    this.ended = new Promise((resolve) => child.on('exit', (code, signal) => {
      running.delete(child);
      resolve(code ?? signal);
    }));
    if (ready) await this.ready();
  }

  async ready(limitMs = 5_000) {
    const over = this.child;
    await until('/readyz answers 200', async () => {
      if (over.exitCode !== null) throw new Error(`serve ended with ${over.exitCode}: ${readFileSync(this.log, 'utf8')}`);
      return (await this.ops('/readyz')).status === 200;
    }, limitMs);
  }

  /** SIGTERM; asserts status 0 within 10 s. */
  async stop() {
    this.child.kill('SIGTERM');
    assert.equal(await Promise.race([this.ended, sleep(10_000).then(() => 'still running after 10 s')]), 0);
  }

  async kill() {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  async remove() {
    if (this.child?.exitCode === null && this.child.signalCode === null) await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  sign(bytes) {
    return createHmac('sha256', this.secret).update(bytes).digest('base64');
  }

  /** Sends one webhook request; gives {status, tookMs}; status 0 when no answer came. */
  send(body, headers = {}, limitMs = 10_000) {
    const bytes = Buffer.from(body);
    const started = performance.now();
    return new Promise((resolve) => {
      const done = (status) => resolve({ status, tookMs: performance.now() - started });
      const request = http.request({
        host: '127.0.0.1', port: this.port, path: '/line/webhook', method: 'POST', agent: false, timeout: limitMs,
        headers: { 'content-type': 'application/json', 'content-length': bytes.length, 'x-line-signature': this.sign(bytes), ...headers },
      }, (response) => response.resume().on('end', () => done(response.statusCode)).on('error', () => done(0)));
      request.on('timeout', () => request.destroy()).on('error', () => done(0)).end(bytes);
    });
  }

  /** Events in one signed request, stored: asserts 200. */
  async post(...events) {
    const { status } = await this.send(JSON.stringify({ destination: 'U0', events }));
    assert.equal(status, 200, 'a signed webhook');
  }

  /** GET on the ops listener: {status, text}; status 0 without an answer. */
  async ops(path) {
    try {
      const response = await fetch(`http://127.0.0.1:${this.opsPort}${path}`, { signal: AbortSignal.timeout(3_000) });
      return { status: response.status, text: await response.text() };
    } catch {
      return { status: 0, text: '' };
    }
  }

  async metric(name) {
    const line = (await this.ops('/metrics')).text.split('\n').find((row) => row.startsWith(`${name} `));
    return line === undefined ? undefined : Number(line.split(' ')[1]);
  }

  /** Until the inbox and the outbox are empty. */
  settled(limitMs = 15_000) {
    return until('nothing waits', async () =>
      (await this.metric('careline_inbox_waiting')) === 0 && (await this.metric('careline_outbox_waiting')) === 0, limitMs);
  }

  /** VmRSS, VmHWM … of the running process, in KiB. */
  memory(field = 'VmRSS') {
    return Number(readFileSync(`/proc/${this.child.pid}/status`, 'utf8').match(new RegExp(`${field}:\\s+(\\d+)`))[1]);
  }

  /** The sqlite3 program on the database; only while nothing serves it, or for reading. */
  sql(text) {
    return execFileSync('sqlite3', [join(this.store, 'careline.db'), text], { encoding: 'utf8' }).trim();
  }
}

const tests = [];
class Skip extends Error {}
export const skip = (why) => { throw new Skip(why); };

/** Registers a test: an async function that throws when something is wrong; skip(why) leaves it out, counted. */
export function test(name, body) {
  tests.push({ name, body });
}

/** Runs what was registered, one after another, each within limitMs, and ends the process with the sum as last line. */
export async function runTests({ limitMs = 120_000 } = {}) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const { name, body } of tests) {
    if (process.env.CARELINE_ONLY && !name.includes(process.env.CARELINE_ONLY)) continue;
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not done after ${limitMs} ms`)), limitMs);
    });
    try {
      await Promise.race([body(), late]);
      sum.passed += 1;
      console.log(`ok     ${name}`);
    } catch (error) {
      sum[error instanceof Skip ? 'skipped' : 'failed'] += 1;
      console.log(error instanceof Skip ? `skip   ${name}: ${error.message}` : `FAILED ${name}\n${error.stack}`);
    } finally {
      clearTimeout(timer);
    }
  }
  console.log(`${sum.passed} passed, ${sum.failed} failed${sum.skipped ? `, ${sum.skipped} skipped` : ''}`);
  process.exit(sum.failed || sum.passed + sum.skipped === 0 ? 1 : 0);
}
