// An employee with a phone, played through the simulator's control API: writing, tapping, and reading what comes.
import assert from 'node:assert/strict';

/** Calls the control API; fails with the API's own words. */
export async function control(base, method, path, body) {
  const response = await fetch(`${base}/_simulator/${path}`, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  const answer = await response.json();
  assert.equal(response.status, 200, `${method} ${path}: ${JSON.stringify(answer)}`);
  return answer;
}

/** What the account answered to one deed. */
class Answer {
  constructor(screen, bubbles) {
    this.bubbles = bubbles;
    this.text = bubbles.map((bubble) => bubble.texts?.join('\n') || bubble.text || '').join('\n');
    this.quickReplies = screen.quickReplies.map((item) => item.label);
    this.buttons = bubbles.flatMap((bubble) => bubble.buttons.map((button) => button.label));
    this.numbered = new Map([...this.text.matchAll(/^(\d{1,2})\. (.+)$/gm)].map(([, number, label]) => [label, number]));
  }

  /** Asserts that every one of these texts or patterns is on the screen. */
  says(...wanted) {
    for (const each of wanted) {
      const found = each instanceof RegExp ? each.test(this.text) : this.text.includes(each);
      assert.ok(found, `「${each}」 is not in:\n${this.text}`);
    }
    return this;
  }

  lacks(...unwanted) {
    for (const each of unwanted) assert.ok(!this.text.includes(each), `「${each}」 is in:\n${this.text}`);
    return this;
  }

  /** Asserts that these words can be tapped and stand numbered in the text, for LINE on a computer. */
  offers(...labels) {
    for (const label of labels) {
      assert.ok([...this.quickReplies, ...this.buttons].includes(label), `${label} cannot be tapped; only ${this.quickReplies}`);
      assert.ok(this.numbered.has(label), `${label} is not numbered in:\n${this.text}`);
    }
    return this;
  }
}

export class Employee {
  constructor(base, id) {
    Object.assign(this, { base, id });
  }

  /** A new employee; options as in the control API. Reads the greeting unless nothing is to come. */
  static async join(base, options = {}) {
    const { id } = await control(base, 'POST', 'employees', options);
    const employee = new Employee(base, id);
    if (options.follow === undefined || options.follow === 'event') employee.greeting = await employee.hears(0);
    return employee;
  }

  screen(query = '') {
    return control(this.base, 'GET', `employees/${this.id}/phone${query}`);
  }

  async lastSeq() {
    return (await this.screen()).bubbles.at(-1)?.seq ?? 0;
  }

  /** What came from the account after seq, waiting at most 10 s for the first bubble. */
  async hears(seq) {
    await this.screen(`?after=${seq}&waitMs=10000`);
    const screen = await this.screen();
    const bubbles = screen.bubbles.filter((bubble) => bubble.seq > seq && bubble.from === 'bot');
    assert.ok(bubbles.length, 'no answer within 10 s');
    return (this.last = new Answer(screen, bubbles));
  }

  async does(deed, body) {
    const seq = await this.lastSeq();
    await control(this.base, 'POST', `employees/${this.id}/${deed}`, body);
    return this.hears(seq);
  }

  says(text) {
    return this.does('text', { text });
  }

  taps(label) {
    return this.does('press', { label });
  }

  /** Does something that must stay without an answer. */
  async inSilence(deed, body = {}) {
    const seq = await this.lastSeq();
    const answer = await control(this.base, 'POST', `employees/${this.id}/${deed}`, body);
    await control(this.base, 'POST', 'wait', { quietMs: 400, timeoutMs: 5000 });
    const late = (await this.screen()).bubbles.filter((bubble) => bubble.seq > seq && bubble.from === 'bot');
    assert.deepEqual(late.map((bubble) => bubble.text), []);
    return answer;
  }

  /** Takes one of the offered words by hand: typed as a word, typed as its number, or tapped. */
  chooses(label, hand) {
    this.last.offers(label);
    if (hand === 'tapped') return this.taps(label);
    return this.says(hand === 'number' ? this.last.numbered.get(label) : label);
  }
}

export const hands = ['word', 'number', 'tapped'];
