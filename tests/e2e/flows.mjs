// Every conversation from its first word to its last, through the simulator's control API: with words typed, with
// numbers typed as on a computer, and tapped; counsellor and admin answer in a real browser.
// Needs a running Careline with its simulator; the environment says where, as tests/e2e/run.mjs sets it.
import assert from 'node:assert/strict';
import { launch, runTests, test } from './browser.mjs';
import { Office } from './office.mjs';
import { control, Employee, hands } from './phone.mjs';

const line = process.env.CARELINE_SIMULATOR;
const seat = process.env.CARELINE_CONSOLE;
assert.ok(line && seat, 'start it by tests/e2e/run.mjs');
const browser = await launch();
const enter = (who) => Office.enter(browser, seat, process.env[who]);
const counsellor = () => enter('CARELINE_COUNSELLOR');
const admin = () => enter('CARELINE_ADMIN');

const places = ['主題群組', '匿名提問', '諮商預約', '求助', '服務資訊', '我的資料', '進度', '真人'];
const read = '『已讀』只代表系統收到，不代表有人看過';
const nudge = '您有一則新訊息';
const receiptIn = (answer) => {
  const alone = answer.bubbles.map((bubble) => bubble.text).filter((text) => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(text ?? ''));
  assert.equal(alone.length, 1, `no receipt alone in a bubble:\n${answer.text}`);
  return alone[0];
};
/** Fills in the shortest request; returns the case's number. */
async function openCase(person) {
  for (const words of ['諮商預約', '同意', '沒有', ...Array(6).fill('先跳過'), '用這裡的訊息就好', ...Array(3).fill('先跳過')])
    await person.says(words);
  return (await person.says('送出')).text.match(/個案編號是 (A\d+)/)[1];
}
let written = 0;
const unlike = (text) => `${text}${(written += 1)}`;

test('greeting: who we are, what is confidential, what one can do; at most three bubbles', async () => {
  const person = await Employee.join(line);
  person.greeting.says(read, '雇主看不到內容', '保密有例外').offers(...places);
  assert.ok(person.greeting.bubbles.length <= 3);
  await control(line, 'POST', `employees/${person.id}/block`, {});
  const back = await person.does('unblock', {});
  assert.ok(back.says('歡迎回來', read).bubbles.length < person.greeting.bubbles.length, 'shorter when unblocked');
});

for (const hand of hands) {
  test(`menu: every place, by ${hand}`, async () => {
    const person = await Employee.join(line);
    const expected = {
      主題群組: '想看哪一個呢', 匿名提問: '雇主看不到內容', 諮商預約: '保密有四個例外', 求助: /119[^]*1925/,
      服務資訊: /03-3027858（示範號碼/, 我的資料: '加密保存', 進度: '目前沒有進行中的個案', 真人: read,
    };
    for (const place of places) {
      (await person.says('選單')).offers(...places);
      (await person.chooses(place, hand)).says(expected[place]);
    }
    (await person.says('服務資訊')).offers('諮商與申訴');
    (await person.chooses('諮商與申訴', hand)).says('霸凌', '性騷擾', '不是申訴管道');
  });

  test(`topic groups: look, join, mine, leave, by ${hand}`, async () => {
    const topic = '壓力症候群-OUT';
    const person = await Employee.join(line);
    (await person.says('主題群組')).offers('職場新手 Easy Go', '夫妻相處有撇步', '新手父母 Fun 輕鬆', '活力上班族', topic,
      '女性保健，青春永駐', '照護銀髮，輕鬆上手', '樂活養生，三高絕緣', '親子教養，無憂無慮', '我的群組');
    (await person.chooses(topic, hand)).says(topic).offers('加入', '看貼文', '上一步', '取消');
    (await person.chooses('加入', hand)).says(`已經加入「${topic}」`).offers('退出');
    (await person.chooses('看貼文', hand)).says(topic);
    (await person.says('我的群組')).offers(topic);
    (await person.chooses(topic, hand)).offers('退出');
    (await person.chooses('退出', hand)).says('已經退出');
    (await person.says('我的群組')).says('還沒有加入');
  });

  test(`anonymous question: ask, be nudged, read, follow up, close, by ${hand}`, async () => {
    const person = await Employee.join(line);
    (await person.says('匿名提問')).says('訊息會經過 LINE', '無法替您叫救護車', '公務電腦', '不是申訴管道', '主旨').offers('取消');
    await person.says('工作安排');
    const body = unlike('最近換了新的業務，不知道怎麼開口。');
    await person.says(body);
    (await person.says('也擔心主管怎麼想。')).offers('寫好了', '上一步', '取消');
    // While a body is written a number belongs to it.
    (await person.chooses('寫好了', hand === 'number' ? 'word' : hand)).offers('要通知', '不留聯絡');
    (await person.chooses('要通知', hand)).says(body, '工作安排').offers('送出', '修改', '放棄');
    const sent = await person.chooses('送出', hand);
    sent.says(read, '從現在起 3 天');
    const receipt = receiptIn(sent);
    const [due] = sent.text.match(/11月27日（.）\d\d:\d\d/);
    (await person.says('進度')).says(due);

    const office = await counsellor();
    await office.openWith('匿名提問', body);
    const before = await person.lastSeq();
    const words = unlike('可以先挑一件最急的事談談。');
    await office.answer(words);
    (await person.hears(before)).says(nudge).lacks(words);
    await office.bubble(words).filter({ hasText: 'LINE 已接受' }).waitFor();
    const answer = hand === 'tapped' ? await person.taps('查看') : await person.says('查看回覆');
    answer.says(words, '諮詢回覆，非心理治療').offers('追問', '結束提問');

    (await person.chooses('追問', hand)).says('對象：匿名提問').offers('送出', '放棄', '取消');
    const more = unlike('如果他說沒空呢？');
    (await person.says(more)).offers('送出');
    await person.chooses('送出', hand === 'number' ? 'word' : hand);
    await office.bubble(more).waitFor();
    (await person.says(receipt)).says(words);
    (await person.chooses('結束提問', hand)).offers('結束', '先不要');
    (await person.chooses('結束', hand)).says('已經結束');
    await office.leave();
  });

  test(`counselling: from consent to the answer and the end, by ${hand}`, async () => {
    const person = await Employee.join(line);
    (await person.says('諮商預約')).says('雇主看不到內容', '經過 LINE').offers('同意', '不同意');
    (await person.chooses('同意', hand)).says('目前會給這些人看').offers('沒有', '上一步', '取消');
    (await person.chooses('沒有', hand)).offers('先跳過', '上一步', '取消');
    (await person.says('某機關')).offers('公務人員', '教師', '駐衛警察', '先跳過');
    (await person.chooses('教師', hand)).offers('法律諮詢', '心理健康', '婚喪喜慶', '先跳過');
    (await person.chooses('心理健康', hand)).offers('面談', '電話', '先跳過').lacks('文字');
    (await person.chooses('電話', hand)).offers('先跳過', '上一步', '取消');
    const matter = unlike('睡得不太好，想找人談談。');
    (await person.says(matter)).offers('寫好了');
    (await person.chooses('寫好了', hand === 'number' ? 'word' : hand)).offers('先跳過');
    const contact = await person.says('週三下午');
    assert.ok(!contact.quickReplies.includes('先跳過') && !contact.numbered.has('先跳過'), 'contact cannot be passed');
    (await person.says('用這裡的訊息就好')).offers('先跳過');
    (await person.chooses('先跳過', hand)).offers('先跳過');
    (await person.chooses('先跳過', hand)).offers('可以留言', '請不要留言', '先跳過');
    (await person.chooses('請不要留言', hand)).says(matter, '教師', '心理健康', '電話').offers('送出', '修改', '放棄');
    (await person.chooses('修改', hand)).offers('希望的方式');
    (await person.chooses('希望的方式', hand)).offers('面談');
    (await person.chooses('面談', hand)).says('面談').offers('送出');
    const sent = (await person.chooses('送出', hand)).says(read, /個案編號是 A\d+/);
    const label = sent.text.match(/A\d+/)[0];
    sent.says(`對象：個案 ${label}`, '諮詢回覆，非心理治療');
    (await person.says('進度')).says(`個案 ${label}：已收到`, '前回覆');

    const office = await counsellor();
    await office.openWith(`個案 ${label}`, matter);
    assert.match(await office.history.innerText(), /教師[^]*面談/);
    (await person.says('進度')).says('已有人閱讀');
    const before = await person.lastSeq();
    const words = unlike('週三下午兩點可以嗎？');
    await office.answer(words);
    (await person.hears(before)).says(nudge).lacks(words);
    const answer = hand === 'tapped' ? await person.taps('查看') : await person.says('查看回覆');
    answer.says(words, '諮詢回覆，非心理治療', label);
    await office.bubble(words).filter({ hasText: '對方已查看' }).waitFor();
    const more = unlike('可以，謝謝。');
    (await person.says(more)).says(`對象：個案 ${label}`, read);
    await office.bubble(more).waitFor();
    await office.close();
    (await person.says('您好')).lacks('已轉給諮商人員');
    await office.leave();
  });
}

test('every way out: 取消, 上一步, 真人, 放棄, 不同意, and a draft that waits', async () => {
  const person = await Employee.join(line);
  await person.says('匿名提問');
  await person.says('請假');
  (await person.says('上一步')).says('主旨');
  (await person.says('請假')).says('寫好了');
  await person.says('想知道怎麼請。');
  (await person.says('真人')).says(read, '03-3027858').offers('匿名提問', '諮商預約');
  (await person.says('繼續')).offers('寫好了');
  await person.says('寫好了');
  (await person.says('上一步')).offers('寫好了');
  (await person.says('取消')).offers('繼續', '放棄草稿');
  (await person.says('繼續')).offers('寫好了');
  await person.says('寫好了');
  await person.says('不留聯絡');
  (await person.says('放棄')).says('沒有送出');
  (await person.says('繼續')).says('目前沒有寫到一半的內容');
  await person.says('諮商預約');
  (await person.says('不同意')).says('沒有留下預約資料');
});

test('without a return address nothing is announced; the receipt opens the answer on another phone, in any writing', async () => {
  const person = await Employee.join(line);
  await person.says('匿名提問');
  await person.says('請假');
  const body = unlike('想知道身心調適假怎麼請。');
  await person.says(body);
  await person.says('寫好了');
  await person.says('不留聯絡');
  const receipt = receiptIn(await person.says('送出'));
  const office = await counsellor();
  await office.openWith('匿名提問', body);
  const before = await person.lastSeq();
  const words = unlike('每年三日，以小時計。');
  await office.answer(words);
  await control(line, 'POST', 'wait', { quietMs: 600 });
  assert.equal(await person.lastSeq(), before, 'nothing was sent');
  const second = await Employee.join(line);
  const typed = receipt.toLowerCase().replace(/(.{5})/g, '$1 ').replaceAll('0', 'o').replaceAll('1', 'l');
  (await second.says(typed)).says(words).offers('追問', '結束提問');
  (await second.says(receipt.replace(/^./, (first) => (first === '7' ? '8' : '7')))).lacks(words);
  await office.leave();
});

test('danger is answered first in every state, and what was interrupted goes on', async () => {
  const office = await counsellor();
  const danger = () => unlike('我不想活了，真的，第') + '次這樣想';
  for (const [state, words, after] of [
    ['resting', [], null],
    ['writing a question', ['匿名提問', '心情', '最近睡不好'], '寫好了'],
    ['filling in the request', ['諮商預約', '同意', '沒有'], '先跳過'],
  ]) {
    const person = await Employee.join(line);
    for (const each of words) await person.says(each);
    const said = danger();
    const card = (await person.says(said)).says('1925', '119').offers('我現在安全', '我有危險');
    assert.match(card.text, /已經通知值班|現在沒有人在線上看訊息/, state);
    await office.page.goto(`${seat}/`);
    await office.openWith('危機', said);
    (await person.chooses('我現在安全', 'tapped')).says('1925');
    if (after) (await person.says('繼續')).offers(after);
  }
  const tired = await Employee.join(line);
  (await tired.says('累死了')).lacks('1925');
  await office.leave();
});

test('a list that interrupts a body is answered by its numbers; nothing of that lands in the body', async () => {
  const person = await Employee.join(line);
  const body = unlike('最近睡不好，想問怎麼辦。');
  for (const words of ['匿名提問', '心情', body]) await person.says(words);
  (await person.says('我不想活了')).offers('我現在安全', '繼續剛才的');
  (await person.chooses('我現在安全', 'number')).says('知道你安全就好').offers('繼續剛才的');
  (await person.chooses('繼續剛才的', 'number')).says('共 1 則').offers('寫好了');
  (await person.says('真人')).offers('選單');
  (await person.says('寫好了')).offers('要通知');
  (await person.says('1')).says('內容（1 則', body);
});

test('a card promises an answer only where one can come', async () => {
  const office = await counsellor();
  const person = await Employee.join(line);
  const said = `${unlike('我不想活了，今天是第')}次說`;
  const card = await person.says(said);
  await office.openWith('危機', said);
  const words = unlike('我在，請問現在安全嗎？');
  const seq = await person.lastSeq();
  await office.answer(words);
  if (card.text.includes('在這裡回覆你')) {
    (await person.hears(seq)).says(nudge);
    (await person.says('查看回覆')).says(words);
  } else {
    await office.bubble(words).filter({ hasText: /送出失敗|對方沒有留下聯絡方式/ }).waitFor();
  }
  await office.leave();
});

test('answers: one nudge for several, shown directly for who wants that, nudged again after 改為通知', async () => {
  const person = await Employee.join(line);
  const label = await openCase(person);
  const office = await counsellor();
  await office.open(`個案 ${label}`);
  const [first, second, third, fourth] = ['一', '二', '三', '四'].map((each) => unlike(`第${each}則回覆，`));
  let seq = await person.lastSeq();
  await office.answer(first);
  (await person.hears(seq)).says(nudge).lacks(first);
  seq = await person.lastSeq();
  await office.answer(second);
  await office.bubble(second).filter({ hasText: 'LINE 已接受' }).waitFor();
  await control(line, 'POST', 'wait', { quietMs: 400 });
  assert.equal(await person.lastSeq(), seq, 'one nudge for both');
  (await person.taps('查看')).says(first, second);
  await person.says('直接顯示');
  seq = await person.lastSeq();
  await office.answer(third);
  (await person.hears(seq)).says(third, '諮詢回覆，非心理治療');
  await person.says('改為通知');
  seq = await person.lastSeq();
  await office.answer(fourth);
  (await person.hears(seq)).says(nudge).lacks(fourth);
  (await person.says('查看回覆')).says(fourth);
  await office.leave();
});

test('danger in an open case: on top of the list, and no time that has passed is told', async () => {
  const person = await Employee.join(line);
  const label = await openCase(person);
  await person.says('我今晚就要去跳樓');
  (await person.says('進度')).says(`個案 ${label}`).lacks('應於 11月24日');
  const office = await counsellor();
  const row = office.toDo.getByRole('link', { name: `個案 ${label}` });
  await row.filter({ hasText: '危機' }).waitFor();
  assert.doesNotMatch(await row.innerText(), /已逾時/);
  await office.leave();
});

test('a message taken back is gone from the console, whether sent before or while it is read', async () => {
  const person = await Employee.join(line);
  const label = await openCase(person);
  const said = unlike('這句話說錯了');
  await person.says(said);
  const office = await counsellor();
  await office.openWith(`個案 ${label}`, said);
  await person.inSilence('unsend');
  await office.history.getByText('員工已收回訊息').waitFor();
  assert.ok(!(await office.history.innerText()).includes(said));
  await office.leave();
});

test('to whom one writes: the open case at rest, the anonymous thread only between 追問 and 送出', async () => {
  const person = await Employee.join(line);
  const label = await openCase(person);
  const question = unlike('另外想匿名問的事。');
  for (const words of ['匿名提問', '另一件事', question, '寫好了', '要通知']) await person.says(words);
  const receipt = receiptIn(await person.says('送出'));
  const toCase = unlike('這句給個案');
  (await person.says(toCase)).says(`對象：個案 ${label}`);
  await person.says(receipt);
  (await person.says('追問')).says('對象：匿名提問');
  const toThread = unlike('這句給匿名');
  (await person.says(toThread)).says('對象：匿名提問');
  await person.says('送出');
  const office = await counsellor();
  await office.openWith('匿名提問', question);
  assert.match(await office.history.innerText(), new RegExp(toThread));
  assert.doesNotMatch(await office.history.innerText(), new RegExp(toCase));
  await office.open(`個案 ${label}`);
  assert.match(await office.history.innerText(), new RegExp(toCase));
  assert.doesNotMatch(await office.history.innerText(), new RegExp(`${toThread}|${question}`));
  await office.leave();
});

test('an admin’s post reaches the members of its topic and nobody else; a care message everybody who may be reached', async () => {
  const topic = '照護銀髮，輕鬆上手';
  const [member, other, gone] = [await Employee.join(line), await Employee.join(line), await Employee.join(line)];
  for (const each of [member, gone]) for (const words of ['主題群組', topic, '加入']) await each.says(words);
  await gone.inSilence('block');
  const [atMember, atOther, atGone] = [await member.lastSeq(), await other.lastSeq(), await gone.lastSeq()];
  const office = await admin();
  const text = unlike('喘息服務怎麼申請');
  (await office.post(topic, text)).includes('人');
  (await member.hears(atMember)).says(text);
  await control(line, 'POST', 'wait', { quietMs: 400 });
  assert.equal(await other.lastSeq(), atOther, 'a stranger to the topic hears nothing');
  assert.equal(await gone.lastSeq(), atGone, 'who blocked hears nothing');
  await member.says('主題群組');
  await member.says(topic);
  (await member.says('看貼文')).says(text);
  const care = unlike('天冷了，記得添衣');
  const [memberNow, otherNow] = [await member.lastSeq(), await other.lastSeq()];
  await office.care(care);
  (await member.hears(memberNow)).says(care);
  (await other.hears(otherNow)).says(care);
  assert.equal(await gone.lastSeq(), atGone);
  await office.leave();
});

test('who blocks is not called: no push, and the console says why', async () => {
  const person = await Employee.join(line);
  for (const words of ['匿名提問', '一件事']) await person.says(words);
  const body = unlike('請告訴我怎麼做。');
  for (const words of [body, '寫好了', '要通知', '送出']) await person.says(words);
  const seq = await person.lastSeq();
  await person.inSilence('block');
  const office = await counsellor();
  await office.openWith('匿名提問', body);
  const { calls } = await control(line, 'GET', 'calls');
  const words = unlike('可以這樣做。');
  await office.answer(words);
  await office.bubble(words).filter({ hasText: '送出失敗' }).waitFor();
  await control(line, 'POST', 'wait', { quietMs: 400 });
  const later = (await control(line, 'GET', `calls?after=${calls.at(-1).seq}`)).calls;
  assert.deepEqual(later.filter((call) => /push|multicast/.test(call.endpoint)), []);
  assert.equal(await person.lastSeq(), seq);
  (await person.does('unblock', {})).says('歡迎回來');
  (await person.says('查看回覆')).says(words);
  await office.leave();
});

test('a group: says what it can do, leaves talk alone, answers when addressed, and danger neutrally', async () => {
  const [one, two] = [await Employee.join(line), await Employee.join(line)];
  const group = await control(line, 'POST', 'groups', { name: '科室', members: [one.id, two.id] });
  const inGroup = async () => (await one.screen(`?chat=${group.id}`)).bubbles.filter((bubble) => bubble.from === 'bot');
  const say = async (text, more = {}) => {
    const before = (await inGroup()).length;
    await control(line, 'POST', `employees/${one.id}/text`, { text, chat: group.id, ...more });
    await control(line, 'POST', 'wait', { quietMs: 400 });
    return (await inGroup()).slice(before).map((bubble) => bubble.text).join('\n');
  };
  await control(line, 'POST', 'wait', { quietMs: 400 });
  assert.match((await inGroup()).map((bubble) => bubble.text).join(), /群組裡的談話我們不會讀/);
  assert.equal(await say('中午吃什麼'), '');
  assert.equal(await say('我不想活了'), '', 'talk that is not addressed is not read');
  assert.match(await say('在嗎', { mention: true }), /主題群組/);
  const neutral = await say('我不想活了', { mention: true });
  assert.match(neutral, /1925[^]*請私訊我/);
});

test('old buttons, stickers, pictures, voice and places get a sensible answer', async () => {
  const person = await Employee.join(line);
  await person.says('主題群組');
  const old = (await person.screen()).quickReplies[0].action;
  await person.says('取消');
  (await person.does('press', { action: old })).says('已過期').offers(...places);
  for (const [deed, words] of [['sticker', '貼圖'], ['image', '圖片'], ['audio', '語音'], ['location', '位置'], ['file', '檔案']])
    (await person.does(deed, {})).says(words);
  await person.says('匿名提問');
  (await person.does('sticker', {})).says('只能收文字', '主旨');
});

test('my data: shown, kept at 先不要, erased after confirmation', async () => {
  const person = await Employee.join(line);
  for (const words of ['主題群組', '活力上班族', '加入']) await person.says(words);
  (await person.says('我的資料')).says('主題群組：1 個').offers('刪除我的資料');
  (await person.chooses('刪除我的資料', 'tapped')).offers('確定刪除', '先不要');
  (await person.chooses('先不要', 'number')).says('什麼都沒有刪');
  await person.says('刪除我的資料');
  (await person.chooses('確定刪除', 'tapped')).says('已經刪除');
  (await person.says('我的資料')).says('主題群組：0 個');
});

test('LINE found nothing to complain about', async () => {
  const { violations } = await control(line, 'GET', 'violations');
  assert.deepEqual(violations, []);
  const { calls } = await control(line, 'GET', 'calls');
  const sending = calls.filter((call) => ['reply', 'push', 'multicast'].includes(call.endpoint));
  assert.ok(sending.length > 100);
  assert.deepEqual(sending.filter((call) => call.status !== 200).map((call) => [call.endpoint, call.status]), []);
});

await runTests();
