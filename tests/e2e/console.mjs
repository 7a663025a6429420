// The operator console in a real browser: signing in, reading and answering live, the looks, and who may see what.
// Needs a running Careline with its simulator; where and with which sign-ins, the environment says:
//   CARELINE_CONSOLE   http://127.0.0.1:8081
//   CARELINE_COUNSELLOR, CARELINE_ADMIN   "name password" each
//   CARELINE_CONFIG    the settings, for the codes of a database made by init --demo
//   CARELINE_THREAD    words that the link of an open thread holds (one that may be answered and closed)
//   CARELINE_SAY       optional: a program that, given a text, lets the employee of that thread write it
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { axeViolations, launch, openPage, runTests, screenshot, test } from './browser.mjs';
import { codeOf, enter, operator, signIn } from './sign_in.mjs';

const base = process.env.CARELINE_CONSOLE ?? 'http://127.0.0.1:8081';
const counsellor = process.env.CARELINE_COUNSELLOR;
const admin = process.env.CARELINE_ADMIN;
const threadWords = process.env.CARELINE_THREAD ?? '個案';
const browser = await launch();

async function session(who, options, at = base) {
  const page = await openPage(browser, options);
  await enter(page, at, who);
  return page;
}

// A line to the console that can be cut and mended, as networks are.
async function cuttable() {
  const { hostname, port } = new URL(base);
  const ends = new Set();
  const join = (near) => {
    const far = connect(Number(port), hostname);
    for (const [one, other] of [[near, far], [far, near]]) {
      ends.add(one);
      one.on('error', () => {});
      one.on('close', () => { ends.delete(one); other.destroy(); });
      one.pipe(other);
    }
  };
  let server = createServer(join);
  const listen = (at) => new Promise((ready) => { server.listen(at, '127.0.0.1', ready); });
  await listen(0);
  const at = server.address().port;
  return {
    base: `http://127.0.0.1:${at}`,
    cut: () => new Promise((ready) => {
      server.close(ready);
      for (const end of ends) end.destroy();
    }),
    mend: () => {
      server = createServer(join);
      return listen(at);
    },
  };
}

async function openThread(page) {
  await page.getByRole('list', { name: '待處理' }).getByRole('link', { name: threadWords }).first().click();
  await page.getByRole('log').waitFor();
}

async function connected(page) {
  await page.getByRole('status').filter({ hasText: '已連線' }).waitFor();
}

async function sound(page, name) {
  assert.deepEqual(await axeViolations(page), [], name);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wider <= 0, `${name}: ${wider} px too wide`);
  assert.equal(await page.locator('h1').count(), 1, `${name}: one h1`);
  assert.equal(await page.locator('html').getAttribute('lang'), 'zh-Hant-TW');
  await screenshot(page, name);
}

async function done(page) {
  assert.deepEqual(page.problems, []);
  await page.context().close();
}

test('a wrong password, an unknown name and a wrong code get the same answer', async () => {
  const page = await openPage(browser);
  const { name, password } = operator(counsellor);
  const wrong = 'certainly not the password', words = [];
  for (const [one, two, code] of [[name, wrong, await codeOf(name)], ['nobody-of-this-name', wrong, ''], [name, password, '']]) {
    await page.goto(`${base}/`);
    await signIn(page, { name: one, password: two }, code);
    const alert = page.getByRole('alert').filter({ hasText: '不正確' });
    await alert.waitFor();
    words.push(await alert.innerText());
  }
  assert.equal(new Set(words).size, 1);
  await done(page);
});

test('a counsellor answers and sees how the answer fares, without a reload', async () => {
  const page = await session(counsellor);
  await connected(page);
  await openThread(page);
  await connected(page);
  const text = `收到了，我們可以慢慢談。 ${Date.now()}`;
  const box = page.getByLabel('回覆', { exact: true });
  await box.fill(text);
  await page.getByRole('button', { name: '送出', exact: true }).dblclick();
  const bubble = page.getByRole('log').locator('.bubble.counsellor').filter({ hasText: text });
  await bubble.filter({ hasText: /等待送出|LINE 已接受/ }).waitFor();
  await page.waitForFunction((field) => field.value === '', await box.elementHandle());
  await bubble.filter({ hasText: 'LINE 已接受' }).waitFor();
  assert.equal(await bubble.count(), 1, 'a double click sends once');
  await done(page);
});

test('the slash leads to the search, which finds what was written and leads back to it', async () => {
  const page = await session(counsellor);
  await openThread(page);
  const text = `先從睡眠談起。 ${Date.now()}`;
  const box = page.getByLabel('回覆', { exact: true });
  await box.fill(`${text}/`);
  await box.press('Control+Enter');
  const bubble = page.getByRole('log').locator('.bubble.counsellor').filter({ hasText: text });
  await bubble.waitFor();
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('/');
  await page.waitForURL('**/search');
  const words = page.getByRole('searchbox', { name: '要找的字詞' });
  assert.ok(await words.evaluate((field) => field === document.activeElement));
  await words.fill('睡眠');
  await words.press('Enter');
  const found = page.getByRole('link').filter({ hasText: text });
  await found.waitFor();
  assert.equal(await found.locator('mark').innerText(), '睡眠');
  assert.equal(new URL(page.url()).search, '', 'the words stand in no address');
  assert.deepEqual(await axeViolations(page), [], 'what was found');
  await found.click();
  await bubble.waitFor();
  await done(page);
});

test('the keyboard sends by Ctrl+Enter only, and never out of an input method', async () => {
  const page = await session(counsellor);
  await openThread(page);
  const box = page.getByLabel('回覆', { exact: true });
  const mine = page.getByRole('log').locator('.bubble.counsellor');
  const before = await mine.count();
  await box.fill('第一行');
  await box.press('Enter');
  await page.keyboard.type('second');
  assert.equal(await box.inputValue(), '第一行\nsecond');
  const client = await page.context().newCDPSession(page);
  await client.send('Input.imeSetComposition', { text: 'ㄊㄧㄥ', selectionStart: 3, selectionEnd: 3 });
  await client.send('Input.dispatchKeyEvent', {
    type: 'keyDown', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 229, modifiers: 2,
  });
  await client.send('Input.insertText', { text: '聽' });
  await page.waitForTimeout(300);
  assert.equal(await mine.count(), before, 'nothing was sent while composing');
  assert.match(await box.inputValue(), /聽$/);
  await box.press('Control+Enter');
  await page.waitForFunction((n) => document.querySelectorAll('.bubble.counsellor').length === n, before + 1);
  await done(page);
});

const newsComeIn = async () => {
  const page = await session(counsellor);
  await openThread(page);
  await connected(page);
  const box = page.getByLabel('回覆', { exact: true });
  await box.fill('寫到一半');
  const text = `新的訊息 ${Date.now()}`;
  const started = Date.now();
  execFileSync(process.env.CARELINE_SAY, [text]);
  await page.getByRole('log').getByText(text).waitFor();
  console.log(`       shown after ${Date.now() - started} ms`);
  assert.equal(await box.inputValue(), '寫到一半');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'reply');
  await page.getByRole('button', { name: '結案' }).click();
  await page.getByRole('alert').filter({ hasText: '沒送出' }).waitFor();
  await done(page);
};
if (process.env.CARELINE_SAY) test('news come in while a draft is written; words and focus stay', newsComeIn);

test('too long a text is refused before it is sent', async () => {
  const page = await session(counsellor);
  await openThread(page);
  const box = page.getByLabel('回覆', { exact: true });
  await box.fill('長'.repeat(5001));
  await page.getByText('5,001').waitFor();
  await page.getByRole('button', { name: '送出', exact: true }).click();
  await page.getByRole('alert').filter({ hasText: '5,000' }).waitFor();
  assert.equal((await box.inputValue()).length, 5001);
  await box.fill('好');
  assert.equal(await page.getByRole('alert').filter({ hasText: '5,000' }).count(), 0);
  await done(page);
});

test('a lost connection is told in words, comes back by itself and misses nothing', async () => {
  const line = await cuttable();
  const page = await session(counsellor, {}, line.base);
  await openThread(page);
  await connected(page);
  await page.getByLabel('回覆', { exact: true }).fill('寫到一半');
  await line.cut();
  await page.getByRole('status').filter({ hasText: '重新連線' }).waitFor();
  const other = await session(counsellor);
  await openThread(other);
  const text = `斷線時寫的 ${Date.now()}`;
  await other.getByLabel('回覆', { exact: true }).fill(text);
  await other.getByRole('button', { name: '送出', exact: true }).click();
  await other.getByRole('log').getByText(text).waitFor();
  await done(other);
  await line.mend();
  const mended = Date.now();
  await connected(page);
  await page.getByRole('log').getByText(text).waitFor();
  console.log(`       back after ${Date.now() - mended} ms`);
  assert.equal(await page.getByLabel('回覆', { exact: true }).inputValue(), '寫到一半');
  await done(page);
  await line.cut();
});

test('a session that ended takes what was read off the screen and keeps the draft', async () => {
  const page = await session(counsellor);
  await openThread(page);
  await page.getByLabel('回覆', { exact: true }).fill('還沒送出的話');
  const other = await page.context().newPage();
  await other.goto(`${base}/`);
  await other.getByRole('button', { name: '登出' }).click();
  await other.getByRole('button', { name: '登入', exact: true }).waitFor();
  await page.getByRole('status').filter({ hasText: '登入已到期' }).waitFor();
  assert.equal(await page.getByRole('log').isVisible(), false);
  assert.equal(await page.getByLabel('回覆', { exact: true }).inputValue(), '還沒送出的話');
  await enter(other, base, counsellor);
  await page.getByLabel('回覆', { exact: true }).fill(`重新登入後送出 ${Date.now()}`);
  await page.getByRole('button', { name: '送出', exact: true }).click();
  await page.getByRole('status').filter({ hasText: '已存下' }).waitFor();
  await done(page);
});

for (const [width, height] of [[1280, 800], [390, 844]]) {
  for (const dark of [false, true]) {
    const looks = `${width}${dark ? '-dark' : ''}`;
    test(`every page is accessible and fits at ${looks}`, async () => {
      const page = await openPage(browser, { width, height, dark });
      await page.goto(`${base}/`);
      await sound(page, `console-sign-in-${looks}`);
      await enter(page, base, counsellor);
      await connected(page);
      await sound(page, `console-list-${looks}`);
      await openThread(page);
      await connected(page);
      await sound(page, `console-thread-${looks}`);
      for (const path of ['closed', 'search', 'people', 'undelivered', 'nowhere']) {
        await page.goto(`${base}/${path}`);
        await sound(page, `console-${path}-${looks}`);
      }
      await enter(page, base, admin);
      for (const name of ['主題群組', '關懷訊息']) {
        await page.getByRole('link', { name, exact: true }).click();
        await page.getByRole('heading', { name, level: 1 }).waitFor();
        if (name === '主題群組') await page.getByLabel('主題', { exact: true }).selectOption({ index: 1 });
        await page.getByLabel('內容', { exact: true }).fill('預覽用的內容');
        await page.getByRole('button', { name: '預覽' }).click();
        await page.getByRole('status').filter({ hasText: '本月剩餘則數' }).waitFor();
        await sound(page, `console-${name === '主題群組' ? 'topics' : 'care'}-${looks}`);
      }
      await done(page);
    });
  }
}

test('an admin sends to a topic and sees the result', async () => {
  const page = await session(admin);
  await page.getByRole('link', { name: '主題群組', exact: true }).click();
  await connected(page);
  const text = `主題貼文 ${Date.now()}`;
  await page.getByLabel('內容', { exact: true }).fill(text);
  await page.getByRole('button', { name: '發送' }).click();
  await page.getByRole('alert').filter({ hasText: '請先選擇主題' }).waitFor();
  await page.getByLabel('主題', { exact: true }).selectOption({ index: 1 });
  await page.getByRole('button', { name: '發送' }).dblclick();
  const post = page.getByRole('listitem').filter({ hasText: text });
  await post.filter({ hasText: '發送完成' }).waitFor();
  assert.equal(await post.count(), 1, 'a double click sends once');
  await done(page);
});

test('an admin cannot tell a thread from nothing', async () => {
  const page = await session(counsellor);
  await openThread(page);
  const path = new URL(page.url()).pathname;
  await page.context().close();
  const other = await session(admin);
  const seen = [];
  for (const place of [path, `/threads/${'0'.repeat(32)}`, '/nowhere']) {
    const answer = await other.goto(base + place);
    assert.equal(answer.status(), 404);
    seen.push(await other.locator('main').innerText());
  }
  assert.equal(new Set(seen).size, 1);
  assert.equal(await other.getByRole('link', { name: '待處理' }).count(), 0);
  await done(other);
});

await runTests();
