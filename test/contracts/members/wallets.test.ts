import { expect } from 'chai';
import { dataLength, Wallet, ZeroAddress } from 'ethers';
import type { Address, Hex } from 'viem';
import { type Act, actDigest } from '../../../backend/protocol/acts.ts';
import { anAct, toStruct } from '../../helpers/acts.ts';
import { ethers, loadFixture } from '../../helpers/chain.ts';
import { AURORA, BISTRO, openCoalition, WOODLAND } from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';
import { deployThirdParty } from '../../helpers/third-party.ts';
import { type BrowserOfKeys, openBrowserOfKeys } from './wallets/authenticator.ts';
import { delegateTo } from './wallets/delegation.ts';
import { approveOnChain, createSafe, deploySafe, setupCall, signAsSafe } from './wallets/safe.ts';

const ana = eoaMember('Ana');
const OWNERS = ['one', 'two', 'three'].map((name) => new Wallet(ethers.id(`owner ${name}`)));
const [one, two, three] = OWNERS as [Wallet, Wallet, Wallet];

async function walletsFixture() {
  const coalition = await openCoalition();
  const { network, deployer, hub, aurora } = coalition;
  const safes = await deploySafe(deployer);
  const safe = await createSafe(safes, OWNERS, 2);
  /** A member holds 1,000 points, and signs a redemption at another brand and a donation: both happen, whoever submits them. */
  const spendAs = async (member: Address, sign: (digest: Hex) => Promise<Hex> | Hex) => {
    await coalition.issue(AURORA, [member, 1_000n]);
    const signed = async (act: Act) => [toStruct(act), await sign(actDigest(act, network))] as const;
    const lunch = lunchOf(member);
    await expect(hub.connect(coalition.stranger).execute(...(await signed(lunch))))
      .to.emit(hub, 'Redeemed')
      .withArgs(member, AURORA, BISTRO, 100n, 1_000_000n, 0n, lunch.ref);
    const gift = giftOf(member);
    const [struct, signature] = await signed(gift);
    await expect(hub.connect(coalition.relay).executeBatch([struct], [signature]))
      .to.emit(hub, 'Donated')
      .withArgs(member, AURORA, WOODLAND, 50n, 500_000n, 1n, gift.ref);
    expect(await aurora.balanceOf(member)).to.equal(850n);
  };
  /** A signature that is not the member's moves nothing. */
  const expectRefusal = async (member: Address, sign: (digest: Hex) => Promise<Hex> | Hex, nonce = 0) => {
    const act = { ...lunchOf(member), nonce };
    const digest = actDigest(act, network);
    await expect(hub.execute(toStruct(act), await sign(digest)))
      .to.be.revertedWithCustomError(hub, 'ActSignatureInvalid')
      .withArgs(member, digest);
  };
  return { ...coalition, safes, safe, spendAs, expectRefusal };
}

const lunchOf = (member: Address): Act =>
  anAct({ kind: 'redemption', member, issuer: AURORA, counterparty: BISTRO, amount: 100n });
const giftOf = (member: Address): Act =>
  anAct({ kind: 'donation', member, issuer: AURORA, counterparty: WOODLAND, amount: 50n, nonce: 1 });

/** Wallets that others have made, and no mocks of ours, on the contracts as they are deployed. */
describe('Wallets', () => {
  describe('a Safe of three owners, two of whom must sign', () => {
    it('spends by any two of them', async () => {
      const { safe, network, spendAs } = await loadFixture(walletsFixture);
      const account = { account: safe, chainId: network.chainId };
      const pairs = [
        [one, three],
        [three, two],
      ];
      await spendAs(safe, (digest) => signAsSafe(account, pairs.pop() ?? [], digest));
      expect(pairs).to.be.empty;
    });

    it('spends nothing by one, by a stranger, or for another Safe of the same owners', async () => {
      const { safe, safes, network, expectRefusal, issue } = await loadFixture(walletsFixture);
      const { chainId } = network;
      await issue(AURORA, [safe, 1_000n]);
      const stranger = new Wallet(ethers.id('stranger'));
      const other = await createSafe(safes, OWNERS, 1);
      const of = (account: Address, owners: Wallet[]) => (digest: Hex) =>
        signAsSafe({ account, chainId }, owners, digest);
      for (const sign of [
        of(safe, [one]),
        of(safe, [one, stranger]),
        of(other, [one, two]),
        () => '0x' as Hex,
      ])
        await expectRefusal(safe, sign);
    });

    it('spends by a digest that it approved on the chain, without any signature', async () => {
      const { safe, safes, network, hub, aurora, issue, relay, expectRefusal } =
        await loadFixture(walletsFixture);
      await issue(AURORA, [safe, 1_000n]);
      const act = lunchOf(safe);
      const digest = actDigest(act, network);
      await expectRefusal(safe, () => '0x');
      await approveOnChain(safes, { account: safe, submitter: relay }, [one, two], digest);
      await hub.execute(toStruct(act), '0x');
      expect(await aurora.balanceOf(safe)).to.equal(900n);
      await expectRefusal(safe, () => '0x', 1);
    });

    it('takes less than half of the gas that a contract gets to answer', async () => {
      const { safe, network, hub } = await loadFixture(walletsFixture);
      const keys = await ethers.getContractAt('MemberKeys', await hub.memberKeys());
      const digest = ethers.id('any act') as Hex;
      const signature = signAsSafe({ account: safe, chainId: network.chainId }, [one, two], digest);
      const wallet = new ethers.Contract(safe, [
        'function isValidSignature(bytes32, bytes) view returns (bytes4)',
      ]);
      const asked = await wallet.getFunction('isValidSignature').populateTransaction(digest, signature);
      const intrinsic = 21_000n + 16n * BigInt(dataLength(asked.data));
      const taken = (await ethers.provider.estimateGas(asked)) - intrinsic;
      expect(taken).to.be.within(5_000n, (await keys.ERC1271_GAS()) / 2n);
    });
  });

  describe('an EOA with a delegate (EIP-7702)', () => {
    it('spends by its own key when ERC-4337’s Simple7702Account is its delegate', async () => {
      const { deployer, spendAs, expectRefusal } = await loadFixture(walletsFixture);
      const delegate = await deployThirdParty(deployer, ['accountAbstraction', 'Simple7702Account']);
      await delegateTo(ana.wallet, delegate);
      expect(await ethers.provider.getCode(ana.account)).to.equal(
        `0xef0100${(await delegate.getAddress()).slice(2).toLowerCase()}`,
      );
      await expectRefusal(ana.account, (digest) => one.signingKey.sign(digest).serialized as Hex);
      await spendAs(ana.account, (digest) => ana.wallet.signingKey.sign(digest).serialized as Hex);
    });

    it('spends by its delegate’s owners when a Safe is its delegate, and by its own key as before', async () => {
      const { safes, network, spendAs, expectRefusal, hub, aurora } = await loadFixture(walletsFixture);
      const account = { account: ana.account, chainId: network.chainId };
      await expectRefusal(ana.account, (digest) => signAsSafe(account, [one, two], digest));
      await delegateTo(ana.wallet, safes.singleton, setupCall(safes, OWNERS, 2));
      await expectRefusal(ana.account, (digest) => signAsSafe(account, [two], digest));
      await spendAs(ana.account, (digest) => signAsSafe(account, [one, two], digest));
      const act = { ...lunchOf(ana.account), nonce: 2 };
      await hub.execute(toStruct(act), await ana.sign(act, network));
      expect(await aurora.balanceOf(ana.account)).to.equal(750n);
    });

    it('spends by its own key alone once its delegate is gone', async () => {
      const { safes, network, spendAs, expectRefusal } = await loadFixture(walletsFixture);
      const account = { account: ana.account, chainId: network.chainId };
      await delegateTo(ana.wallet, safes.singleton, setupCall(safes, OWNERS, 2));
      await delegateTo(ana.wallet, ZeroAddress);
      await expectRefusal(ana.account, (digest) => signAsSafe(account, [one, two], digest));
      await spendAs(ana.account, (digest) => ana.wallet.signingKey.sign(digest).serialized as Hex);
    });
  });

  describe('Chromium', function () {
    this.timeout(120_000);
    let browser: BrowserOfKeys;
    before(async () => {
      browser = await openBrowserOfKeys();
    });
    after(() => browser?.close());

    it('spends by a WebAuthn credential of its authenticator', async () => {
      const { spendAs, expectRefusal } = await loadFixture(walletsFixture);
      const passkey = await browser.createPasskey();
      const other = await browser.createPasskey();
      await spendAs(passkey.account, passkey.sign);
      await expectRefusal(passkey.account, other.sign, 2);
      await expectRefusal(passkey.account, () => passkey.sign(ethers.id('another act') as Hex), 2);
    });

    it('spends nothing by a credential whose person was not verified', async () => {
      const { expectRefusal } = await loadFixture(walletsFixture);
      const passkey = await browser.createPasskey();
      await expectRefusal(passkey.account, passkey.signUnverified);
    });

    it('spends by a key of its WebCrypto that can’t leave it', async () => {
      const { spendAs, expectRefusal } = await loadFixture(walletsFixture);
      const device = await browser.createDeviceKey();
      const other = await browser.createDeviceKey();
      await expectRefusal(device.account, other.sign);
      await expectRefusal(device.account, () => device.sign(ethers.id('another act') as Hex));
      await spendAs(device.account, device.sign);
    });
  });
});
