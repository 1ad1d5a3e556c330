import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { keepEvidence, launchBrowser, look, openVisitor, type Visitor } from '../helpers/browser.ts';
import { approve, askTerms, givePoints, goTo, openTill, openWallet, waitForPoints } from './pages.ts';
import { AURORA, openStage, type Stage } from './stage.ts';

/** What a browser's wallet extension puts into a page (EIP-1193); `answer` is its owner, outside of the page. */
function installWallet(): void {
  const provider = {
    on() {},
    removeListener() {},
    async request(request: { method: string; params?: unknown[] }) {
      const { answer } = globalThis as unknown as { answer: (asked: string) => Promise<string> };
      const { result, error } = JSON.parse(await answer(JSON.stringify(request)));
      if (error) throw Object.assign(new Error(error.message), error);
      return result;
    },
  };
  Object.assign(globalThis, { ethereum: provider });
}

describe('Wallet with an own key', function () {
  this.timeout(120_000);
  this.bail(true);
  const owner = privateKeyToAccount(generatePrivateKey());
  const prompts: string[] = [];
  let willing = true;
  let stage: Stage;
  let browser: Browser;
  let member: Visitor;

  /** The owner's answers: which account, which chain, and yes or no to what is to be signed. */
  async function answer(asked: string): Promise<string> {
    const { method, params } = JSON.parse(asked) as { method: string; params?: string[] };
    const reply = (result: unknown) => JSON.stringify({ result });
    const refuse = (code: number, message: string) => JSON.stringify({ error: { code, message } });
    if (method === 'eth_chainId') return reply('0x7a69');
    if (method === 'eth_accounts' || method === 'eth_requestAccounts') return reply([owner.address]);
    if (method !== 'eth_signTypedData_v4') return refuse(4200, `${method} is not supported`);
    const data = JSON.parse(params?.[1] ?? '');
    prompts.push(data.primaryType);
    return willing ? reply(await owner.signTypedData(data)) : refuse(4001, 'User rejected the request.');
  }

  before(async () => {
    stage = await openStage();
    browser = await launchBrowser();
    member = await openVisitor(browser, stage.hosts);
    await member.context.exposeFunction('answer', answer);
  });
  afterEach(function () {
    return keepEvidence(browser, this.currentTest);
  });
  after(async () => {
    await browser?.close();
    await stage?.stop();
  });

  const useOwnWallet = async (page: Page) => {
    await goTo(page, 'Me');
    await page.getByRole('button', { name: 'Use my own wallet' }).click();
  };

  it('says so when there is none in the browser', async () => {
    await openWallet(member.page, stage);
    await useOwnWallet(member.page);
    await member.page.getByText('There is no wallet in this browser').waitFor();
    expect(await look(member.page, 'own-wallet-missing')).to.deep.equal([]);
  });

  it('loads its code only when it is asked for', async () => {
    const { page, context } = await openVisitor(browser, stage.hosts);
    const loaded: string[] = [];
    page.on('request', (request) => loaded.push(request.url()));
    await openWallet(page, stage);
    expect(loaded.filter((url) => url.includes('own-wallet'))).to.deep.equal([]);
    await context.close();
  });

  it('takes the account of the wallet, and points come to it', async () => {
    await member.page.addInitScript(installWallet);
    await member.page.reload();
    await useOwnWallet(member.page);
    await member.page.getByText('Your own wallet').waitFor();
    const code = await openWallet(member.page, stage);
    const till = await openVisitor(browser, stage.hosts);
    await openTill(till.page, stage, stage.keys.aurora);
    await givePoints(till.page, { code, cents: 900 });
    await waitForPoints(member.page, AURORA, '900');
    expect(prompts).to.deep.equal([]);
  });

  it('spends nothing when its owner says no', async () => {
    willing = false;
    await askTerms(member.page, { action: 'Spend', to: 'Boreal', points: 300 });
    await member.page.getByRole('button', { name: 'Approve', exact: true }).click();
    await member.page.getByText('You did not approve. Nothing was spent.').waitFor();
    expect(await stage.network.deps.prisma.act.count()).to.equal(0);
  });

  it('spends when its owner says yes, with one prompt', async () => {
    willing = true;
    prompts.length = 0;
    await approve(member.page);
    await member.page.getByTestId('voucher').waitFor();
    expect(prompts).to.deep.equal(['Redemption']);
    await member.page.getByRole('button', { name: 'Done' }).click();
    await waitForPoints(member.page, AURORA, '600');
  });

  it('shows the history after one prompt that its owner asked for', async () => {
    prompts.length = 0;
    await goTo(member.page, 'History');
    await member.page.getByText('Only you can see this').waitFor();
    expect(prompts).to.deep.equal([]);
    await member.page.getByRole('button', { name: 'Show my history' }).click();
    await member.page.getByText('Earned at Aurora').waitFor();
    expect(prompts).to.deep.equal(['SignIn']);
  });

  it('is still there after a reload, and goes back to the guest card', async () => {
    await member.page.reload();
    await goTo(member.page, 'Home');
    await waitForPoints(member.page, AURORA, '600');
    await goTo(member.page, 'Me');
    await member.page.getByRole('button', { name: 'Use the guest card' }).click();
    await member.page.getByText('Guest card on this device').waitFor();
    expect(member.trouble).to.deep.equal([]);
  });
});
