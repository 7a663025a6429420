// Signing in at the console. A code (驗證碼) works once, and there is one for each half minute: so a session is shared by
// all pages of an operator, as in a browser with many tabs, and only tests about signing in sign in anew.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build, root } from './browser.mjs';

const sessions = new Map();  // cookies by operator

/** "name password" as both. */
export function operator(who) {
  const [name, ...password] = (who ?? '').split(' ');
  assert.ok(name && password.length, 'an operator is a name and a password');
  return { name, password: password.join(' ') };
}

/** A code that works now; waits for one at most half a minute. */
export async function codeOf(name) {
  const config = process.env.CARELINE_CONFIG ?? join(root, 'var', 'demo', 'careline.toml');
  const { stdout } = await promisify(execFile)(join(build, 'careline'), ['operator', 'code', name, '--config', config]);
  assert.match(stdout, /^\d{6}\n$/);
  return stdout.trim();
}

/** Fills the form of the page in and presses the button. */
export async function signIn(page, { name, password }, code) {
  await page.getByLabel('帳號', { exact: true }).fill(name);
  await page.getByLabel('密碼', { exact: true }).fill(password);
  await page.getByLabel('驗證碼', { exact: true }).fill(code);
  await page.getByRole('button', { name: '登入', exact: true }).click();
}

/** Signs in anew, with a code of its own. */
export async function enterAnew(page, base, who) {
  const { name } = operator(who);
  await page.context().clearCookies();  // signing in ends the session of whoever sat here before
  await page.goto(`${base}/sign-in`);
  await signIn(page, operator(who), await codeOf(name));
  await page.getByRole('button', { name: '登出' }).waitFor();
  sessions.set(name, await page.context().cookies());
}

/** Goes on in the operator's session where it lives, else signs in. */
export async function enter(page, base, who) {
  const cookies = sessions.get(operator(who).name);
  if (cookies) {
    await page.context().addCookies(cookies);
    await page.goto(`${base}/`);
    if (await page.getByRole('button', { name: '登出' }).count()) return;
  }
  await enterAnew(page, base, who);
}
