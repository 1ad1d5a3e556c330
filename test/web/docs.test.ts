import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { describeApi } from '../../backend/api/describe-api.ts';
import { keepEvidence, launchBrowser, look, openVisitor, type Visitor } from '../helpers/browser.ts';
import { operationsOf } from '../helpers/document.ts';
import { openStage, type Stage } from './stage.ts';

describe('Page for developers', function () {
  this.timeout(120_000);
  let stage: Stage;
  let browser: Browser;
  let visitor: Visitor;
  const operations = operationsOf(describeApi());

  before(async () => {
    stage = await openStage();
    browser = await launchBrowser();
    // Only the program itself may be talked to: not even the chain's node.
    visitor = await openVisitor(browser, [stage.url]);
    await visitor.page.goto(`${stage.url}/docs`);
    await visitor.page.locator('#recordPurchase').waitFor();
  });
  afterEach(function () {
    return keepEvidence(browser, this.currentTest);
  });
  after(async () => {
    await browser?.close();
    await stage?.stop();
  });

  it('shows every route of the document, and can be used by everybody in both sizes', async () => {
    const { page } = visitor;
    const shown = await page
      .locator('main section[id] h3[id]')
      .evaluateAll((titles) => titles.map(({ id }) => id));
    expect(shown.map((id) => id.replace('-title', '')).toSorted()).to.deep.equal(
      operations.map(({ id }) => id).toSorted(),
    );
    expect(await look(page, 'docs')).to.deep.equal([]);
  });

  it('begins with the README’s ten minutes, code and all', async () => {
    const start = visitor.page.locator('#start');
    expect(await start.locator('pre').count()).to.equal(7);
    const text = (await start.textContent()) ?? '';
    for (const words of ['CAFE=$(key aurora-cafe)', 'cafe.recordPurchase({ body: sale })', 'What to rely on'])
      expect(text).to.contain(words);
    expect(text).to.not.contain('```');
    expect(await start.locator('li').count()).to.equal(4);
  });

  it('sends a request with the reader’s key, and shows what came back', async () => {
    const { page } = visitor;
    const route = page.locator('#recordPurchase');
    await route.getByText('Try it', { exact: true }).click();
    const body = route.getByLabel('Body');
    expect(JSON.parse(await body.inputValue())).to.have.keys([
      'id',
      'member',
      'amount',
      'currency',
      'occurredAt',
      'items',
    ]);
    const purchase = {
      id: 'docs-1',
      member: `0x${'ab'.repeat(20)}`,
      amount: 1250,
      currency: 'USD',
      occurredAt: '2026-03-01T12:30:00Z',
    };
    await body.fill(JSON.stringify(purchase));
    await route.getByRole('button', { name: 'Send' }).click();
    const outcome = route.getByTestId('outcome');
    await outcome.getByText('401', { exact: true }).waitFor();
    expect(await outcome.textContent()).to.contain('KEY_MISSING');
    await page.getByLabel('API key or session').fill(stage.keys.aurora);
    await route.getByRole('button', { name: 'Send' }).click();
    await outcome.getByText('201', { exact: true }).waitFor();
    expect(await outcome.textContent()).to.match(/x-request-id: .*"points": "1250"/s);
    expect(await look(page, 'docs-tried')).to.deep.equal([]);
  });

  it('fills the URL of what it asks', async () => {
    const route = visitor.page.locator('#listPartners');
    await route.getByText('Try it', { exact: true }).click();
    await route.getByLabel('limit').fill('1');
    await route.getByRole('button', { name: 'Send' }).click();
    const outcome = route.getByTestId('outcome');
    await outcome.getByText('200', { exact: true }).waitFor();
    expect(await route.textContent()).to.contain(`${stage.url}/v1/partners?limit=1`);
    expect(await outcome.textContent()).to.match(/etag: ".*"name": "Aurora".*"next": "/s);
  });

  it('shows fields inside of fields', async () => {
    const route = visitor.page.locator('#recordPurchase');
    const answers = route.getByRole('listitem').filter({ hasText: '201' });
    await answers.locator('summary').first().click();
    await answers.getByText('Fields of receipt').first().click();
    await answers.getByText('receiptId', { exact: true }).first().waitFor();
  });

  it('comes with a strict policy, and asks nobody else', async () => {
    const { headers } = await fetch(`${stage.url}/docs`);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy)
      .to.contain("default-src 'self'")
      .and.not.match(/unsafe|blob:|\*/);
    expect(visitor.trouble).to.deep.equal([]);
  });
});
