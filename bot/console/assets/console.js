// What the pages do beyond htmx: forms as JSON, the connection in words, counting, sending by keyboard.
const body = document.body;
const byId = (id) => document.getElementById(id);
let leaving = false;
const drafts = () => [...document.querySelectorAll('[data-draft]')].some((field) => field.value.trim() !== '');

// --- asking the server -------------------------------------------------------------------------------------

async function ask(path, data) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-careline-token': body.dataset.token },
    body: JSON.stringify(data),
  });
  const isJson = (response.headers.get('content-type') ?? '').startsWith('application/json');
  const answer = isJson ? await response.json() : { problem: body.dataset.fault };
  return { status: response.status, answer };
}

// After a new sign-in in another tab this page gets that session's token and its draft can still be sent.
async function renewed() {
  const response = await fetch('/session');
  if (response.status === 401) {
    over();
    return false;
  }
  if (!response.ok) return false;
  const { token } = await response.json();
  const changed = token !== body.dataset.token;
  body.dataset.token = token;
  delete body.dataset.over;
  return changed;
}

async function post(path, data) {
  let result = await ask(path, data);
  const maySignedOut = byId('connection') && (result.status === 401 || result.status === 403);
  if (maySignedOut && (await renewed())) result = await ask(path, data);
  if (result.status === 423) locked();
  return result.answer;
}

// --- forms -------------------------------------------------------------------------------------------------

const part = (form, name) => form.querySelector(`[data-${name}]`);

function say(form, { problem = '', say: said = '' }) {
  if (part(form, 'problem')) part(form, 'problem').textContent = problem;
  if (part(form, 'say')) part(form, 'say').textContent = said;
}

// True while nothing speaks against sending; otherwise the form says what does.
function sendable(form, button) {
  const field = part(form, 'draft');
  if (!field) return true;
  if (button?.dataset.unsent && field.value.trim() !== '') {
    say(form, { problem: button.dataset.unsent });
    return false;
  }
  if (!button?.dataset.unsent && field.value.length > Number(form.dataset.longest)) {
    say(form, { problem: form.dataset.tooLong });
    return false;
  }
  return true;
}

function take(form, answer, sent) {
  say(form, answer);
  if (answer.token) body.dataset.token = answer.token;
  if (answer.page !== undefined) show(answer.page);
  if (answer.key) form.dataset.key = answer.key;
  if (answer.html !== undefined && part(form, 'html')) part(form, 'html').innerHTML = answer.html;
  const field = part(form, 'draft');
  if (answer.clear && field && field.value === sent) {
    field.value = '';
    count(field);
  }
  if (answer.refresh) htmx.trigger(byId(answer.refresh), 'refresh');
  if (answer.reload) location.reload();
  if (answer.step_up) location.assign(`/step-up?next=${location.pathname}`);
  if (answer.go || leaving) location.assign(answer.go ?? '/sign-in');
}

// A page that can be seen this once: it comes with the answer and has no address.
function show(html) {
  byId('main').innerHTML = html;
  byId('main').focus();
}

async function submit(form, button) {
  if (form.dataset.busy || !sendable(form, button)) return;
  leaving ||= form.getAttribute('action') === '/sign-out';
  form.dataset.busy = 'yes';
  const draft = part(form, 'draft');
  if (draft) await kept(draft);
  for (const one of form.querySelectorAll('button')) one.setAttribute('aria-disabled', 'true');
  try {
    const data = Object.fromEntries(new FormData(form));
    const action = button?.getAttribute('formaction') ?? form.getAttribute('action');
    const answer = await post(action, { ...data, key: form.dataset.key });
    take(form, answer, data.text);
  } catch {
    leaving = false;
    say(form, { problem: body.dataset.fault });
  }
  delete form.dataset.busy;
  for (const one of form.querySelectorAll('button')) one.removeAttribute('aria-disabled');
}

document.addEventListener('submit', (event) => {
  event.preventDefault();
  submit(event.target, event.submitter);
});

document.addEventListener('click', ({ target }) => {
  if (target.closest('[data-print]')) window.print();
  // A phone's keyboard of digits cannot type a recovery code.
  const letters = target.closest('[data-letters]');
  if (!letters) return;
  const field = byId(letters.dataset.letters);
  field.inputMode = 'text';
  field.focus();
});

// --- writing -----------------------------------------------------------------------------------------------

// A string's length counts UTF-16 units, as LINE does.
function count(field) {
  const shown = field.form.querySelector('[data-units]');
  const longest = Number(field.form.dataset.longest);
  shown.textContent = field.value.length.toLocaleString('en');
  shown.parentElement.classList.toggle('problem', field.value.length > longest);
  if (field.value.length > longest) say(field.form, { problem: field.form.dataset.tooLong });
  else if (part(field.form, 'problem').textContent === field.form.dataset.tooLong) say(field.form, {});
}

// Writing is activity, and what is being written is kept (sealed, where the form says where) a few seconds later: when
// the content is locked nothing is lost.
const keeping = new Map();  // by field: the timer that waits, the request on its way

function keepSoon(field) {
  const state = keeping.get(field) ?? {};
  keeping.set(field, state);
  state.timer ??= setTimeout(() => {
    delete state.timer;
    state.request = post(field.form.dataset.keep ?? '/here', { text: field.value }).catch(() => {});
  }, 3_000);
}

async function kept(field) {
  const state = keeping.get(field) ?? {};
  clearTimeout(state.timer);
  delete state.timer;
  await state.request;
}

for (const field of document.querySelectorAll('[data-draft]')) {
  count(field);  // browsers bring back what stood in a field before a reload
  field.addEventListener('input', () => {
    count(field);
    keepSoon(field);
  });
  field.addEventListener('keydown', (event) => {
    const composing = event.isComposing || event.keyCode === 229;
    const button = part(field.form, 'default');
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || composing || !button) return;
    event.preventDefault();
    if (!event.repeat) field.form.requestSubmit(button);
  });
}

// The slash leads to the search, except where somebody writes.
document.addEventListener('keydown', (event) => {
  const writes = event.target.closest?.('input, textarea, select');
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || writes) return;
  const field = document.querySelector('input[type="search"]');
  const link = document.querySelector('nav a[href="/search"]');
  if (!field && !link) return;
  event.preventDefault();
  if (field) field.focus();
  else location.assign(link.href);
});

// --- live --------------------------------------------------------------------------------------------------

function connection(state) {
  const shown = byId('connection');
  if (!shown || shown.dataset.state === state) return;
  shown.dataset.state = state;
  shown.textContent = shown.dataset[state];
}

// The session has ended without our doing: nothing to read stays on a screen that somebody may have left.
function over() {
  if (leaving) return;
  if (!drafts()) {
    location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
    return;
  }
  body.dataset.over = 'yes';
  connection('over');
}

// The content was locked: the page makes room for the one that says so. A text that nobody keeps stays in its box, all
// else goes out of sight, until the operator has unlocked another page.
function locked() {
  if (document.querySelector('[data-locked]') || leaving) return;
  const unkept = [...document.querySelectorAll('[data-draft]')].some((one) => one.value.trim() && !one.form.dataset.keep);
  if (!unkept) {
    location.reload();
    return;
  }
  body.dataset.over = 'yes';
  connection('over');
}

body.addEventListener('htmx:sseOpen', () => {
  delete body.dataset.over;
  connection('live');
});
body.addEventListener('htmx:sseError', () => {
  if (!body.dataset.over) connection('lost');
  renewed().catch(() => {});
});
body.addEventListener('htmx:responseError', (event) => {
  if (event.detail.xhr.status === 401) over();
  if (event.detail.xhr.status === 423) locked();
});
window.addEventListener('focus', () => {
  if (body.dataset.over) renewed().catch(() => {});
});
window.addEventListener('pagehide', () => { leaving = true; });
document.addEventListener('sse:locked', locked);
document.addEventListener('sse:alert', (event) => {
  const alarm = byId('alarm');
  if (alarm) alarm.textContent = alarm.dataset.words;
  if (event.target.id === 'strip') ring();
});

// --- the sound of an alert ---------------------------------------------------------------------------------

// Browsers let a page sound only after a click; the wish outlives the page, the permission sometimes too.
let audio = null;
const sounding = () => audio?.state === 'running';

function tone(at, hertz) {
  const [source, volume] = [audio.createOscillator(), audio.createGain()];
  source.frequency.value = hertz;
  volume.gain.setValueAtTime(0.3, at);
  volume.gain.exponentialRampToValueAtTime(0.001, at + 0.6);
  source.connect(volume).connect(audio.destination);
  source.start(at);
  source.stop(at + 0.6);
}

function ring() {
  if (!sounding()) return;
  [880, 660, 880].forEach((hertz, place) => tone(audio.currentTime + place * 0.7, hertz));
}

function showSound() {
  const button = byId('sound');
  button.textContent = sounding() ? button.dataset.on : button.dataset.off;
}

async function allowSound() {
  audio ??= new AudioContext();
  audio.onstatechange = showSound;
  await audio.resume();
}

byId('sound')?.addEventListener('click', async () => {
  if (sounding()) {
    localStorage.removeItem('sound');
    await audio.suspend();
    return;
  }
  localStorage.setItem('sound', 'on');
  await allowSound();
  ring();
});
if (byId('sound') && localStorage.getItem('sound') === 'on') allowSound().catch(() => {});

// --- reading a thread --------------------------------------------------------------------------------------

// Tells that a person looked at it: when the page is opened, and after news only once somebody moves.
let looked = '';
function look() {
  const history = byId('history');
  if (!history || document.visibilityState !== 'visible' || history.dataset.mark === looked) return;
  looked = history.dataset.mark;
  post(history.dataset.opened, {}).catch(() => { looked = ''; });
}

let atEnd = true;
const toEnd = () => {
  const history = byId('history');
  if (history && atEnd) history.scrollTop = history.scrollHeight;
};

body.addEventListener('htmx:beforeSwap', () => {
  const history = byId('history');
  if (history) atEnd = history.scrollHeight - history.scrollTop - history.clientHeight < 40;
});
body.addEventListener('htmx:afterSwap', (event) => {
  if (event.target.id === 'thread-part') toEnd();
  const answer = byId('answer');
  if (answer && byId('history')?.dataset.closed) say(answer, { problem: answer.dataset.closed });
  if (event.target.id === 'to-do') title();
});

function title() {
  const list = byId('to-do');
  if (!list) return;
  const waiting = list.querySelectorAll('a').length;
  document.title = waiting ? `(${waiting}) ${body.dataset.title}` : body.dataset.title;
}

title();
toEnd();
look();
for (const sign of ['pointerdown', 'keydown']) document.addEventListener(sign, look);
document.addEventListener('visibilitychange', () => { if (looked === '') look(); });
