// The office in a real browser: what a counsellor and an admin do in the console during the conversations' tests.
import assert from 'node:assert/strict';
import { openPage } from './browser.mjs';
import { enter } from './sign_in.mjs';

export class Office {
  /** Signs in, or goes on in the session of this operator; who is "name password". */
  static async enter(browser, base, who, options) {
    const office = new Office();
    office.base = base;
    office.page = await openPage(browser, options);
    await enter(office.page, base, who);
    return office;
  }

  get toDo() {
    return this.page.getByRole('list', { name: '待處理' });
  }

  get history() {
    return this.page.getByRole('log');
  }

  /** Opens the thread whose link holds these words; it may still be on its way into the list. */
  async open(words) {
    await this.page.goto(`${this.base}/`);
    await this.toDo.getByRole('link', { name: words }).first().click();
    await this.history.waitFor();
  }

  /** Opens the newest thread that shows this text, among those whose links hold the words. */
  async openWith(words, text) {
    await this.page.goto(`${this.base}/`);
    const links = this.toDo.getByRole('link', { name: words });
    await links.first().waitFor();
    const addresses = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    for (const address of addresses) {
      await this.page.goto(this.base + address);
      await this.history.waitFor();
      if ((await this.history.innerText()).includes(text)) return;
    }
    assert.fail(`none of ${addresses.length} threads of ${words} shows ${text}`);
  }

  bubble(text) {
    return this.history.locator('.bubble').filter({ hasText: text });
  }

  async answer(text) {
    await this.page.getByLabel('回覆', { exact: true }).fill(text);
    await this.page.getByRole('button', { name: '送出', exact: true }).click();
    await this.bubble(text).waitFor();
  }

  async close() {
    await this.page.getByRole('button', { name: '結案' }).click();
    await this.page.getByRole('button', { name: '結案' }).waitFor({ state: 'detached' });
  }

  /** An admin's post to a topic, previewed first; returns the preview's words. */
  async post(topic, text) {
    await this.page.getByRole('link', { name: '主題群組', exact: true }).click();
    await this.page.getByLabel('主題', { exact: true }).selectOption({ label: topic });
    return this.send(text);
  }

  async care(text) {
    await this.page.getByRole('link', { name: '關懷訊息', exact: true }).click();
    return this.send(text);
  }

  async send(text) {
    await this.page.getByLabel('內容', { exact: true }).fill(text);
    await this.page.getByRole('button', { name: '預覽' }).click();
    const preview = this.page.getByRole('status').filter({ hasText: '本月剩餘則數' });
    await preview.waitFor();
    const words = await preview.innerText();
    await this.page.getByRole('button', { name: '發送' }).click();
    await this.page.getByRole('listitem').filter({ hasText: text }).filter({ hasText: '發送完成' }).waitFor();
    return words;
  }

  async leave() {
    assert.deepEqual(this.page.problems, []);
    await this.page.context().close();
  }
}
