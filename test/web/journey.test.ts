import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { keepEvidence, launchBrowser, look, openVisitor, type Visitor } from '../helpers/browser.ts';
import {
  approve,
  askTerms,
  givePoints,
  goTo,
  machineryWords,
  openAudit,
  openTill,
  openWallet,
  waitForPoints,
} from './pages.ts';
import { AURORA, BOREAL, openStage, type Stage } from './stage.ts';

// The steps of one journey, in order: each begins where the one before it ended.
describe('Wallet, till and audit page', function () {
  this.timeout(120_000);
  this.bail(true);
  let stage: Stage;
  let browser: Browser;
  let member: Visitor;
  let auroraTill: Visitor;
  let borealTill: Visitor;
  let auditor: Visitor;
  let code: string;

  before(async () => {
    stage = await openStage();
    browser = await launchBrowser();
    const open = () => openVisitor(browser, stage.hosts);
    [member, auroraTill, borealTill, auditor] = await Promise.all([open(), open(), open(), open()]);
  });
  afterEach(function () {
    return keepEvidence(browser, this.currentTest);
  });
  after(async () => {
    await browser?.close();
    await stage?.stop();
  });

  it('opens the wallet as a guest card with a code, without a question', async () => {
    code = await openWallet(member.page, stage);
    await member.page.getByText('Your points will be here').waitFor();
    expect(await member.page.getByTestId('total-value').textContent()).to.equal('$0.00');
    expect(await look(member.page, 'wallet-empty')).to.deep.equal([]);
    await goTo(member.page, 'Code');
    expect(await look(member.page, 'wallet-code')).to.deep.equal([]);
    await goTo(member.page, 'Home');
  });

  it('shows an auditor that nothing is owed yet', async () => {
    await openAudit(auditor.page, stage);
    await auditor.page.getByTestId(`supply-${AURORA}`).getByText('0', { exact: true }).waitFor();
    expect(await auditor.page.getByTestId('total-owed').textContent()).to.equal('$0.00');
  });

  it('gives points at the till, and the balance arrives in the open wallet', async () => {
    await openTill(auroraTill.page, stage, stage.keys.aurora);
    expect(auroraTill.page.url()).not.to.contain('tsk_');
    await auroraTill.page.getByText('Aurora', { exact: true }).waitFor();
    expect(await look(auroraTill.page, 'till-give')).to.deep.equal([]);
    await givePoints(auroraTill.page, { code, cents: 1250 });
    expect(await auroraTill.page.getByTestId('given-points').textContent()).to.equal('+1,250');
    await waitForPoints(member.page, AURORA, '1,250');
    expect(await member.page.getByTestId('total-value').textContent()).to.equal('$12.50');
    expect(await look(member.page, 'wallet-home')).to.deep.equal([]);
    await auroraTill.page.locator('[data-status=mined], [data-status=final]').waitFor();
    expect(await look(auroraTill.page, 'till-given')).to.deep.equal([]);
  });

  it('moves the auditor’s numbers with it', async () => {
    await auditor.page.getByTestId(`supply-${AURORA}`).getByText('1,250', { exact: true }).waitFor();
    expect(await auditor.page.getByTestId('total-owed').textContent()).to.equal('$12.50');
  });

  it('redeems at another brand for a voucher', async () => {
    const words = await askTerms(member.page, { action: 'Spend', to: 'Boreal', points: 500 });
    expect(words).to.equal('Spend 500 Aurora points at Boreal, worth at least $5.00.');
    expect(await look(member.page, 'wallet-quote')).to.deep.equal([]);
    await approve(member.page);
    await member.page.getByTestId('voucher').waitFor();
    expect(await look(member.page, 'wallet-voucher')).to.deep.equal([]);
  });

  it('credits the acceptor in the same breath, for all to see', async () => {
    const reserve = (partner: number) => auditor.page.getByTestId(`reserve-${partner}`);
    await reserve(BOREAL).getByText('$1,000,005.00').waitFor();
    expect(await reserve(AURORA).textContent()).to.equal('$999,995.00');
    expect(await auditor.page.getByTestId(`supply-${AURORA}`).textContent()).to.equal('750');
    expect(await look(auditor.page, 'audit')).to.deep.equal([]);
  });

  it('takes the voucher at the acceptor’s till, once', async () => {
    const voucher = (await member.page.getByTestId('voucher').textContent()) ?? '';
    await member.page.getByRole('button', { name: 'Done' }).click();
    await waitForPoints(member.page, AURORA, '750');
    await openTill(borealTill.page, stage, stage.keys.boreal);
    await borealTill.page.getByRole('link', { name: 'Voucher' }).click();
    await borealTill.page.getByLabel('Voucher code').fill(voucher);
    await borealTill.page.getByRole('button', { name: 'Use it now' }).click();
    await borealTill.page.getByText('for 500 points of Aurora').waitFor();
    expect(await look(borealTill.page, 'till-voucher')).to.deep.equal([]);
    await borealTill.page.getByRole('button', { name: 'Next customer' }).click();
    await borealTill.page.getByLabel('Voucher code').fill(voucher);
    await borealTill.page.getByRole('button', { name: 'Use it now' }).click();
    await borealTill.page.getByText('this voucher has been used before').waitFor();
  });

  it('donates, and the money waits for the charity', async () => {
    const words = await askTerms(member.page, { action: 'Give', to: 'Woodland', points: 250 });
    expect(words).to.equal('Give 250 Aurora points to Woodland, worth at least $2.50.');
    await approve(member.page);
    await member.page.getByText('Woodland receives $2.50').waitFor();
    await member.page.getByRole('button', { name: 'Done' }).click();
    await waitForPoints(member.page, AURORA, '500');
    await auditor.page.getByTestId('total-charities').getByText('$2.50').waitFor();
  });

  it('swaps points of one brand for another’s', async () => {
    const words = await askTerms(member.page, { action: 'Swap', to: 'Boreal', points: 100 });
    expect(words).to.equal('Swap 100 Aurora points for at least 250 Boreal points.');
    await approve(member.page);
    await member.page.getByText('You now have 250 points more at Boreal').waitFor();
    await member.page.getByRole('button', { name: 'Done' }).click();
    await waitForPoints(member.page, AURORA, '400');
    await waitForPoints(member.page, BOREAL, '250');
  });

  it('pays at a till by its link, and the till sees it', async () => {
    await borealTill.page.getByRole('link', { name: 'Take points' }).click();
    await borealTill.page.getByLabel('To pay').fill('300');
    await borealTill.page.getByRole('button', { name: 'Ask for points' }).click();
    const link = (await borealTill.page.getByTestId('payment-link').textContent()) ?? '';
    expect(await look(borealTill.page, 'till-take')).to.deep.equal([]);
    await member.page.goto(link);
    await member.page.getByRole('button', { name: 'See what you pay' }).waitFor();
    expect(await look(member.page, 'wallet-pay')).to.deep.equal([]);
    await member.page.getByRole('button', { name: 'See what you pay' }).click();
    await approve(member.page);
    await borealTill.page.getByText('Paid with points').waitFor();
    await member.page.getByRole('button', { name: 'Done' }).click();
    await waitForPoints(member.page, AURORA, '100');
  });

  it('tells the history, and proves a receipt against the chain', async () => {
    await goTo(member.page, 'History');
    await member.page.getByText('Earned at Aurora').waitFor();
    expect(await member.page.getByRole('listitem').filter({ hasText: 'Aurora points' }).count()).to.equal(4);
    expect(await look(member.page, 'wallet-history')).to.deep.equal([]);
    await member.page.getByRole('link', { name: 'Proof' }).last().click();
    await member.page.locator('[data-verdict=proven]').waitFor();
    expect(await member.page.getByText('1,250 points').count()).to.equal(1);
    expect(await look(member.page, 'receipt')).to.deep.equal([]);
  });

  it('proves that what was approved is what was done', async () => {
    await goTo(member.page, 'History');
    const spent = member.page.getByRole('listitem').filter({ hasText: 'Aurora points given to Woodland' });
    await spent.getByRole('link', { name: 'Proof' }).click();
    await member.page.getByText('Give 250 Aurora points to Woodland, worth at least $2.50.').waitFor();
    await member.page.locator('[data-verdict=proven]').waitFor();
    expect(await look(member.page, 'act-proof')).to.deep.equal([]);
  });

  it('recomputes everything from events in the auditor’s browser', async () => {
    await auditor.page.getByRole('button', { name: 'Recompute' }).click();
    await auditor.page.getByText('Everything agrees at block').waitFor();
    expect(await look(auditor.page, 'audit-recomputed')).to.deep.equal([]);
  });

  it('shows the other pages, usable by everybody', async () => {
    for (const name of ['Shops', 'Me'] as const) {
      await goTo(member.page, name);
      await member.page.getByRole('heading', { name, level: 1 }).waitFor();
      expect(await look(member.page, `wallet-${name.toLowerCase()}`)).to.deep.equal([]);
    }
  });

  it('speaks to members without a word of the machinery', async () => {
    for (const name of ['Home', 'Shops', 'Code', 'History', 'Me'] as const) {
      await goTo(member.page, name);
      await member.page.getByRole('main').getByRole('heading').first().waitFor();
      expect(await machineryWords(member.page)).to.deep.equal([]);
    }
    await goTo(member.page, 'Home');
    await askTerms(member.page, { action: 'Give', to: 'Woodland', points: 50 });
    expect(await machineryWords(member.page)).to.deep.equal([]);
  });

  it('met no error, no refused script or style, and nobody else on the way', () => {
    for (const { trouble } of [member, auroraTill, borealTill, auditor]) expect(trouble).to.deep.equal([]);
  });
});
