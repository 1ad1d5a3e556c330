import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { keepEvidence, launchBrowser, openVisitor, type Visitor } from '../helpers/browser.ts';
import { eventually } from '../helpers/receiver.ts';
import { openTill, openWallet, waitForPoints } from './pages.ts';
import { AURORA, openStage, type Stage } from './stage.ts';

const QUIET_MS = 6_000;

describe('Pages that are told', function () {
  this.timeout(120_000);
  let stage: Stage;
  let browser: Browser;
  let visitor: Visitor;
  let sales = 0;

  before(async () => {
    stage = await openStage();
    browser = await launchBrowser();
  });
  beforeEach(async () => {
    visitor = await openVisitor(browser, stage.hosts);
  });
  afterEach(async function () {
    await keepEvidence(browser, this.currentTest);
    expect(visitor.trouble).to.deep.equal([]);
    await visitor.context.close();
  });
  after(async () => {
    await browser?.close();
    await stage?.stop();
  });

  const give = async (code: string, amount: number) => {
    const response = await fetch(`${stage.url}/v1/purchases`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${stage.keys.aurora}` },
      body: JSON.stringify({
        id: `live-${++sales}`,
        member: code,
        amount,
        currency: 'USD',
        occurredAt: new Date().toISOString(),
      }),
    });
    expect(response.status).to.equal(201);
  };
  /** How often the page asks for something in a while. */
  const countRequests = async (page: Page, path: RegExp, ms: number) => {
    let count = 0;
    const counter = (request: { url(): string }) => {
      if (path.test(request.url())) count += 1;
    };
    page.on('request', counter);
    await page.waitForTimeout(ms);
    page.off('request', counter);
    return count;
  };

  it('a wallet reads its balances when something happens, and hardly otherwise', async () => {
    const { page } = visitor;
    const streams: string[] = [];
    page.on('response', (response) => {
      if (/\/members\/0x\w+\/events$/.test(response.url())) streams.push(`${response.status()}`);
    });
    const code = await openWallet(page, stage);
    await eventually('the stream', () => streams.length === 1);
    expect(streams).to.deep.equal(['200']);
    await page.waitForTimeout(1_000);
    expect(await countRequests(page, /\/balances$/, QUIET_MS)).to.be.at.most(1);
    await give(code, 300);
    await waitForPoints(page, AURORA, '300');
  });

  it('a wallet whose stream is refused or breaks polls as ever', async () => {
    const { page } = visitor;
    await page.route(/\/members\/0x\w+\/events$/, (route) => route.abort());
    const code = await openWallet(page, stage);
    expect(await countRequests(page, /\/balances$/, QUIET_MS)).to.be.at.least(3);
    await give(code, 200);
    await waitForPoints(page, AURORA, '200');
  });

  it('a till with an open payment request asks once in twenty seconds, not every second', async () => {
    const { page } = visitor;
    await openTill(page, stage, stage.keys.aurora);
    await page.getByRole('link', { name: 'Take points' }).click();
    await page.getByLabel('To pay').fill('3.00');
    await page.getByRole('button', { name: 'Ask for points' }).click();
    await page.getByTestId('payment-link').waitFor();
    await page.waitForTimeout(700);
    expect(await countRequests(page, /\/payments\//, QUIET_MS)).to.equal(0);
    expect(await page.locator('[data-status=open]').count()).to.equal(1);
  });
});
