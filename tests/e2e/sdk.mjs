// LINE's own client against the simulator: runs tests/line_simulator/sdk_check.mjs with a simulator of its own.
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './browser.mjs';
import { end, startSimulator } from './stage.mjs';

// The check stands beside the simulator, where no packages are; a copy here, for the time of the run, finds them.
const check = join(root, 'tests', 'e2e', `.sdk_check.${process.pid}.mjs`);
const folder = mkdtempSync(join(tmpdir(), 'careline-sdk-'));
const simulator = await startSimulator(folder, { webhook: 'http://127.0.0.1:9/line/webhook' });
copyFileSync(join(root, 'tests', 'line_simulator', 'sdk_check.mjs'), check);
let said = '';
const status = await new Promise((done) => {
  const child = spawn(process.execPath, [check], {
    env: {
      ...process.env,
      SIMULATOR_URL: simulator.url,
      CHANNEL_SECRET: simulator.secret,
      CHANNEL_ACCESS_TOKEN: simulator.token,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.on('data', (data) => {
    said += data;
    process.stdout.write(data);
  });
  const late = setTimeout(() => child.kill('SIGKILL'), 120_000);
  child.on('close', (code) => {
    clearTimeout(late);
    done(code);
  });
});
rmSync(check, { force: true });
const ended = await end(simulator.child);
rmSync(folder, { recursive: true, force: true });

const passed = said.match(/^ok /gm)?.length ?? 0;
let failed = said.match(/^FAILED /gm)?.length ?? 0;
if (status !== 0 && failed === 0) failed = 1;
if (ended !== 0) {
  console.log(`FAILED the simulator ended with ${ended} after SIGTERM`);
  failed += 1;
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed || !passed ? 1 : 0);
