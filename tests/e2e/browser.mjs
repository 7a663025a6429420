// Helper of the browser tests: Debian's Chromium, pages like our users', accessibility, and a small runner with a sum.
import { createRequire } from 'node:module';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const build = process.env.CARELINE_BUILD ?? join(root, 'build', 'release');

/** A headless Chromium that calls nobody; close it yourself. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-dev-shm-usage'],
  });
}

/**
 * A page of its own session in zh-TW. Options: width and height in px (1280 × 800), dark.
 * page.problems gathers script errors and every request that left the loopback; a test asserts that it is empty.
 */
export async function openPage(browser, { width = 1280, height = 800, dark = false } = {}) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    locale: 'zh-TW',
    timezoneId: 'Asia/Taipei',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.problems = [];
  page.on('pageerror', (error) => page.problems.push(`script: ${error.message}`));
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) page.problems.push(`policy: ${message.text()}`);
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol) && !['127.0.0.1', 'localhost'].includes(url.hostname)) {
      page.problems.push(`foreign: ${url.origin}`);
    }
  });
  return page;
}

/** Violations of WCAG 2.2 A and AA on the page as it stands, one line each. */
export async function axeViolations(page) {
  // A strict policy forbids injected script elements; the debugger's evaluation is not bound by it.
  const rules = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}";
  const client = await page.context().newCDPSession(page);
  const answer = await client.send('Runtime.evaluate', {
    expression: `${axeSource};
      axe.run(document, ${rules}).then((result) => JSON.stringify(result.violations.map(
        (found) => found.id + ': ' + found.nodes.map((node) => node.target.join(' ')).join(' | '))));`,
    awaitPromise: true,
    returnByValue: true,
    allowUnsafeEvalBlockedByCSP: true,
  });
  await client.detach();
  if (answer.exceptionDetails) throw new Error(answer.exceptionDetails.exception?.description ?? 'axe failed');
  return JSON.parse(answer.result.value);
}

/** Saves build/…/screens/NAME.png and returns its path. */
export async function screenshot(page, name) {
  const folder = join(build, 'screens');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path, fullPage: true });
  return path;
}

const tests = [];

/** Registers a test: an async function that throws when something is wrong. */
export function test(name, body) {
  tests.push({ name, body });
}

/** Runs what was registered, one after another, each within limitMs, and ends the process with the sum as last line. */
export async function runTests({ limitMs = 120_000 } = {}) {
  let failed = 0;
  for (const { name, body } of tests) {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not done after ${limitMs} ms`)), limitMs);
    });
    try {
      await Promise.race([body(), late]);
      console.log(`ok     ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED ${name}\n${error.stack}`);
    } finally {
      clearTimeout(timer);
    }
  }
  console.log(`${tests.length - failed} passed, ${failed} failed`);
  process.exit(failed || !tests.length ? 1 : 0);
}
