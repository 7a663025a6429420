// Starts the whole program for a test: a Careline and a LINE simulator of their own, in a temporary folder on free ports.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { build, root } from './browser.mjs';
import { fakeTime } from './faketime.mjs';

const binary = (name) => join(build, name);
const word = (length) => Array.from({ length }, () => 'abcdefghjkmnpqrstuvwxyz23456789'[Math.floor(Math.random() * 31)]).join('');
export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Ports of 127.0.0.1 that nobody listened on a moment ago. */
export async function freePorts(count) {
  const servers = [];
  for (let i = 0; i < count; ++i) {
    const server = createServer();
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    servers.push(server);
  }
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

// A working day in Taiwan, so that nudges go out and somebody may be on duty whenever the tests run.
const workingDay = () => fakeTime({ FAKETIME: '@2026-11-24 10:20:00' });

function start(name, args, { env, log }) {
  const child = spawn(binary(name), args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  child.said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (child.said += data));
  child.ended = new Promise((done) => child.on('exit', (code, signal) => {
    writeFileSync(log, child.said);
    done(code ?? signal);
  }));
  return child;
}

/** Ends a child by SIGTERM, by SIGKILL after 10 s; its status. */
export async function end(child) {
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), 10_000);
  const status = await child.ended;
  clearTimeout(hard);
  return status;
}

/** Waits until url answers 200, at most 20 s. */
export async function answers(url, child) {
  for (const until = Date.now() + 20_000; Date.now() < until; await pause(50)) {
    if (child.exitCode !== null) break;
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => null);
    if (response?.status === 200) return;
  }
  throw new Error(`${url} did not get ready: ${child.said}`);
}

/** A simulator alone; webhook may be an address where nobody listens yet. */
export async function startSimulator(folder, { webhook, port, env = {} }) {
  const secret = join(folder, 'channel_secret');
  const token = join(folder, 'channel_access_token');
  if (!existsSync(secret)) writeFileSync(secret, word(32), { mode: 0o600 });
  if (!existsSync(token)) writeFileSync(token, word(60), { mode: 0o600 });
  port ??= (await freePorts(1))[0];
  const child = start('line-simulator', ['--listen', `127.0.0.1:${port}`, '--webhook', webhook,
    '--channel-secret-file', secret, '--channel-access-token-file', token], { env, log: join(folder, 'simulator.log') });
  const url = `http://127.0.0.1:${port}`;
  await answers(`${url}/`, child);
  return { child, url, secret: readFileSync(secret, 'utf8').trim(), token: readFileSync(token, 'utf8').trim() };
}

function settings(simulator, [webhook, consolePort, ops]) {
  return `[programme]
file = "${join(root, 'config', 'programmes', 'taoyuan-104.toml')}"
[store]
directory = "store"
[keys]
file = "root.key"
[line]
channel_secret_file = "channel_secret"
channel_access_token_file = "channel_access_token"
api_base = "${simulator}"
data_api_base = "${simulator}"
[webhook]
listen = "127.0.0.1:${webhook}"
[console]
listen = "127.0.0.1:${consolePort}"
[ops]
listen = "127.0.0.1:${ops}"
`;
}

function run(args, env, input) {
  const done = spawnSync(binary('careline'), args, { env: { ...process.env, ...env }, input, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`careline ${args[0]} ended with ${done.status}: ${done.stderr}${done.stdout}`);
}

/**
 * Everything running, with a counsellor and an admin ("name password" each). stop() ends both programs, removes the
 * folder and returns Careline's exit status. `before` may talk to the simulator before Careline does.
 */
export async function startWhole({ before = async () => {} } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'careline-e2e-'));
  chmodSync(folder, 0o700);
  const env = workingDay();
  // All at once: a port that is chosen but not yet listened on may be given out again.
  const [port, ...ports] = await freePorts(4);
  const webhookUrl = `http://127.0.0.1:${ports[0]}/line/webhook`;
  const simulator = await startSimulator(folder, { webhook: webhookUrl, port, env });
  await before(simulator.url);
  const config = join(folder, 'careline.toml');
  writeFileSync(config, settings(simulator.url, ports));
  run(['init', '--demo', '--config', config], env);
  const [counsellor, admin] = [`諮商師 ${word(16)}`, `人事 ${word(16)}`];
  for (const [who, role] of [[counsellor, 'counsellor'], [admin, 'admin']]) {
    const [name, password] = who.split(' ');
    run(['operator', 'add', name, '--role', role, '--config', config], env, `${password}\n`);
  }
  const careline = start('careline', ['serve', '--config', config], { env, log: join(folder, 'careline.log') });
  const [webhook, consoleUrl, ops] = ports.map((port) => `http://127.0.0.1:${port}`);
  const stop = async () => {
    const status = await end(careline);
    await end(simulator.child);
    rmSync(folder, { recursive: true, force: true });
    return status;
  };
  try {
    await answers(`${ops}/readyz`, careline);
  } catch (error) {
    await stop();
    throw error;
  }
  process.env.CARELINE_CONFIG = config;  // where codes are asked for
  return { folder, config, simulator, careline, webhook, console: consoleUrl, ops, counsellor, admin, stop };
}

/** What the parts read from their environment. */
export function environmentOf(whole) {
  return {
    CARELINE_BUILD: build,
    CARELINE_SIMULATOR: whole.simulator.url,
    CARELINE_WEBHOOK: whole.webhook,
    CARELINE_CONSOLE: whole.console,
    CARELINE_OPS: whole.ops,
    CARELINE_COUNSELLOR: whole.counsellor,
    CARELINE_ADMIN: whole.admin,
    CARELINE_CONFIG: whole.config,
  };
}

export const shown = (path) => relative(root, path);
