import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { createClient } from '../../backend/client/index.ts';
import { keepEvidence, launchBrowser, look, openVisitor, type Visitor } from '../helpers/browser.ts';
import { machineryWords, waitForPoints } from './pages.ts';
import { AURORA, openStage, type Stage } from './stage.ts';

describe('A claim link in the wallet', function () {
  this.timeout(120_000);
  let stage: Stage;
  let browser: Browser;
  const visitors: Visitor[] = [];

  before(async () => {
    stage = await openStage();
    browser = await launchBrowser();
  });
  afterEach(function () {
    return keepEvidence(browser, this.currentTest);
  });
  after(async () => {
    await browser?.close();
    await stage?.stop();
  });

  /** What the till prints for a sale of so many cents. */
  const link = async (amount: number): Promise<string> => {
    const client = createClient({ url: stage.url, bearer: stage.keys.aurora });
    const body = {
      id: `claim-${amount}-${Date.now()}`,
      member: { claim: true },
      amount,
      currency: 'USD',
      occurredAt: new Date().toISOString(),
    } as const;
    return (await client.recordPurchase({ body })).claim?.url ?? '';
  };
  const open = async (url: string): Promise<Visitor> => {
    const visitor = await openVisitor(browser, stage.hosts);
    visitors.push(visitor);
    await visitor.page.goto(url);
    return visitor;
  };
  const keep = ({ page }: Visitor) => page.getByRole('button', { name: 'Keep my points' });

  it('shows what waits, and one tap later it is on the card', async () => {
    const url = await link(1_200);
    const visitor = await open(url);
    const { page } = visitor;
    await page.getByTestId('claim-points').getByText('1,200 points waiting for you').waitFor();
    await page.getByText('Aurora', { exact: true }).waitFor();
    expect(await look(page, 'wallet-claim')).to.deep.equal([]);
    expect(await machineryWords(page)).to.deep.equal([]);
    await keep(visitor).click();
    await waitForPoints(page, AURORA, '1,200');
    expect(await page.getByTestId('total-value').textContent()).to.equal('$12.00');
    // The secret is used up, and gone from the address bar.
    expect(page.url()).to.equal(`${stage.url}/`);

    const again = await open(url);
    await again.page.getByText('They are on the card that opened this link first.').waitFor();
    expect(await look(again.page, 'wallet-claim-kept')).to.deep.equal([]);
    await again.page.getByRole('button', { name: 'Open my card' }).click();
    await again.page.getByText('Your points will be here').waitFor();
  });

  it('opened on two phones is kept by one of them', async () => {
    const url = await link(500);
    const [one, other] = [await open(url), await open(url)];
    await keep(one).waitFor();
    await keep(other).waitFor();
    await keep(one).click();
    await waitForPoints(one.page, AURORA, '500');
    await keep(other).click();
    await other.page.getByText('Somebody was quicker: these points are on another card.').waitFor();
  });

  it('that was cut short says what to do', async () => {
    const visitor = await open((await link(700)).slice(0, -3));
    await visitor.page.getByText('Scan the code on your receipt again').waitFor();
    expect(await machineryWords(visitor.page)).to.deep.equal([]);
  });

  it('caused no error and no foreign request on any page', () => {
    expect(visitors.flatMap(({ trouble }) => trouble)).to.deep.equal([]);
  });
});
