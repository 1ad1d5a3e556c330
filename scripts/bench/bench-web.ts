import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../../test/helpers/browser.ts';
import { ROOT } from '../shared/run-tool.ts';
import { type BenchNetwork, percentile, withBenchNetwork } from './network.ts';

/** One page: what it loads before it can be used, and how it behaves on a phone. */
export interface PageFigures {
  /** Compressed bytes before first use; the wallet's with its largest language. */
  readonly startJsGz: number;
  readonly cssGz: number;
  /** Violations that axe finds, in both themes. */
  readonly axe: number;
  readonly cls: number;
  /** Largest contentful paint, the median of `count` loads with an empty cache and half the processor. */
  readonly lcpMs: number;
  /** The slowest answer to a tap, from the tap to the next frame. */
  readonly inpMs: number | null;
  readonly lighthouse: { accessibility: number; bestPractices: number; seo: number } | null;
}

const PHONE = { width: 390, height: 844 };
const DIST = join(ROOT, 'web/dist');
/** Half as fast as this machine: closer to a phone. */
const SLOWDOWN = 2;

const PAGES = {
  wallet: {
    path: '/',
    file: 'index.html',
    ready: 'main h1',
    taps: ['nav a[href="/shops"]', 'nav a[href="/code"]'],
  },
  till: { path: '/till', file: 'till/index.html', ready: 'main, form', taps: ['button'] },
  audit: { path: '/audit', file: 'audit/index.html', ready: 'main h1', taps: ['summary, main button'] },
  docs: { path: '/docs', file: 'docs/index.html', ready: 'main h1, main h2', taps: ['summary, main button'] },
} as const;

/** Measures every page of the built web in a browser, `count` loads each. */
export function benchWeb({ count }: { count: number }): Promise<Record<string, PageFigures>> {
  return withBenchNetwork({ brands: 2, withChain: true }, async (network) => {
    const { url } = await network.startProgram(['api', 'indexer', 'issuer', 'relay'], originsOf(network));
    const browser = await launchBrowser();
    try {
      const figures: Record<string, PageFigures> = {};
      for (const [name, page] of Object.entries(PAGES)) {
        console.error(`Measuring ${name}`);
        figures[name] = await measure(browser, url, page, count);
      }
      return figures;
    } finally {
      await browser.close();
    }
  });
}

/** The pages ask the node themselves. */
function originsOf({ chain }: BenchNetwork): Record<string, string> {
  return chain ? { PUBLIC_RPC_URL: chain.url } : {};
}

async function measure(
  browser: Browser,
  url: string,
  page: (typeof PAGES)[keyof typeof PAGES],
  count: number,
): Promise<PageFigures> {
  const visits = [];
  for (let visit = 0; visit < count; visit++) visits.push(await look(browser, `${url}${page.path}`, page));
  return {
    ...weigh(page.file),
    axe: await countViolations(browser, `${url}${page.path}`, page.ready),
    cls: Math.max(...visits.map(({ cls }) => cls)),
    lcpMs: Math.round(
      percentile(
        visits.map(({ lcpMs }) => lcpMs),
        0.5,
      ),
    ),
    inpMs: longest(visits.map(({ inpMs }) => inpMs)),
    // Lighthouse is no dependency of this project: its figures are taken by hand.
    lighthouse: null,
  };
}

function longest(times: readonly (number | undefined)[]): number | null {
  const told = times.filter((time) => time !== undefined);
  return told.length > 0 ? Math.round(Math.max(...told)) : null;
}

/** What the document names, and for the wallet the language that comes with it. */
export function weigh(file: string): { startJsGz: number; cssGz: number } {
  const html = readFileSync(join(DIST, file), 'utf8');
  const size = (ending: RegExp) =>
    [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)]
      .map(([, path = '']) => path)
      .filter((path) => ending.test(path))
      .reduce((sum, path) => sum + gzipSync(readFileSync(join(DIST, path))).length, 0);
  return {
    startJsGz: size(/\.js$/) + (file === 'index.html' ? largestLanguage() : 0),
    cssGz: size(/\.css$/),
  };
}

function largestLanguage(): number {
  const kept = readFileSync(join(DIST, 'sw.js'), 'utf8').matchAll(/assets\/(?:en|pt|pl|es|ro)-[\w-]+\.js/g);
  return Math.max(...[...kept].map(([path]) => gzipSync(readFileSync(join(DIST, path))).length));
}

interface Seen {
  lcpMs: number;
  cls: number;
  inpMs: number | undefined;
}

/** What the browser itself noted: kept where the page's own scripts don't look. */
const observe = () => {
  const seen = { lcp: 0, cls: 0, inp: 0 };
  Object.assign(globalThis, { seen });
  new PerformanceObserver((list) => {
    for (const { startTime } of list.getEntries()) seen.lcp = startTime;
  }).observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { value, hadRecentInput } = entry as PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
      };
      if (!hadRecentInput) seen.cls += value;
    }
  }).observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.inp = Math.max(seen.inp, duration);
  }).observe({ type: 'event', buffered: true, durationThreshold: 16 } as PerformanceObserverInit);
};

async function look(
  browser: Browser,
  address: string,
  { ready, taps }: { ready: string; taps: readonly string[] },
): Promise<Seen> {
  const context = await browser.newContext({ viewport: PHONE, locale: 'en-GB', serviceWorkers: 'block' });
  try {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
    await page.addInitScript(observe);
    await page.goto(address);
    await page.locator(ready).first().waitFor();
    await page.waitForTimeout(1_500);
    const { lcp, cls } = await read(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    for (const tap of taps)
      await page
        .locator(tap)
        .first()
        .click({ timeout: 2_000 })
        .catch(() => {});
    await page.waitForTimeout(500);
    const { inp } = await read(page);
    return { lcpMs: lcp, cls, inpMs: inp === 0 ? undefined : inp };
  } finally {
    await context.close();
  }
}

const read = (page: Page) =>
  page.evaluate(() => (globalThis as unknown as { seen: { lcp: number; cls: number; inp: number } }).seen);

async function countViolations(browser: Browser, address: string, ready: string): Promise<number> {
  const context = await browser.newContext({
    viewport: PHONE,
    reducedMotion: 'reduce',
    serviceWorkers: 'block',
  });
  try {
    const page = await context.newPage();
    await page.goto(address);
    await page.locator(ready).first().waitFor();
    let found = 0;
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
      found += violations.length;
    }
    return found;
  } finally {
    await context.close();
  }
}
