// The first sign-in in a real browser, against a database that is no demo: the QR code's secret, a first code, the recovery
// codes, and each of them once.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { axeViolations, launch, openPage, runTests, screenshot, test } from './browser.mjs';
import { signIn } from './sign_in.mjs';
import { Careline, LineStub } from './whole.mjs';

const line = await new LineStub().open();
const it = await Careline.start(line);
const base = `http://127.0.0.1:${it.consolePort}`;
const browser = await launch();
const operator = { name: '新來的', password: 'long enough for a test' };
it.run('operator', 'add', operator.name, '--role', 'counsellor', { input: `${operator.password}\n` });

/** RFC 6238 by another hand than the program's. */
function totp(secret, at = Date.now()) {
  const bits = [...secret].map((digit) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(digit).toString(2).padStart(5, '0')).join('');
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac('sha1', Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)))).update(counter).digest();
  return String((mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

async function sound(page, name) {
  assert.deepEqual(await axeViolations(page), [], name);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wider <= 0, `${name}: ${wider} px too wide`);
  assert.equal(await page.locator('h1').count(), 1);
  await screenshot(page, name);
}

let recovery = [];

for (const [looks, options] of [['1280', {}], ['390', { width: 390, height: 844 }], ['390-dark', { width: 390, height: 844, dark: true }]]) {
  test(`the page of enrolment is accessible and fits at ${looks}`, async () => {
    const page = await openPage(browser, options);
    await page.goto(base);
    await sound(page, `sign-in-${looks}`);
    await signIn(page, operator, '');
    await page.getByRole('heading', { name: '設定手機驗證碼' }).waitFor();
    await sound(page, `enrol-${looks}`);
    await page.goto(`${base}/closed`);
    await page.getByRole('heading', { name: '設定手機驗證碼' }).waitFor();
    assert.deepEqual(page.problems, []);
    await page.getByRole('button', { name: '登出' }).click();
    await page.getByRole('button', { name: '登入', exact: true }).waitFor();
    await page.context().close();
  });
}

test('a first code lets in and shows ten recovery codes, once', async () => {
  const page = await openPage(browser, { width: 390, height: 844 });
  await page.goto(base);
  await signIn(page, operator, '');
  const secret = (await page.locator('.secret code').innerText()).replaceAll(' ', '');
  const field = page.getByLabel('驗證碼', { exact: true });
  await field.fill('000000');
  await page.getByRole('button', { name: '啟用', exact: true }).click();
  await page.getByRole('alert').filter({ hasText: '驗證碼不符' }).waitFor();
  await field.fill(totp(secret));
  await page.getByRole('button', { name: '啟用', exact: true }).click();
  await page.getByRole('heading', { name: '請抄下備用碼' }).waitFor();
  recovery = await page.locator('.codes code').allInnerTexts();
  assert.equal(new Set(recovery).size, 10);
  await sound(page, 'codes-390');
  await page.setViewportSize({ width: 1280, height: 800 });
  await sound(page, 'codes-1280');
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.locator('form').first().isVisible(), false);
  await screenshot(page, 'codes-print');
  await page.emulateMedia({ media: null });
  await page.getByLabel('我已抄下', { exact: true }).check();
  await page.getByRole('button', { name: '開始使用' }).click();
  await page.getByRole('heading', { name: '待處理' }).waitFor();
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test('a recovery code stands in for the phone, once', async () => {
  const page = await openPage(browser);
  await page.goto(base);
  await page.getByRole('button', { name: '改輸入備用碼' }).click();
  await signIn(page, operator, recovery[3].toLowerCase());
  await page.getByRole('button', { name: '登出' }).click();
  await page.getByRole('button', { name: '登入', exact: true }).waitFor();
  await signIn(page, operator, recovery[3]);
  await page.getByRole('alert').filter({ hasText: '不正確' }).waitFor();
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test('it ends', async () => {
  await browser.close();
  await it.remove();
});

await runTests();
