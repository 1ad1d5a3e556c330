import { expect } from 'chai';
import { type HDNodeWallet, Wallet, ZeroAddress } from 'ethers';
import { type Address, getAddress, type Hex } from 'viem';
import { packDeviceSignature } from '../../../backend/protocol/account.ts';
import { type Act, actDigest } from '../../../backend/protocol/acts.ts';
import { hexToBytes } from '../../../backend/protocol/bytes.ts';
import {
  type KeyChange,
  type KeyRole,
  keyChangeDigest,
  keyChangeStruct,
  packContractKeySignature,
} from '../../../backend/protocol/keys.ts';
import { anAct, NEVER, toStruct } from '../../helpers/acts.ts';
import { ethers, loadFixture, time } from '../../helpers/chain.ts';
import { AURORA, BISTRO, openCoalition, USD } from '../../helpers/coalition.ts';
import { deviceMember, eoaMember } from '../../helpers/members.ts';
import { createSafe, deploySafe, signAsSafe } from './wallets/safe.ts';

const DAY = 86_400;
const ana = eoaMember('Ana');
const phone = await deviceMember();
const OWNERS = ['one', 'two', 'three'].map((name) => new Wallet(ethers.id(`owner ${name}`)));
const [one, two, three] = OWNERS as [Wallet, Wallet, Wallet];
const found = new Wallet(ethers.id('the key that was found again'));

type Sign = (digest: Hex) => Promise<Hex> | Hex;

const byEoa =
  (wallet: Wallet | HDNodeWallet): Sign =>
  (digest) =>
    wallet.signingKey.sign(digest).serialized as Hex;
const byAna = byEoa(ana.wallet);
const byPhone: Sign = async (digest) =>
  packDeviceSignature(phone.key, await phone.signRaw(hexToBytes(digest)));

/** Ana holds 1,000 points, worth 10 dollars; her family's Safe has three owners, two of whom must sign. */
async function keysFixture() {
  const coalition = await openCoalition();
  const { hub, network, deployer, issue, relay } = coalition;
  await issue(AURORA, [ana.account, 1_000n]);
  const safe = await createSafe(await deploySafe(deployer), OWNERS, 2);
  const keys = await ethers.getContractAt('MemberKeys', await hub.memberKeys());
  const keysNetwork = { chainId: network.chainId, memberKeys: getAddress(await hub.memberKeys()) };
  const bySafe =
    (...owners: Wallet[]): Sign =>
    (digest) =>
      signAsSafe({ account: safe, chainId: network.chainId }, owners, digest);
  const bySafeAsKey =
    (...owners: Wallet[]): Sign =>
    async (digest) =>
      packContractKeySignature(safe, await bySafe(...owners)(digest));
  /** Changes Ana's keys; anybody submits it. */
  const change = async (key: Address, role: KeyRole, sign: Sign, dailyLimit = 0n) => {
    const nonce = Number(await keys.nextNonce(ana.account));
    const signed: KeyChange = { member: ana.account, key, role, dailyLimit, nonce, deadline: NEVER };
    const signature = await sign(keyChangeDigest(signed, keysNetwork));
    return keys.connect(relay).changeKey(keyChangeStruct(signed), signature);
  };
  /** A redemption of Ana's points. */
  const spend = async (amount: bigint, sign: Sign, fields: Partial<Act>) => {
    const act = lunchOf(amount, fields);
    return hub.connect(relay).execute(toStruct(act), await sign(actDigest(act, network)));
  };
  const refused = async (amount: bigint, sign: Sign, fields: Partial<Act>) => {
    const act = lunchOf(amount, fields);
    const digest = actDigest(act, network);
    // With a limit of gas it is mined, at the second that was set.
    await expect(hub.execute(toStruct(act), await sign(digest), { gasLimit: 1_000_000 }))
      .to.be.revertedWithCustomError(hub, 'ActSignatureInvalid')
      .withArgs(act.member, digest);
  };
  return { ...coalition, safe, keys, change, spend, refused, bySafe, bySafeAsKey };
}

const lunchOf = (amount: bigint, fields: Partial<Act>): Act =>
  anAct({
    kind: 'redemption',
    member: ana.account,
    issuer: AURORA,
    counterparty: BISTRO,
    amount,
    ...fields,
  });

describe('Added keys, at the hub', () => {
  describe('a phone’s key with two dollars a day', () => {
    it('spends them and no cent more, until the next day', async () => {
      const { hub, keys, aurora, change, spend, network } = await loadFixture(keysFixture);
      await change(phone.account, 'limited', byAna, 2n * USD);
      const day = Math.ceil((await time.latest()) / DAY) * DAY;
      await time.setNextBlockTimestamp(day + DAY - 3);
      await expect(spend(150n, byPhone, { nonce: 0 }))
        .to.emit(keys, 'KeyCharged')
        .withArgs(ana.account, phone.account, 1_500_000n, 1_500_000n);
      const act = lunchOf(51n, { nonce: 1 });
      const signature = await byPhone(actDigest(act, network));
      await expect(hub.execute(toStruct(act), signature))
        .to.be.revertedWithCustomError(keys, 'KeyLimitExceeded')
        .withArgs(phone.account, 500_000n, 510_000n);
      await spend(50n, byPhone, { nonce: 1 });
      await time.setNextBlockTimestamp(day + DAY);
      await spend(200n, byPhone, { nonce: 2 });
      expect(await aurora.balanceOf(ana.account)).to.equal(600n);
    });

    it('is skipped in a batch beyond that, and stops nobody', async () => {
      const { hub, keys, aurora, change, network } = await loadFixture(keysFixture);
      await change(phone.account, 'limited', byAna, 2n * USD);
      const acts = [150n, 100n, 50n].map((amount, nonce) => lunchOf(amount, { nonce }));
      const own = lunchOf(300n, { nonce: 3 });
      const signatures = await Promise.all(acts.map((act) => byPhone(actDigest(act, network))));
      const reason = keys.interface.encodeErrorResult('KeyLimitExceeded', [
        phone.account,
        500_000n,
        1_000_000n,
      ]);
      await expect(
        hub.executeBatch([...acts, own].map(toStruct), [...signatures, await byAna(actDigest(own, network))]),
      )
        .to.emit(hub, 'ActSkipped')
        .withArgs(ana.account, AURORA, acts[1]?.ref, 1n, reason);
      expect(await aurora.balanceOf(ana.account)).to.equal(500n);
    });

    it('changes no key, and spends nothing once it is removed', async () => {
      const { keys, change, spend, refused } = await loadFixture(keysFixture);
      await change(phone.account, 'limited', byAna, 2n * USD);
      await expect(change(phone.account, 'full', byPhone))
        .to.be.revertedWithCustomError(keys, 'KeyPowerInsufficient')
        .withArgs(ana.account, phone.account, 2n, 1n);
      await spend(10n, byPhone, { nonce: 0 });
      await change(phone.account, 'none', byAna);
      await refused(10n, byPhone, { nonce: 1 });
    });
  });

  describe('a Safe as a full key', () => {
    it('spends by two of its owners, and not by one', async () => {
      const { aurora, safe, change, spend, refused, bySafe, bySafeAsKey } = await loadFixture(keysFixture);
      await refused(100n, bySafeAsKey(one, two), { nonce: 0 });
      await change(safe, 'full', byAna);
      await spend(100n, bySafeAsKey(one, two), { nonce: 0 });
      await refused(100n, bySafeAsKey(three), { nonce: 1 });
      await refused(100n, bySafe(one, two), { nonce: 1 }); // as the Safe's own account would
      expect(await aurora.balanceOf(ana.account)).to.equal(900n);
    });
  });

  describe('recovery by a Safe', () => {
    it('gives a new key all power after seven days', async () => {
      const { keys, aurora, safe, change, spend, refused, bySafeAsKey } = await loadFixture(keysFixture);
      await change(safe, 'recovery', byAna);
      await refused(100n, bySafeAsKey(one, two), { nonce: 0 });
      await change(getAddress(found.address), 'full', bySafeAsKey(one, three));
      const active = (await time.latest()) + 7 * DAY;
      expect((await keys.keyOf(ana.account, found)).activeFrom).to.equal(active);
      await time.setNextBlockTimestamp(active - 1);
      await refused(100n, byEoa(found), { nonce: 0 });
      await time.setNextBlockTimestamp(active);
      await spend(100n, byEoa(found), { nonce: 0 });
      await change(safe, 'none', byEoa(found));
      expect(await aurora.balanceOf(ana.account)).to.equal(900n);
    });

    it('is vetoed by the member’s own key, and by no key of less power', async () => {
      const { keys, safe, change, refused, spend, bySafeAsKey } = await loadFixture(keysFixture);
      await change(safe, 'recovery', byAna);
      await change(phone.account, 'limited', byAna, USD);
      await change(getAddress(found.address), 'full', bySafeAsKey(one, two));
      await expect(change(getAddress(found.address), 'none', byPhone))
        .to.be.revertedWithCustomError(keys, 'KeyPowerInsufficient')
        .withArgs(ana.account, phone.account, 2n, 0n);
      await change(getAddress(found.address), 'none', byAna);
      expect(await keys.pendingKeyOf(ana.account)).to.equal(ZeroAddress);
      await time.increase(8 * DAY);
      await refused(100n, byEoa(found), { nonce: 0 });
      await spend(100n, byAna, { nonce: 0 });
    });
  });

  describe('a successor', () => {
    it('gets the points by anyone’s call, spends them, and nothing is left to sign for', async () => {
      const { hub, aurora, safe, change, issue, network, stranger, bySafe } = await loadFixture(keysFixture);
      await expect(hub.succeed(AURORA, ana.account))
        .to.be.revertedWithCustomError(hub, 'SuccessorUnknown')
        .withArgs(ana.account);
      await change(phone.account, 'limited', byAna, USD);
      await change(safe, 'successor', byAna);
      await expect(hub.connect(stranger).succeed(AURORA, ana.account))
        .to.emit(hub, 'AccountSucceeded')
        .withArgs(AURORA, ana.account, safe, 1_000n);
      expect(await aurora.balanceOf(ana.account)).to.equal(0n);
      expect(await aurora.balanceOf(safe)).to.equal(1_000n);
      const lunch = lunchOf(400n, { member: safe });
      await hub.execute(toStruct(lunch), await bySafe(two, three)(actDigest(lunch, network)));
      expect(await aurora.balanceOf(safe)).to.equal(600n);
      // Points that still arrive at the old account can't be spent there: its nonces are used up.
      await issue(AURORA, [ana.account, 10n]);
      const late = lunchOf(10n, { nonce: 0 });
      await expect(hub.execute(toStruct(late), await byAna(actDigest(late, network))))
        .to.be.revertedWithCustomError(aurora, 'PointsNonceUnusable')
        .withArgs(ana.account, 0n, 2n ** 32n - 1n);
      const byPhoneNow = lunchOf(10n, { nonce: 1 });
      const digest = actDigest(byPhoneNow, network);
      await expect(hub.execute(toStruct(byPhoneNow), await byPhone(digest)))
        .to.be.revertedWithCustomError(hub, 'ActSignatureInvalid')
        .withArgs(ana.account, digest);
      await hub.succeed(AURORA, ana.account);
      expect(await aurora.balanceOf(safe)).to.equal(610n);
    });
  });
});
