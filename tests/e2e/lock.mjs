// Sessions over time in a real browser, with a clock that the test turns: the lock after 15 minutes, the strip that stays
// live, the draft that comes back, a restart, and the same operator in two places.
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { axeViolations, launch, openPage, runTests, screenshot, test } from './browser.mjs';
import { fakeTime } from './faketime.mjs';
import { codeOf, enterAnew } from './sign_in.mjs';
import { Careline, LineStub, lineId, sleep, textEvent } from './whole.mjs';

// A turn counts from the file's last time, not from the clock's: a minute more than the lock needs.
const minute = 60_000, hour = 60 * minute, rest = 16 * minute;
const clockFile = join(tmpdir(), `careline-clock-${process.pid}`);
const morning = Date.parse('2026-11-24T10:20:00+08:00');
let ahead = 0;

async function later(ms) {
  ahead += ms;
  writeFileSync(clockFile, `@${new Date(morning + ahead + 8 * hour).toISOString().slice(0, 19).replace('T', ' ')}\n`);
  await sleep(1_200);
}

await later(0);
const env = fakeTime({ FAKETIME_TIMESTAMP_FILE: clockFile, FAKETIME_CACHE_DURATION: '1' });
const line = await new LineStub().open();
const it = await Careline.start(line, { demo: true, env });
process.env.CARELINE_CONFIG = it.config;
const base = `http://127.0.0.1:${it.consolePort}`;
const [name, password] = ['諮商師', 'long enough for a test'];
it.run('operator', 'add', name, '--role', 'counsellor', { input: `${password}\n` });
const browser = await launch();

async function sound(page, title) {
  assert.deepEqual(await axeViolations(page), [], title);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wider <= 0, `${title}: ${wider} px too wide`);
  assert.equal(await page.locator('h1').count(), 1);
  await screenshot(page, title);
}

async function session(options) {
  const page = await openPage(browser, options);
  await enterAnew(page, base, `${name} ${password}`);
  return page;
}

async function unlock(page) {
  await page.getByLabel('密碼', { exact: true }).fill(password);
  await page.getByRole('button', { name: '解鎖', exact: true }).click();
  await page.getByRole('heading', { name: '畫面已鎖定' }).waitFor({ state: 'detached' });
}

const locked = (page) => page.getByRole('heading', { name: '畫面已鎖定' }).waitFor();
const crisis = () => it.post(textEvent(lineId(), '我想死'));
const strip = (page) => page.getByRole('region', { name: '警示' });

async function openFirst(page) {
  await page.getByRole('list', { name: '待處理' }).getByRole('link').first().click();
  await page.getByRole('log').waitFor();
}

test('after 15 minutes the page locks by itself, and what was being written comes back', async () => {
  await crisis();
  const page = await session();
  await strip(page).getByText('危機 1 件').waitFor();
  await sound(page, 'strip-red-1280');
  await openFirst(page);
  const draft = page.waitForResponse((response) => response.url().endsWith('/draft'));
  await page.getByLabel('回覆', { exact: true }).fill('寫到一半');
  await draft;
  await later(rest);
  await locked(page);
  assert.equal(await page.getByRole('log').count(), 0);
  await sound(page, 'locked-1280');
  await unlock(page);
  assert.equal(await page.getByLabel('回覆', { exact: true }).inputValue(), '寫到一半');
  await page.getByText('這是您先前還沒送出的文字').waitFor();
  await page.getByRole('button', { name: '送出', exact: true }).click();
  await page.getByRole('status').filter({ hasText: '已存下' }).waitFor();
  await page.reload();
  assert.equal(await page.getByLabel('回覆', { exact: true }).inputValue(), '');
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

for (const [looks, options] of [['390', { width: 390, height: 844 }], ['390-dark', { width: 390, height: 844, dark: true }]]) {
  test(`a locked page shows a new alert in numbers, can sound, and is silenced, at ${looks}`, async () => {
    const page = await session(options);
    await later(rest);
    await locked(page);
    await page.getByRole('button', { name: '開啟提示音' }).click();
    await page.getByRole('button', { name: '提示音已開啟' }).waitFor();
    assert.equal(await strip(page).getByRole('button', { name: '知道了' }).count(), 0);
    await crisis();
    await strip(page).getByRole('button', { name: '知道了' }).waitFor();
    await sound(page, `locked-red-${looks}`);
    await strip(page).getByRole('button', { name: '知道了' }).click();
    await strip(page).getByRole('button', { name: '知道了' }).waitFor({ state: 'detached' });
    await strip(page).getByText('危機').waitFor();
    await unlock(page);
    await page.goto(`${base}/`);
    for (const link of await page.getByRole('list', { name: '待處理' }).getByRole('link').all()) await link.waitFor();
    await openFirst(page);
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });
}

test('signing in elsewhere locks the page here within seconds', async () => {
  const first = await session();
  const second = await session();
  await locked(first);
  await first.getByText('已在另一個地方登入').first().waitFor();
  await unlock(first);
  await locked(second);
  for (const page of [first, second]) await page.context().close();
});

test('a restart of the program signs nobody out', async () => {
  const page = await session();
  await it.stop();
  await it.serve({ env });
  await later(10 * minute);  // after a start the clock begins where the file says, behind codes that were used
  await page.goto(`${base}/`);
  await page.getByRole('heading', { name: '待處理', level: 1 }).waitFor();
  assert.ok(await page.getByRole('button', { name: '登出' }).isVisible());
  await page.context().close();
});

test('signing out everywhere asks for password and code again', async () => {
  const page = await session({ width: 390, height: 844 });
  await page.getByRole('link', { name: '我的登入', exact: true }).click();
  await sound(page, 'me-390');
  await page.getByRole('button', { name: '登出所有裝置' }).click();
  await page.getByRole('heading', { name: '請再確認一次身分' }).waitFor();
  await sound(page, 'step-up-390');
  const code = await codeOf(name);
  await page.getByLabel('密碼', { exact: true }).fill(password);
  await page.getByLabel('驗證碼', { exact: true }).fill(code);
  await page.getByRole('button', { name: '確認', exact: true }).click();
  await page.getByRole('button', { name: '登出所有裝置' }).click();
  await page.getByRole('heading', { name: '登入值班台' }).waitFor();
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test('it ends', async () => {
  await browser.close();
  await it.remove();
  rmSync(clockFile);
});

await runTests();
