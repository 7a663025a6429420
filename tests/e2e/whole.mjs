// A whole Careline for tests from outside: its own folder, ports and secrets, signed webhooks, and a small runner
// with a sum.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export * from './line_stub.mjs';

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

  /** init and serve, until ready. Options: demo, a database whose sign-in codes `operator code` prints; those of lay and serve. */
  static async start(line, options) {
    const it = await Careline.lay(line, options);
    it.run('init', ...(options?.demo ? ['--demo'] : []));
    await it.serve(options);
    return it;
  }

  settings(more = '') {
    const api = `http://127.0.0.1:${this.line.port}`;
    const programme = join(root, 'config/programmes/taoyuan-104.toml');
    return `[programme]\nfile = "${programme}"\n[store]\ndirectory = "${this.store}"\n` +
      `[keys]\nfile = "etc/root.key"\n[line]\nchannel_secret_file = "etc/channel_secret"\n` +
      `channel_access_token_file = "etc/channel_access_token"\napi_base = "${api}"\ndata_api_base = "${api}"\n` +
      `[webhook]\nlisten = "127.0.0.1:${this.port}"\n[console]\nlisten = "127.0.0.1:${this.consolePort}"\n` +
      `[ops]\nlisten = "127.0.0.1:${this.opsPort}"\n${more}`;
  }

  /** One command to its end: {code, out}. Not for serve without a fault: waits 10 s at most, for a fresh sign-in code 40 s. */
  attempt(...words) {
    const input = typeof words.at(-1) === 'object' ? words.pop().input : '';
    try {
      const out = execFileSync(join(build, 'careline'), [...words, '--config', this.config],
                               { input, timeout: words[1] === 'code' ? 40_000 : 10_000, killSignal: 'SIGKILL', stdio: ['pipe', 'pipe', 'pipe'] });
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

  /** Starts serve; options: soft, a soft limit of descriptors; env, variables of its own; ready: false does not wait. */
  async serve({ soft, env, ready = true } = {}) {
    const command = `${soft ? `ulimit -Sn ${soft}; ` : ''}exec "$0" serve --config "$1" >>"$2" 2>&1`;
    this.child = spawn('bash', ['-c', command, join(build, 'careline'), this.config, this.log],
                       { stdio: 'ignore', env: { ...process.env, ...env } });
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
        headers: {
          'content-type': 'application/json', 'content-length': bytes.length, 'x-line-signature': this.sign(bytes),
          ...headers,
        },
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
