// LINE on loopback that does what a test tells it, and events as LINE sends them.
import { randomBytes } from 'node:crypto';
import http from 'node:http';

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * LINE as a test wants it. Takes a reply token once and a retry key once (409 after), like the real one.
 * `script(call)` may return {status, body, delayMs, never, cut: 'before' | 'after'}; `cut` closes the socket before or
 * after the call took effect. calls: {endpoint, key, token, to, messages, raw, taken, at}.
 */
export class LineStub {
  calls = [];
  script = () => undefined;
  #tokens = new Set();
  #keys = new Set();
  #server;
  port = 0;

  async open() {
    this.#server = http.createServer({ keepAliveTimeout: 60_000 }, (request, response) => this.#hear(request, response));
    await new Promise((resolve, reject) => {
      this.#server.on('error', reject).listen(this.port, '127.0.0.1', 1024, resolve);
    });
    this.port = this.#server.address().port;
    return this;
  }

  /** From now on connections are refused, on the port that `open` takes again. */
  async close() {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #hear(request, response) {
    const pieces = [];
    try {
      for await (const piece of request) pieces.push(piece);
    } catch {
      return;  // the caller was killed half-way: nothing arrived
    }
    const raw = Buffer.concat(pieces).toString('utf8');
    const path = request.url.match(/^\/v2\/bot\/message\/(reply|push|multicast)$/);
    if (!path) return response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"Not found"}');
    const body = JSON.parse(raw);
    const call = {
      endpoint: path[1], key: request.headers['x-line-retry-key'] ?? '', token: body.replyToken ?? '', to: body.to ?? '',
      messages: body.messages, raw, taken: false, at: Date.now(),
    };
    this.calls.push(call);
    await this.#answer(call, this.script(call) ?? {}, response);
  }

  async #answer(call, told, response) {
    if (told.cut === 'before') return response.destroy();
    if (told.never) return;
    if (told.status === undefined || told.accept) this.#take(call, told);
    if (told.cut === 'after') return response.destroy();
    if (told.delayMs) await sleep(told.delayMs);
    response.writeHead(told.status ?? 200, { 'content-type': told.type ?? 'application/json' });
    response.end(told.body ?? '{}');
  }

  #take(call, told) {
    const known = call.endpoint === 'reply' ? this.#tokens : this.#keys;
    const name = call.endpoint === 'reply' ? call.token : call.key;
    if (known.has(name)) {
      told.status = call.endpoint === 'reply' ? 400 : 409;
      const why = call.endpoint === 'reply' ? 'Invalid reply token' : 'The retry key is already accepted';
      told.body = JSON.stringify({ message: why });
      return;
    }
    known.add(name);
    call.taken = true;
  }

  /** Calls for one person's events: by the reply tokens given, or by push to them. */
  of(user, ...tokens) {
    return this.calls.filter((call) => call.to === user || tokens.includes(call.token));
  }
}

export const lineId = (letter = 'U') => letter + randomBytes(16).toString('hex');
const ulid = () => `01${randomBytes(12).toString('hex').toUpperCase()}`;

/** An event as LINE sends it; `more` is merged over it, undefined values disappear. */
export function event(user, type, more = {}) {
  return {
    type, mode: 'active', timestamp: Date.now(), source: { type: 'user', userId: user }, webhookEventId: ulid(),
    deliveryContext: { isRedelivery: false }, replyToken: randomBytes(16).toString('hex'), ...more,
  };
}
export function textEvent(user, text, more = {}) {
  const id = String(BigInt(`0x${randomBytes(7).toString('hex')}`));
  return event(user, 'message', { message: { id, type: 'text', text, quoteToken: 'q' }, ...more });
}
