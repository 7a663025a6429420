// Runs every part of the end-to-end tests, each with what it needs, and sums what they say.
// Arguments: names of parts (flows console sdk …); without any, all that exist.
import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, root } from './browser.mjs';
import { Employee } from './phone.mjs';
import { environmentOf, startWhole } from './stage.mjs';

const here = join(root, 'tests', 'e2e');

// Parts named here get a whole program of their own; the others start what they need by themselves.
const prepared = {
  flows: async () => ({}),
  console: prepareConsole,
};
const order = ['flows', 'console', 'enrol', 'lock', 'outside', 'sdk', 'attacks', 'faults', 'store_faults', 'kill', 'time', 'privacy'];

// An open case whose employee has written, and a program that lets the employee write again.
async function prepareConsole(whole) {
  const base = whole.simulator.url;
  const employee = await Employee.join(base);
  const [label] = (await openCase(employee)).text.match(/A\d+/);
  const say = join(whole.folder, 'say.mjs');
  writeFileSync(say, `#!${process.execPath}
const address = '${base}/_simulator/employees/${employee.id}/text';
const response = await fetch(address, { method: 'POST', body: JSON.stringify({ text: process.argv[2] }) });
process.exit(response.ok ? 0 : 1);
`, { mode: 0o700 });
  return { CARELINE_THREAD: label, CARELINE_SAY: say };
}

async function openCase(employee) {
  for (const words of ['諮商預約', '同意', '沒有', '先跳過', '先跳過', '先跳過', '先跳過', '想談的事', '寫好了', '先跳過',
    '用這裡的訊息就好', '先跳過', '先跳過', '先跳過']) await employee.says(words);
  return employee.says('送出');
}

/** Runs one part and returns what it passed, failed and skipped; without a closing line it counts as one failure. */
function runPart(name, env, minutes) {
  return new Promise((done) => {
    const child = spawn(process.execPath, [join(here, `${name}.mjs`)], {
      cwd: here,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (data) => {
      said += data;
      // Only the sum of all may look like a closing line.
      process.stdout.write(String(data).replace(/^(\d+ passed, \d+ failed)/gm, `${name}: $1`));
    });
    const late = setTimeout(() => child.kill('SIGKILL'), minutes * 60_000);
    child.on('close', (code) => {
      clearTimeout(late);
      done(counted(name, said, code));
    });
  });
}

function counted(name, said, code) {
  const lines = [...said.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm)];
  const [passed, failed, skipped] = (lines.at(-1) ?? [0, 0, 0, 0]).slice(1).map((number) => Number(number ?? 0));
  if (code === 0 && lines.length) return { passed, failed, skipped };
  if (!failed) console.log(`${name}: ended with status ${code} and counts as failed`);
  return { passed, failed: Math.max(failed, 1), skipped };
}

async function part(name) {
  const prepare = prepared[name];
  if (!prepare) return runPart(name, { CARELINE_BUILD: build }, 15);
  const whole = await startWhole();
  const sum = { passed: 0, failed: 1, skipped: 0 };
  try {
    Object.assign(sum, await runPart(name, { ...environmentOf(whole), ...(await prepare(whole)) }, 10));
  } catch (error) {
    console.log(`FAILED ${name}\n${error.stack}`);
  }
  const status = await whole.stop();
  if (status === 0) return sum;
  console.log(`FAILED ${name}: careline ended with ${status} after SIGTERM\n${whole.careline.said.slice(-2000)}`);
  return { ...sum, failed: sum.failed + 1 };
}

const wanted = process.argv.slice(2);
const total = { passed: 0, failed: 0, skipped: 0 };
for (const name of wanted.length ? wanted : order) {
  if (!wanted.length && !existsSync(join(here, `${name}.mjs`))) continue;
  console.log(`--- ${name}`);
  const sum = await part(name).catch((error) => {
    console.log(`FAILED ${name}\n${error.stack}`);
    return { passed: 0, failed: 1, skipped: 0 };
  });
  for (const key of Object.keys(total)) total[key] += sum[key];
}
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ''}`);
process.exit(total.failed || !total.passed ? 1 : 0);
