import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import {
  inspect,
  keepEvidence,
  launchBrowser,
  openVisitor,
  picture,
  type Visitor,
} from '../helpers/browser.ts';
import { eventually } from '../helpers/receiver.ts';
import { goTo, openWallet, waitForPoints } from './pages.ts';
import { AURORA, openStage, type Stage } from './stage.ts';

/** What a browser may ask for before the wallet is ready, and how long a kept code may take to be seen. */
const MOST_REQUESTS = 12;
const CODE_MS = 300;

describe('Wallet as an app', function () {
  this.timeout(120_000);
  let stage: Stage;
  let browser: Browser;
  let member: Visitor;
  let page: Page;
  let code: string;
  let webRoot: string;

  before(async () => {
    // Pages of its own, because a newer version of them comes later.
    webRoot = mkdtempSync(join(tmpdir(), 'tessera-pages-'));
    cpSync('web/dist', webRoot, { recursive: true });
    stage = await openStage({ webRoot });
    browser = await launchBrowser();
    member = await openVisitor(browser, stage.hosts, { kept: true });
    page = member.page;
  });
  afterEach(function () {
    return keepEvidence(browser, this.currentTest);
  });
  after(async () => {
    await browser?.close();
    await stage?.stop();
    rmSync(webRoot, { recursive: true, force: true });
  });

  const worker = () => page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state);
  const kept = () =>
    page.evaluate(async () => {
      const names = await caches.keys();
      const lists = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
      return lists.flat().map(({ url }) => new URL(url).pathname);
    });

  it('asks for few files before it can be used', async () => {
    const visitor = await openVisitor(browser, stage.hosts);
    const files: string[] = [];
    visitor.page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      // What follows events comes when the page can be used already.
      if (!/^\/v1|follow-events|session/.test(pathname)) files.push(pathname);
    });
    await visitor.page.goto(stage.url);
    await visitor.page.getByRole('heading', { level: 1 }).waitFor();
    expect(files.length, files.join('\n')).to.be.at.most(MOST_REQUESTS);
    await visitor.context.close();
  });

  it('names itself, with icons that are there', async () => {
    code = await openWallet(page, stage);
    const link = await page.locator('link[rel=manifest]').getAttribute('href');
    const answer = await fetch(`${stage.url}${link}`);
    expect(answer.headers.get('content-type')).to.match(/^application\/manifest\+json/);
    const manifest = (await answer.json()) as {
      start_url: string;
      display: string;
      icons: { src: string; sizes: string; type: string; purpose?: string }[];
    };
    expect(manifest).to.include({ start_url: '/', display: 'standalone' });
    expect(manifest.icons.map(({ purpose }) => purpose)).to.include('maskable');
    for (const { src, sizes, type } of manifest.icons) {
      const icon = await fetch(`${stage.url}${src}`);
      expect(icon.headers.get('content-type'), src).to.include(type);
      if (type !== 'image/png') continue;
      const bytes = Buffer.from(await icon.arrayBuffer());
      expect(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, src).to.equal(sizes);
    }
  });

  it('is kept by the browser: the wallet whole, and nothing of the other pages', async () => {
    await eventually('the worker', async () => (await worker()) === 'activated');
    const paths = await kept();
    expect(paths).to.include('/index.html');
    expect(paths.filter((path) => /\/(pl|ro|es|pt|en)-/.test(path))).to.have.length(5);
    const others = ['till', 'audit', 'docs'].flatMap((name) => {
      const html = readFileSync(`web/dist/${name}/index.html`, 'utf8');
      const [, script = ''] = /src="([^"]+)"/.exec(html) ?? [];
      return script;
    });
    expect(others).to.have.length(3);
    expect(paths.filter((path) => others.includes(path) || /own-wallet|-proof-/.test(path))).to.deep.equal(
      [],
    );
  });

  it('opens without a network, with the code and the points as of their time', async () => {
    const answer = await fetch(`${stage.url}/v1/purchases`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${stage.keys.aurora}` },
      body: JSON.stringify({
        id: 'offline-1',
        member: code,
        amount: 640,
        currency: 'USD',
        occurredAt: new Date().toISOString(),
      }),
    });
    expect(answer.status).to.equal(201);
    await waitForPoints(page, AURORA, '640');
    await goTo(page, 'History');
    await page.getByText('Earned at Aurora').waitFor();
    await eventually('the points to be kept', () =>
      page.evaluate(() => {
        const text = localStorage.getItem('tessera.kept') ?? '';
        return text.includes('640') && text.includes('accrual');
      }),
    );
    await member.context.setOffline(true);
    await page.goto(`${stage.url}/`);
    await waitForPoints(page, AURORA, '640');
    await page
      .getByText(/You are offline\. You see your points as of \d{2}:\d{2}; your code still works\./)
      .waitFor();
    expect(await inspect(page, 'offline-home')).to.deep.equal([]);
    await picture(page, 'offline-home');
    for (const [path, words] of [
      ['/brand/1', 'How to earn'],
      ['/history', 'Earned at Aurora'],
      ['/shops', 'Boreal'],
      ['/me', 'Guest card on this device'],
    ] as const) {
      await page.goto(`${stage.url}${path}`);
      await page.getByText(words).first().waitFor();
    }
  });

  it('shows the code at once, without a network too', async () => {
    await page.goto(`${stage.url}/`);
    await page.getByRole('navigation').waitFor();
    const took = await page.evaluate(async () => {
      const began = performance.now();
      document.querySelector<HTMLAnchorElement>('nav a[href="/code"]')?.click();
      while (!document.querySelector('[data-testid=member-code]')?.textContent?.trim())
        await new Promise((resolve) => requestAnimationFrame(resolve));
      return performance.now() - began;
    });
    expect(await page.getByTestId('member-code').textContent()).to.equal(code.replace(/(\d{4})/, '$1 '));
    expect(took).to.be.at.most(CODE_MS);
  });

  it('says that nothing was spent where a network is needed, and goes on when it is back', async () => {
    await page.goto(`${stage.url}/spend?from=1&to=2`);
    await page.getByLabel('How many points').fill('100');
    await page.getByRole('button', { name: 'See what you get' }).click();
    await page.getByText('Nothing was spent. Tessera can’t be reached.').waitFor();
    expect(await inspect(page, 'offline-quote')).to.deep.equal([]);
    await member.context.setOffline(false);
    await page.getByRole('button', { name: 'See what you get' }).click();
    await page.getByTestId('quote-sentence').waitFor();
  });

  it('leaves the other pages to the server', async () => {
    await page.goto(`${stage.url}/till`);
    await page.getByLabel('Till key').waitFor();
    await page.goto(`${stage.url}/audit`);
    expect(await page.title()).to.include('audit');
  });

  it('says when a newer version is there, and takes it when the member agrees', async () => {
    await page.goto(`${stage.url}/`);
    await page.evaluate(() => navigator.serviceWorker.ready);
    appendFileSync(join(webRoot, 'sw.js'), '\n// newer\n');
    await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
    await page.getByText('There is a newer version of Tessera.').waitFor();
    expect(await inspect(page, 'newer')).to.deep.equal([]);
    const reloaded = page.waitForEvent('load');
    await page.getByRole('button', { name: 'Use it now' }).click();
    await reloaded;
    await page.getByTestId(`brand-${AURORA}`).waitFor();
    expect(await page.getByText('There is a newer version').count()).to.equal(0);
  });
});

describe('Wallet addresses in the browser', function () {
  this.timeout(120_000);
  let stage: Stage;
  let browser: Browser;
  let member: Visitor;
  let page: Page;

  before(async () => {
    stage = await openStage();
    browser = await launchBrowser();
    member = await openVisitor(browser, stage.hosts);
    page = member.page;
    await openWallet(page, stage);
  });
  afterEach(function () {
    return keepEvidence(browser, this.currentTest);
  });
  after(async () => {
    await browser?.close();
    await stage?.stop();
  });

  it('changes with the tabs, and the way back leads back', async () => {
    for (const [tab, path] of [
      ['Shops', '/shops'],
      ['Code', '/code'],
      ['Me', '/me'],
    ] as const) {
      await goTo(page, tab);
      await page.waitForURL(`${stage.url}${path}`);
      const current = page.getByRole('navigation').locator('[aria-current=page]');
      expect(await current.textContent()).to.equal(tab);
    }
    await page.goBack();
    await page.getByRole('heading', { name: 'Show this at the till' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Shops', level: 1 }).waitFor();
  });

  it('opens a brand from the list by the keyboard, and its title says where one is', async () => {
    await page.goto(`${stage.url}/shops`);
    await page.getByRole('link', { name: /^Boreal|Boreal/ }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(`${stage.url}/brand/2`);
    await page.getByRole('heading', { name: 'Boreal' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).to.equal('main');
    await page.reload();
    await page.getByRole('heading', { name: 'Boreal' }).waitFor();
    await goTo(page, 'Code');
    await page.waitForFunction(() => document.title.startsWith('Code'));
  });

  it('of printed codes with a # still lead to the page', async () => {
    await page.goto(`${stage.url}/#pay=unknown`);
    await page.waitForURL(`${stage.url}/pay/unknown`);
    await page.getByText('Nothing was spent.').waitFor();
    expect(await inspect(page, 'pay-unknown')).to.deep.equal([]);
  });

  it('that lead nowhere say so', async () => {
    await page.goto(`${stage.url}/brand/99`);
    await page.getByRole('heading', { name: 'There is no such brand' }).waitFor();
    expect((await fetch(`${stage.url}/nowhere`)).status).to.equal(404);
  });

  it('says that nobody is lost when a list can’t be read, and tries again', async () => {
    await page.route('**/v1/partners*', (route) => route.abort());
    await page.goto(`${stage.url}/shops`);
    await page.evaluate(() => localStorage.removeItem('tessera.kept'));
    await page.reload();
    await page.getByText('Your points are safe; we keep trying.').waitFor();
    expect(await inspect(page, 'shops-failed')).to.deep.equal([]);
    await picture(page, 'shops-failed');
    await page.unroute('**/v1/partners*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('link', { name: /Boreal/ }).waitFor();
  });
});
