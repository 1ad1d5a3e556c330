/** A real browser, pages that report every error and every foreign request, and a look at a page in both sizes and themes. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const PICTURES = '.artifacts/web';
const PHONE = { width: 390, height: 844 };
/** Longer than any step takes on a busy machine. */
const PATIENCE_MS = 20_000;
const DESK = { width: 1280, height: 860 };
/** axe takes seconds, so it sees each size once and each theme once. */
const LOOKS = [
  { size: '390', viewport: PHONE, colorScheme: 'light', inspected: false },
  { size: '390-dark', viewport: PHONE, colorScheme: 'dark', inspected: true },
  { size: '1280', viewport: DESK, colorScheme: 'light', inspected: true },
] as const;
/** Keeps the browser from talking to anybody by itself. */
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What the package proposes and a test must not have: rules of the web switched off, and one process that every crash ends. */
const UNWANTED = /disable-web-security|insecure-content|isolation|IsolateOrigins|single-process/;

/** A browser that comes with the npm packages where there is one (Linux, x64), and the installed Chrome elsewhere. */
export async function launchBrowser(): Promise<Browser> {
  const { CHROMIUM: executablePath } = process.env;
  if (executablePath) return chromium.launch({ executablePath, args: QUIET });
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return chromium.launch({ channel: 'chrome', args: QUIET });
  // This variable makes the package unpack the shared libraries that a bare system lacks.
  process.env.AWS_LAMBDA_JS_RUNTIME ??= 'nodejs24.x';
  const { default: packaged } = await import('@sparticuz/chromium');
  packaged.setGraphicsMode = false;
  const args = packaged.args.filter((argument) => !UNWANTED.test(argument));
  return chromium.launch({ executablePath: await packaged.executablePath(), args: [...args, ...QUIET] });
}

/** A person's own browser profile; `trouble` collects what must not happen on any page. */
export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Uncaught errors, errors in the console (refused by the security policy, for one) and requests to anybody else. */
  readonly trouble: string[];
}

/**
 * Opens a profile with one page of a phone's size. Only `hosts` may be talked to. The browser keeps no page for later unless `kept`, because
 * what a kept page asks for can't be looked at.
 */
export async function openVisitor(
  browser: Browser,
  hosts: readonly string[],
  { locale = 'en-GB', kept = false } = {},
): Promise<Visitor> {
  const context = await browser.newContext({
    viewport: PHONE,
    reducedMotion: 'reduce',
    locale,
    serviceWorkers: kept ? 'allow' : 'block',
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const trouble: string[] = [];
  context.on('page', (page) => {
    page.on('pageerror', (error) => trouble.push(`error: ${error.message}`));
    page.on('console', (message) => {
      // A failed request is shown to the reader by the page; the tests that provoke one look there.
      const failedRequest = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !failedRequest) trouble.push(`console: ${message.text()}`);
    });
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol !== 'blob:' && !hosts.includes(origin)) trouble.push(`foreign request: ${request.url()}`);
    });
  });
  return { context, page: await context.newPage(), trouble };
}

/**
 * Looks at a page as it is: a picture in each size and theme under .artifacts/web, what axe finds, and what sticks out. The
 * list is empty for a page that everybody can use.
 */
export async function look(page: Page, name: string): Promise<string[]> {
  await mkdir(PICTURES, { recursive: true });
  const found: string[] = [];
  for (const { size, viewport, colorScheme, inspected } of LOOKS) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    const fullPage = (await page.locator('dialog[open]').count()) === 0;
    await page.screenshot({ path: join(PICTURES, `${name}-${size}.png`), fullPage });
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (sideways > 0) found.push(`${name}-${size}: ${sideways} px too wide`);
    if (!inspected) continue;
    // No page has frames, and without them axe needs no second tab.
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    found.push(
      ...violations.map(({ id, nodes }) => `${name}-${size}: ${id} at ${nodes[0]?.target.join(' ')}`),
    );
  }
  await page.setViewportSize(PHONE);
  await page.emulateMedia({ colorScheme: 'light' });
  return found;
}

/** What axe finds on a page as it is, and what sticks out. */
export async function inspect(page: Page, name: string): Promise<string[]> {
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  return [
    ...(sideways > 0 ? [`${name}: ${sideways} px too wide`] : []),
    ...violations.map(({ id, nodes }) => `${name}: ${id} at ${nodes[0]?.target.join(' ')}`),
  ];
}

/** A picture in the size of a phone and of a desk under .artifacts/web. */
export async function picture(page: Page, name: string): Promise<void> {
  await mkdir(PICTURES, { recursive: true });
  for (const viewport of [DESK, PHONE]) {
    await page.setViewportSize(viewport);
    const fullPage = (await page.locator('dialog[open]').count()) === 0;
    await page.screenshot({ path: join(PICTURES, `${name}-${viewport.width}.png`), fullPage });
  }
}

/** After a failed test: a picture of every open page, and its words, under .artifacts/web/failed. */
export async function keepEvidence(
  browser: Browser | undefined,
  test: Mocha.Test | undefined,
): Promise<void> {
  if (!browser || test?.state !== 'failed') return;
  const folder = join(PICTURES, 'failed');
  await mkdir(folder, { recursive: true });
  const pages = browser.contexts().flatMap((context) => context.pages());
  for (const [index, page] of pages.entries()) {
    const name = join(folder, `${test.title.replace(/\W+/g, '-').slice(0, 60)}-${index}`);
    const words = await page.locator('body').innerHTML({ timeout: 1_000 }).catch(String);
    await writeFile(`${name}.html`, `<!-- ${page.url()} -->\n${words}`);
    await page.screenshot({ path: `${name}.png`, timeout: 5_000 }).catch(() => {});
  }
}
