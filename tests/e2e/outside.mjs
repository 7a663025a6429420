// What outside switches could leak: somebody opens Chat in OA Manager. The console, the log, the figures and doctor say
// so, and stop saying so once it is closed again.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { axeViolations, build, launch, runTests, screenshot, test } from './browser.mjs';
import { Office } from './office.mjs';
import { startWhole } from './stage.mjs';

const change = async (simulator, settings) => {
  const response = await fetch(`${simulator}/_simulator/settings`, { method: 'PATCH', body: JSON.stringify(settings) });
  assert.equal(response.status, 200);
};
const whole = await startWhole({ before: (simulator) => change(simulator, { chatMode: 'chat' }) });
const browser = await launch();
const strip = (page) => page.getByRole('alert').filter({ hasText: '「聊天」被打開了' });
const figures = async () => (await fetch(`${whole.ops}/metrics`)).text();
const doctor = () => {
  const { status, stdout } = spawnSync(join(build, 'careline'), ['doctor', '--config', whole.config], { encoding: 'utf8' });
  return { status, said: stdout };
};

test('an opened chat stands on every page until it is closed', async () => {
  const offices = [];
  for (const [who, options] of [[whole.counsellor, {}], [whole.admin, { width: 390, height: 844, dark: true }]]) {
    const office = await Office.enter(browser, whole.console, who, options);
    await strip(office.page).waitFor();
    assert.deepEqual(await axeViolations(office.page), []);
    await screenshot(office.page, `console-outside-${offices.length}`);
    await office.page.getByRole('link', { name: '送出失敗' }).click();
    await strip(office.page).waitFor();
    offices.push(office);
  }
  assert.match(await figures(), /^careline_alarm\{code="chat_mode"\} 1$/m);
  assert.match(await figures(), /^careline_alarm\{code="webhook_off"\} 0$/m);
  assert.match(whole.careline.said, /"level":"warning","event":"alarm_started","reason":"chat_mode"/);
  const seen = doctor();
  assert.equal(seen.status, 0, 'the simulator is not the real LINE');
  assert.match(seen.said, /^warning chat mode: .*switch it off$/m);
  await change(whole.simulator.url, { chatMode: 'bot' });
  for (const office of offices) {
    await strip(office.page).waitFor({ state: 'detached', timeout: 75_000 });
    await office.leave();
  }
  assert.match(await figures(), /^careline_alarm\{code="chat_mode"\} 0$/m);
  assert.match(whole.careline.said, /"event":"alarm_ended","reason":"chat_mode"/);
  assert.match(doctor().said, /^ok {6}chat mode$/m);
});

test('doctor says what it cannot learn', async () => {
  await change(whole.simulator.url, { webhookActive: false, quota: 100, used: 81 });
  assert.match(doctor().said, /^warning webhook: .*Use webhook/m);
  assert.match(doctor().said, /^warning quota: /m);
  await change(whole.simulator.url, { webhook: '' });
  assert.match(doctor().said, /^warning webhook: not known/m);
});

test('it ends at once', async () => {
  const before = Date.now();
  assert.equal(await whole.stop(), 0);
  assert.ok(Date.now() - before < 5_000);
});

await runTests();
