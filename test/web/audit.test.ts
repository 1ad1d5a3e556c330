import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { type Hex, keccak256, toHex } from 'viem';
import { keepEvidence, launchBrowser, look, openVisitor, type Visitor } from '../helpers/browser.ts';
import { type AuditStage, openAuditStage } from './audit-stage.ts';

const REPORTS = '0xbfa4b833';
const HAS_ROLE = '0xd1f856ee';

describe('Auditor’s page', function () {
  this.timeout(180_000);
  let stage: AuditStage;
  let browser: Browser;
  let visitor: Visitor;
  let page: Page;

  before(async () => {
    stage = await openAuditStage();
    browser = await launchBrowser();
  });
  beforeEach(async () => {
    stage.node.state.interfere = undefined;
    stage.pages.state.lies = {};
    stage.pages.state.asked = [];
    visitor = await openVisitor(browser, stage.hosts);
    page = visitor.page;
  });
  afterEach(async function () {
    await keepEvidence(browser, this.currentTest);
    const { trouble } = visitor;
    await visitor.context.close();
    if (this.currentTest?.state !== 'failed') expect(trouble).to.deep.equal([]);
  });
  after(async () => {
    await browser?.close();
    await stage?.stop();
  });

  const open = async (more: Record<string, string> = {}) => {
    await page.goto(stage.link(more));
    await page.locator('[data-verdict=good]').waitFor();
  };
  const check = async (what: string) => {
    await page.getByLabel('What to check').fill(what);
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page.locator('[data-check]').waitFor();
    return page.locator('[data-check]').getAttribute('data-check');
  };
  const results = () =>
    page
      .locator('[data-check] [data-result]')
      .evaluateAll((steps) => steps.map((each) => each.dataset.result));

  describe('when our server lies', () => {
    it('tells the truth of the node, and asks our server nothing', async () => {
      await open();
      const report = await stage.chain.coalition.partnerReport(1);
      const shown = await page.getByTestId('supply-1').textContent();
      expect(shown?.replaceAll(',', '')).to.equal(`${report.supply}`);
      expect(stage.pages.state.asked).to.deep.equal([]);
      expect(await look(page, 'audit-now')).to.deep.equal([]);
    });

    it('gives no yes for a coalition that is not there, whoever proposes it', async () => {
      stage.pages.state.lies['/v1/network'] = {
        rpcUrl: stage.node.url,
        coalition: `0x${'11'.repeat(20)}`,
        chainId: 31_337,
      };
      await page.goto(`${stage.pages.url}/audit`);
      await page.getByText('has no coalition at this address').waitFor();
      expect(await page.locator('[data-verdict=good]').count()).to.equal(0);
      expect(stage.pages.state.asked).to.deep.equal(['/v1/network']);
    });

    it('refutes a receipt that our server has made better', async () => {
      const [document] = stage.documents;
      const { receipt, inclusion } = document!;
      stage.pages.state.lies[`/v1/receipts/${receipt.receiptId}`] = {
        receipt: { ...receipt, points: '9000' },
        inclusion,
      };
      await open({ view: 'check' });
      expect(await check(receipt.receiptId)).to.equal('refuted');
      await page.getByText('What it says is not what was signed.').waitFor();
      expect(await look(page, 'audit-receipt-refuted')).to.deep.equal([]);
    });
  });

  describe('when the node lies', () => {
    it('says no when the figures contradict each other', async () => {
      stage.node.state.interfere = async (method, params, answer) => {
        const [call] = params as [{ data?: string }];
        if (method !== 'eth_call' || call.data !== REPORTS) return undefined;
        // One point less is owed by the first brand than its periods add up to.
        const words = ((await answer()) as string).slice(2).match(/.{64}/g)!;
        words[2 + 8] = (BigInt(`0x${words[2 + 8]}`) - 1n).toString(16).padStart(64, '0');
        return `0x${words.join('')}`;
      };
      await page.goto(stage.link());
      await page.locator('[data-verdict=bad]').waitFor();
      await page.getByText('contradict each other').waitFor();
      expect(await look(page, 'audit-contradiction')).to.deep.equal([]);
    });

    it('says no to a receipt when the chain does not know who signed it', async () => {
      await open({ view: 'check' });
      stage.node.state.interfere = (method, params) => {
        const [call] = params as [{ data?: string }];
        return method === 'eth_call' && call.data?.startsWith(HAS_ROLE) ? `0x${'0'.repeat(128)}` : undefined;
      };
      expect(await check(JSON.stringify(stage.documents[0]))).to.equal('refuted');
      await page.getByText('does not hold the role of a receipt signer').waitFor();
    });

    it('proves nothing by events that were not asked for', async () => {
      await open({ view: 'check' });
      stage.node.state.interfere = async (method, _params, answer) => {
        if (method !== 'eth_getLogs') return undefined;
        return ((await answer()) as { topics: Hex[] }[]).map((log) => ({
          ...log,
          topics: [log.topics[0], keccak256('0x01'), ...log.topics.slice(2)],
        }));
      };
      expect(await check(JSON.stringify(stage.documents[0]))).to.equal('open');
      expect(await results()).to.deep.equal(['yes', 'yes', 'yes', 'open', 'open', 'open']);
      await page.getByText('events that were not asked for').first().waitFor();
    });

    it('finds an event that was left out when it recomputes', async () => {
      await open();
      stage.node.state.interfere = async (method, _params, answer) => {
        if (method !== 'eth_getLogs') return undefined;
        const logs = (await answer()) as { topics: Hex[] }[];
        const last = logs.findLastIndex(({ topics }) => topics[0] === TRANSFER);
        return logs.filter((_, index) => index !== last);
      };
      await page.getByRole('button', { name: 'Recompute' }).click();
      await page.getByText('not agree:').waitFor();
      await page.locator('[data-verdict=bad]').waitFor();
      expect(await look(page, 'audit-disagrees')).to.deep.equal([]);
    });
  });

  const TRANSFER = keccak256(toHex('Transfer(address,address,uint256)'));

  describe('History', () => {
    it('draws what the events add up to, and says it to the keyboard', async () => {
      await open({ view: 'history', brand: '1' });
      await page.getByRole('heading', { name: 'Aurora over time' }).waitFor();
      const slider = page.getByRole('slider', { name: 'Held and owed, Aurora' });
      const output = page.locator('output');
      const last = await output.textContent();
      await slider.focus();
      await page.keyboard.press('Home');
      expect(await output.textContent()).not.to.equal(last);
      await page.keyboard.press('End');
      expect(await output.textContent()).to.equal(last);
      const { supply } = await stage.chain.coalition.partnerReport(1);
      const first = page.getByRole('region', { name: 'History in figures' }).locator('tbody tr').first();
      expect((await first.locator('td').nth(2).textContent())?.replaceAll(',', '')).to.equal(`${supply}`);
      expect(await look(page, 'audit-history')).to.deep.equal([]);
    });

    it('can be cancelled, and then claims nothing', async () => {
      stage.node.state.interfere = async (method) => {
        if (method === 'eth_getLogs') await new Promise((resolve) => setTimeout(resolve, 3_000));
      };
      await open({ view: 'history' });
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByText('Cancelled: the events were not read').waitFor();
      expect(await page.getByText('Everything agrees').count()).to.equal(0);
      expect(await look(page, 'audit-cancelled')).to.deep.equal([]);
    });
  });

  describe('Check', () => {
    it('proves a receipt by its document, in steps that can be repeated', async () => {
      await open({ view: 'check' });
      expect(await check(JSON.stringify(stage.documents[0]))).to.equal('proven');
      await page.getByText('What the node was asked').first().click();
      await page
        .getByText(/cast call --rpc-url/)
        .first()
        .waitFor();
      expect(await look(page, 'audit-receipt')).to.deep.equal([]);
      // The command that stands there gives the answer that stands there.
      const curl =
        (await page
          .getByText(/^curl -s/)
          .first()
          .textContent()) ?? '';
      const body = /-d '(.*)'$/.exec(curl)?.[1] ?? '';
      const answer = await (await fetch(stage.node.url, { method: 'POST', body })).json();
      await page.getByText(JSON.stringify(answer.result), { exact: true }).first().waitFor();
    });

    it('finds a receipt in two batches', async () => {
      const [first, second] = stage.documents;
      const twice = {
        ...first,
        inclusion: { ...first!.inclusion, batch: `${Number(first!.inclusion.batch) + 1}` },
      };
      await open({ view: 'check' });
      const lines = [first, second, twice].map((each) => JSON.stringify(each)).join('\n');
      expect(await check(lines)).to.equal('refuted');
      await page.getByText(/is in batch 3\/\d+ and in batch 3\/\d+\./).waitFor();
    });

    it('checks a batch by its number and by its root', async () => {
      const { partner, batch, root } = stage.documents[0]!.inclusion;
      await open({ view: 'check', check: `${partner}/${batch}` });
      await page.locator('[data-check=proven]').waitFor();
      await page.getByText('33 points to 1 members').waitFor();
      expect(await look(page, 'audit-batch')).to.deep.equal([]);
      expect(await check(root)).to.equal('proven');
      await page.getByLabel('What to check').fill(`${partner}/999`);
      await page.getByRole('button', { name: 'Check', exact: true }).click();
      await page.locator('[data-check=refuted]').waitFor();
    });

    it('follows a donation from the signature to the charity’s payout', async () => {
      const { coalition, address } = stage.chain;
      const donations = await coalition.queryFilter(coalition.filters.Donated(stage.member.account));
      const hash = donations[0]!.transactionHash;
      const charity = await coalition.charityAccount(1);
      expect(charity.payable_ > 0n).to.equal(true);
      await open({ view: 'check', check: hash });
      await page.locator('[data-check=open]').waitFor();
      await page.getByText('Not paid yet').waitFor();
      await page.getByText('verified in this browser').waitFor();
      await coalition.payCharity(1);
      await page.reload();
      await page.locator('[data-check=proven]').waitFor();
      await page.getByText(/In a payout of/).waitFor();
      expect(await look(page, 'audit-donation')).to.deep.equal([]);
      expect(address.length).to.equal(42);
    });

    it('says that a limited key has signed, where one has', async () => {
      const { coalition } = stage.chain;
      const donations = await coalition.queryFilter(coalition.filters.Donated(stage.member.account));
      await open({ view: 'check', check: donations.at(-1)!.transactionHash });
      await page.getByText('By the limited key').waitFor();
    });

    it('compares an account with the events', async () => {
      await open({ view: 'check', check: stage.member.account });
      await page.locator('[data-check=proven]').waitFor();
      // 1,000 earned, 300 redeemed, 90 given.
      await page.getByText(/610 points: 610 through/).waitFor();
      expect(await look(page, 'audit-account')).to.deep.equal([]);
    });

    it('says what it can’t check, and never calls it right', async () => {
      await open({ view: 'check' });
      for (const [what, words] of [
        ['1234 5678', 'Codes of eight digits are known'],
        ['something', 'This is none of the things'],
      ] as const) {
        await page.getByLabel('What to check').fill(what);
        await page.getByRole('button', { name: 'Check', exact: true }).click();
        await page.getByText(words).waitFor();
        expect(await page.locator('[data-check]').count()).to.equal(0);
      }
      expect(await check(`0x${'77'.repeat(32)}`)).to.equal('refuted');
    });
  });

  describe('Breakage, governance and files', () => {
    it('says what expired and where its money went', async () => {
      await open({ view: 'breakage' });
      await page.getByRole('heading', { name: 'Expired points, and where their money went' }).waitFor();
      const recorded = await stage.chain.coalition.queryFilter(
        stage.chain.coalition.filters.BreakageRecorded(),
      );
      const rows = page.getByRole('region', { name: 'Breakage by period' }).locator('tbody tr');
      expect(await rows.count()).to.equal(recorded.length + 1);
      expect(await look(page, 'audit-breakage')).to.deep.equal([]);
    });

    it('says who holds which role, what was done, and by which code', async () => {
      await open({ view: 'governance' });
      const roles = page.getByRole('region', { name: 'Holders of roles' });
      await roles.getByText('ADMIN').first().waitFor();
      expect(await roles.getByText('otherwise').count()).to.equal(0);
      const actions = page.getByRole('region', { name: 'Changes by date' });
      await actions.getByText('Dorado was expelled').waitFor();
      await page.getByLabel('Which').selectOption('halts');
      await actions.getByText('The whole coalition was halted').first().waitFor();
      expect(await actions.getByText('was expelled').count()).to.equal(0);
      const code = (await stage.chain.provider.request({
        method: 'eth_getCode',
        params: [stage.chain.address, 'latest'],
      })) as Hex;
      await page.getByText(keccak256(code)).waitFor();
      expect(await look(page, 'audit-governance')).to.deep.equal([]);
    });

    it('gives all events as files', async () => {
      await open({ view: 'files' });
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: /^events-\d+\.json$/ }).click(),
      ]);
      const events = JSON.parse(await readFile(await download.path(), 'utf8')) as { event: string }[];
      const batches = await stage.chain.coalition.queryFilter(stage.chain.coalition.filters.BatchIssued());
      expect(events.filter(({ event }) => event === 'BatchIssued')).to.have.lengthOf(batches.length);
      expect(events.some(({ event }) => event === 'RoleGranted')).to.equal(true);
      expect(await look(page, 'audit-files')).to.deep.equal([]);
    });
  });

  describe('states', () => {
    it('shows a block by its link, and says when the node has no archive', async () => {
      const block = Number(await stage.chain.ethers.provider.getBlockNumber()) - 20;
      const at = await stage.chain.coalition.partnerReport(1, { blockTag: block });
      await open({ block: String(block) });
      expect((await page.getByTestId('supply-1').textContent())?.replaceAll(',', '')).to.equal(
        `${at.supply}`,
      );
      stage.node.state.interfere = (method, params) => {
        if (method === 'eth_call' && params[1] === toHex(block))
          throw new TypeError('missing trie node 0xabc');
      };
      await page.reload();
      await page.getByText('does not keep the state of that block any more').waitFor();
      expect(await look(page, 'audit-no-archive')).to.deep.equal([]);
      await page.goto(stage.link({ block: '999999999' }));
      await page.getByText('does not know block 999999999').waitFor();
    });

    it('refuses a node of another chain', async () => {
      await page.goto(stage.link({ chain: '1' }));
      await page.getByText('is of chain 31337, and this coalition is on chain 1').waitFor();
      expect(await page.locator('[data-verdict=good]').count()).to.equal(0);
      expect(await look(page, 'audit-wrong-chain')).to.deep.equal([]);
      await page.getByRole('link', { name: 'Any chain, not only 1' }).click();
      await page.locator('[data-verdict=good]').waitFor();
    });

    it('says what was not checked when nobody answers, and goes on when somebody does', async () => {
      await page.route(`${stage.node.url}/**`, (route) => route.abort());
      await page.goto(stage.link());
      await page.getByText('Nothing was checked').waitFor();
      expect(await look(page, 'audit-unreachable')).to.deep.equal([]);
      await page.unroute(`${stage.node.url}/**`);
      await page.locator('[data-verdict=good]').waitFor();
    });

    it('says that it is offline', async () => {
      await open();
      await visitor.context.setOffline(true);
      await page.getByText('you are offline').waitFor();
      expect(await page.locator('[data-verdict=good]').count()).to.equal(0);
      expect(await look(page, 'audit-offline')).to.deep.equal([]);
      await visitor.context.setOffline(false);
      await page.locator('[data-verdict=good]').waitFor();
    });

    it('says that the chain has changed its mind under it, and that a node is behind', async () => {
      await open();
      const shown = (await page.getByTestId('block').textContent()) ?? '';
      const { timestamp } = (await stage.chain.ethers.provider.getBlock('latest'))!;
      await page.clock.install({ time: (timestamp + 900) * 1000 });
      // A fork: every hash is another one, and the newest block is one further.
      stage.node.state.interfere = async (method, _params, answer) => {
        if (method !== 'eth_getBlockByNumber') return undefined;
        const block = (await answer()) as { hash: Hex } | null;
        return block && { ...block, hash: keccak256(block.hash) };
      };
      await page.clock.runFor(5_000);
      await page.getByText(`block ${shown}, which this page had read, is not on it any more`).waitFor();
      await page.getByText('is 15 min old').waitFor();
      expect(await look(page, 'audit-replaced')).to.deep.equal([]);
    });

    it('compares with a second node, and says when that has another chain', async () => {
      await open({ second: stage.node.url });
      await page.getByText('has the same block, with everything').waitFor();
      await page.goto(stage.link({ second: `${stage.node.url}/other` }));
      await page.route(`${stage.node.url}/other`, async (route) => {
        const response = await route.fetch();
        const text = (await response.text()).replaceAll(/"hash":"0x../g, '"hash":"0xee');
        await route.fulfill({ response, body: text });
      });
      await page.reload();
      await page.getByText('has another block with this number').waitFor();
    });

    it('prints what was read, from where and at which block, and nothing to press', async () => {
      await open({ view: 'history' });
      await page.getByRole('heading', { name: 'All brands over time' }).waitFor();
      await page.emulateMedia({ media: 'print' });
      const { hash } = (await stage.chain.ethers.provider.getBlock('latest'))!;
      await page.getByTestId('provenance').getByText(hash!).waitFor();
      for (const role of ['navigation', 'button', 'textbox', 'combobox'] as const)
        expect(await page.getByRole(role).count(), role).to.equal(0);
      const table = page.getByRole('region', { name: 'History in figures' });
      expect(await table.evaluate((box) => box.scrollHeight - box.clientHeight)).to.equal(0);
    });

    it('shifts nothing while it loads, and asks for few files', async () => {
      const asked: string[] = [];
      page.on('request', (request) => {
        if (request.url().startsWith(stage.pages.url)) asked.push(request.url());
      });
      await page.addInitScript(() => {
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries())
            (globalThis as { shift?: number }).shift =
              ((globalThis as { shift?: number }).shift ?? 0) + (entry as unknown as { value: number }).value;
        }).observe({ type: 'layout-shift', buffered: true });
      });
      for (const viewport of [
        { width: 390, height: 844 },
        { width: 1280, height: 860 },
      ]) {
        await page.setViewportSize(viewport);
        await page.goto('about:blank');
        asked.length = 0;
        await open();
        const before = asked.length;
        await page.getByRole('heading', { name: 'Where the money is' }).waitFor();
        expect(before).to.be.at.most(13);
        expect(await page.evaluate(() => (globalThis as { shift?: number }).shift ?? 0)).to.be.at.most(0.02);
      }
    });
  });
});
