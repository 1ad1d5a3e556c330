import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { keepEvidence, launchBrowser, look, openVisitor, type Visitor } from '../helpers/browser.ts';
import { givePoints, goTo, openAudit, openTill, openWallet, typeSale, waitForPoints } from './pages.ts';
import { AURORA, BOREAL, openStage, type Stage } from './stage.ts';

describe('Pages when something goes wrong', function () {
  this.timeout(120_000);
  let stage: Stage;
  let browser: Browser;
  let member: Visitor;
  let till: Visitor;
  let code: string;

  before(async () => {
    stage = await openStage();
    browser = await launchBrowser();
    member = await openVisitor(browser, stage.hosts);
    till = await openVisitor(browser, stage.hosts);
    code = await openWallet(member.page, stage);
    await openTill(till.page, stage, stage.keys.aurora);
  });
  afterEach(function () {
    return keepEvidence(browser, this.currentTest);
  });
  after(async () => {
    await browser?.close();
    await stage?.stop();
  });

  describe('till', () => {
    it('counts a purchase once whose answer was lost: it is kept, and sent again by itself', async () => {
      let lost = 0;
      await till.page.route('**/v1/purchases', async (route) => {
        // The page may be gone by the time that the server has answered.
        await route.fetch().catch(() => undefined);
        lost += 1;
        await route.abort().catch(() => undefined);
      });
      await typeSale(till.page, { code, cents: 700 });
      await till.page.getByRole('button', { name: 'Give points' }).click();
      await till.page.locator('[data-status=kept]').waitFor();
      expect(await look(till.page, 'till-kept')).to.deep.equal([]);
      // A till that was switched off in between still knows the purchase.
      await till.page.reload();
      await till.page.getByText('1 sale is kept here').waitFor();
      await till.page.unroute('**/v1/purchases');
      await till.page.getByText('1 sale is kept here').waitFor({ state: 'detached' });
      expect(lost).to.be.greaterThan(0);
      await waitForPoints(member.page, AURORA, '700');
      expect(await stage.network.deps.prisma.purchase.count()).to.equal(1);
    });

    it('counts the same sale to the same member again when it is another purchase', async () => {
      await givePoints(till.page, { code, cents: 700 });
      await waitForPoints(member.page, AURORA, '1,400');
      await till.page.getByRole('button', { name: 'Next customer' }).click();
    });

    it('keeps every sale while it is offline, through a restart, and sends each once when it is back', async () => {
      const shop = await openVisitor(browser, stage.hosts);
      await openTill(shop.page, stage, stage.keys.boreal);
      await shop.page.getByRole('button', { name: 'Close this till' }).waitFor();
      await shop.page.getByText('Boreal').first().waitFor();
      await shop.context.setOffline(true);
      for (const cents of [110, 220, 330]) {
        await typeSale(shop.page, { code, cents });
        await shop.page.getByRole('button', { name: 'Give points' }).click();
        await shop.page.locator('[data-status=kept]').waitFor();
        await shop.page.getByRole('button', { name: 'Next customer' }).click();
      }
      await shop.page.getByText('3 sales are kept here').waitFor();
      await shop.page.getByRole('button', { name: 'Send now' }).click();
      await shop.page.getByText('3 sales are kept here').waitFor();
      await shop.page.getByText('Which ones').click();
      expect(await look(shop.page, 'till-offline')).to.deep.equal([]);
      await shop.page.close();
      await shop.context.setOffline(false);
      const again = await shop.context.newPage();
      await openTill(again, stage, stage.keys.boreal);
      await again.getByText('kept here').waitFor({ state: 'detached' });
      await waitForPoints(member.page, BOREAL, '660');
      const sales = await stage.network.deps.prisma.purchase.findMany({ where: { partnerId: BOREAL } });
      expect(sales.map(({ amountMinor }) => Number(amountMinor))).to.have.members([110, 220, 330]);
      await shop.context.close();
    });

    it('keeps a sale that is refused afterwards until it is corrected or removed', async () => {
      const shop = await openVisitor(browser, stage.hosts);
      await openTill(shop.page, stage, stage.keys.boreal);
      await shop.page.getByText('Boreal').first().waitFor();
      const unknown = code === '99999999' ? '99999998' : '99999999';
      const nobody = async (cents: number) => {
        await typeSale(shop.page, { code: unknown, cents });
        await shop.page.getByRole('button', { name: 'Give points' }).click();
        await shop.page.locator('[data-status=kept]').waitFor();
        await shop.page.getByRole('button', { name: 'Next customer' }).click();
      };
      await shop.context.setOffline(true);
      await nobody(440);
      await nobody(550);
      await shop.context.setOffline(false);
      await shop.page.getByText('2 sales were not recorded').waitFor();
      expect(await look(shop.page, 'till-refused')).to.deep.equal([]);
      await shop.page.getByRole('button', { name: 'Correct' }).first().click();
      await shop.page.getByLabel('Customer’s code').fill(code);
      expect(await look(shop.page, 'till-correct')).to.deep.equal([]);
      await shop.page.getByRole('button', { name: 'Send again' }).click();
      await waitForPoints(member.page, BOREAL, '1,100');
      await shop.page.getByRole('button', { name: 'Remove' }).click();
      await shop.page.getByRole('button', { name: 'Remove the sale' }).click();
      await shop.page.getByText('not recorded').waitFor({ state: 'detached' });
      expect(await stage.network.deps.prisma.purchase.count({ where: { partnerId: BOREAL } })).to.equal(4);
      await shop.context.close();
    });

    it('says that nobody has the code, and records nothing', async () => {
      const before = await stage.network.deps.prisma.purchase.count();
      const unknown = code === '99999999' ? '99999998' : '99999999';
      await typeSale(till.page, { code: unknown, cents: 100 });
      await till.page.getByRole('button', { name: 'Give points' }).click();
      await till.page.getByText('No member has this code').waitFor();
      expect(await stage.network.deps.prisma.purchase.count()).to.equal(before);
    });

    it('reads a code with the camera where the browser can', async () => {
      const { page, context } = await openVisitor(browser, stage.hosts);
      // This Chromium has neither a camera nor a barcode reader: a canvas stands in for the one, its picture's width for the other.
      await page.addInitScript({
        content: `
          navigator.mediaDevices.getUserMedia = async () => {
            const canvas = document.createElement('canvas');
            const draw = () => canvas.getContext('2d').fillRect(0, 0, Math.random() * 100, 100);
            setInterval(draw, 50);
            return canvas.captureStream();
          };
          globalThis.BarcodeDetector = class {
            async detect(video) { return video.videoWidth > 0 ? [{ rawValue: '${code}' }] : []; }
          };`,
      });
      await openTill(page, stage, stage.keys.aurora);
      await page.getByRole('button', { name: 'Scan with the camera' }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(await page.getByLabel('Member’s code').inputValue()).to.equal(code);
      await context.close();
    });

    it('says that a key is not valid', async () => {
      const stranger = await openVisitor(browser, stage.hosts);
      await stranger.page.goto(`${stage.url}/till`);
      await stranger.page.getByLabel('Till key').fill('tsk_none_such');
      expect(await look(stranger.page, 'till-key')).to.deep.equal([]);
      await stranger.page.getByRole('button', { name: 'Open' }).click();
      await stranger.page.getByText('key is not valid').waitFor();
      await stranger.context.close();
    });
  });

  describe('wallet', () => {
    it('asks for no more points than there are', async () => {
      await member.page.getByRole('button', { name: 'Spend', exact: true }).click();
      await member.page.getByRole('radio', { name: /^Boreal/ }).check();
      await member.page.getByLabel('How many points').fill('1500');
      await member.page.getByText('100 points short: you have 1,400.').waitFor();
      await member.page.getByRole('button', { name: 'Close' }).click();
    });

    it('closes a sheet by Escape and gives the focus back', async () => {
      await member.page.getByRole('button', { name: 'Swap', exact: true }).click();
      await member.page.getByRole('dialog', { name: 'Swap points' }).waitFor();
      await member.page.keyboard.press('Escape');
      await member.page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(await member.page.evaluate(() => document.activeElement?.textContent)).to.equal('Swap');
    });

    it('says that nothing was spent when the terms can’t be had', async () => {
      await member.page.route('**/v1/quotes', (route) => route.abort());
      await member.page.getByRole('button', { name: 'Spend', exact: true }).click();
      await member.page.getByRole('radio', { name: /^Boreal/ }).check();
      await member.page.getByLabel('How many points').fill('100');
      await member.page.getByRole('button', { name: 'See what you get' }).click();
      await member.page.getByText('Nothing was spent.').waitFor();
      expect(await look(member.page, 'wallet-quote-failed')).to.deep.equal([]);
      await member.page.unroute('**/v1/quotes');
      await member.page.getByRole('button', { name: 'Close' }).click();
    });

    it('refuses terms for something else than was asked', async () => {
      await member.page.route('**/v1/quotes', async (route) => {
        const response = await route.fetch();
        const quote = await response.json();
        await route.fulfill({ response, json: { ...quote, act: { ...quote.act, amount: '900' } } });
      });
      await member.page.getByRole('button', { name: 'Spend', exact: true }).click();
      await member.page.getByRole('radio', { name: /^Boreal/ }).check();
      await member.page.getByLabel('How many points').fill('100');
      await member.page.getByRole('button', { name: 'See what you get' }).click();
      await member.page.getByText('Nothing was spent.').waitFor();
      expect(await member.page.getByRole('button', { name: 'Approve' }).count()).to.equal(0);
      await member.page.unroute('**/v1/quotes');
      await member.page.getByRole('button', { name: 'Close' }).click();
    });

    it('spends once when the answer to an approval was lost and it was approved again', async () => {
      await member.page.route('**/v1/acts', async (route) => {
        await route.fetch();
        await route.abort();
      });
      await member.page.getByRole('button', { name: 'Spend', exact: true }).click();
      await member.page.getByRole('radio', { name: /^Boreal/ }).check();
      await member.page.getByLabel('How many points').fill('400');
      await member.page.getByRole('button', { name: 'See what you get' }).click();
      await member.page.getByRole('button', { name: 'Approve' }).click();
      await member.page.getByText('it can’t be spent twice').waitFor();
      await member.page.unroute('**/v1/acts');
      await member.page.getByRole('button', { name: 'Approve' }).click();
      await member.page.getByTestId('voucher').waitFor();
      await member.page.getByRole('button', { name: 'Done' }).click();
      await waitForPoints(member.page, AURORA, '1,000');
      expect(await stage.network.deps.prisma.act.count()).to.equal(1);
    });

    it('keeps showing points and code offline', async () => {
      await member.context.setOffline(true);
      await member.page.getByText('You are offline').waitFor();
      await waitForPoints(member.page, AURORA, '1,000');
      expect(await look(member.page, 'wallet-offline')).to.deep.equal([]);
      await goTo(member.page, 'Code');
      await member.page
        .getByTestId('member-code')
        .getByText(/^\d{4} \d{4}$/)
        .waitFor();
      await member.context.setOffline(false);
      await member.page.getByText('You are offline').waitFor({ state: 'detached' });
    });

    it('has the same card after the browser was closed', async () => {
      expect(await openWallet(await member.context.newPage(), stage)).to.equal(code);
    });
  });

  describe('receipt', () => {
    const openReceipt = async (change: (answer: Answer) => unknown) => {
      const page = await member.context.newPage();
      await page.route('**/v1/receipts/*', async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, json: change(await response.json()) });
      });
      await page.goto(`${stage.url}/history`);
      await page.getByRole('link', { name: 'Proof' }).last().click();
      return page;
    };
    // biome-ignore lint/suspicious/noExplicitAny: outside data that the test tampers with
    type Answer = any;

    it('is refuted when it claims more points than were signed', async () => {
      const page = await openReceipt((answer) => ({
        ...answer,
        receipt: { ...answer.receipt, points: '7000' },
      }));
      await page.locator('[data-verdict=refuted]').waitFor();
      expect(await look(page, 'receipt-refuted')).to.deep.equal([]);
      await page.close();
    });

    it('is refuted when the batch does not hold it', async () => {
      const page = await openReceipt(({ receipt, inclusion }) => ({
        receipt,
        inclusion: { ...inclusion, root: `0x${'11'.repeat(32)}` },
      }));
      await page.locator('[data-verdict=refuted]').waitFor();
      await page.close();
    });

    it('is refuted when the chain has that root for another batch', async () => {
      const page = await openReceipt(({ receipt, inclusion }) => ({
        receipt,
        inclusion: { ...inclusion, batch: String(Number(inclusion.batch) + 1) },
      }));
      await page.locator('[data-verdict=refuted]').waitFor();
      await page.close();
    });

    it('is not called proven when the node does not answer', async () => {
      const page = await openReceipt((answer) => answer);
      await page.locator('[data-verdict=proven]').waitFor();
      await page.route(`${new URL(stage.network.url).origin}/**`, (route) => route.abort());
      await page.reload();
      await page.locator('[data-verdict=unchecked]').waitFor();
      expect(await look(page, 'receipt-unchecked')).to.deep.equal([]);
      await page.close();
    });
  });

  describe('proof of an act', () => {
    it('is refuted when something else was done than is claimed', async () => {
      const page = await member.context.newPage();
      await page.route('**/v1/acts/*', async (route) => {
        const response = await route.fetch();
        const state = await response.json();
        await route.fulfill({ response, json: { ...state, act: { ...state.act, amount: '40' } } });
      });
      await page.goto(`${stage.url}/history`);
      await page.getByRole('link', { name: 'Proof' }).first().click();
      await page.locator('[data-verdict=refuted]').waitFor();
      await page.close();
    });
  });

  describe('audit page', () => {
    it('takes back its yes when the node stops answering, and says what is not confirmed', async () => {
      const { page } = await openVisitor(browser, stage.hosts);
      await openAudit(page, stage);
      await page.route(`${new URL(stage.network.url).origin}/**`, (route) => route.abort());
      await page.getByText('Not checked').waitFor();
      await page.getByText('are not confirmed now').waitFor();
      expect(await page.locator('[data-verdict=good]').count()).to.equal(0);
      expect(await look(page, 'audit-stale')).to.deep.equal([]);
      await page.context().close();
    });

    it('reads from the node that its reader names, and carries it in the link', async () => {
      const { page } = await openVisitor(browser, stage.hosts);
      await openAudit(page, stage);
      const other = stage.network.url.replace('127.0.0.1', 'localhost');
      await page.getByLabel('Node (RPC address)').fill(other);
      await page.getByRole('button', { name: 'Read from there' }).click();
      await page.locator('[data-verdict=good]').waitFor();
      expect(new URLSearchParams(new URL(page.url()).hash.slice(1)).get('rpc')).to.equal(other);
      await page.getByLabel('Node (RPC address)').fill('http://localhost:9');
      await page.getByRole('button', { name: 'Read from there' }).click();
      await page.getByText('Nothing was checked: the node at http://localhost:9 does not answer.').waitFor();
      await page.context().close();
    });

    it('asks our API for nothing but where the coalition is', async () => {
      const { page } = await openVisitor(browser, stage.hosts);
      const asked: string[] = [];
      page.on('request', (request) => {
        const { pathname } = new URL(request.url());
        if (pathname.startsWith('/v1')) asked.push(pathname);
      });
      await openAudit(page, stage);
      expect(asked).to.deep.equal(['/v1/network']);
      await page.reload();
      await page.locator('[data-verdict=good]').waitFor();
      expect(asked).to.deep.equal(['/v1/network']);
      await page.context().close();
    });
  });
});
