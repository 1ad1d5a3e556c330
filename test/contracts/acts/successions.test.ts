import { expect } from 'chai';
import { addedKeysOn } from '../../helpers/added-keys.ts';
import { at, loadFixture, mineAt } from '../../helpers/chain.ts';
import { AURORA, BISTRO, openCoalition, potsOf } from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';
import { performerOn } from '../../helpers/performer.ts';

const ana = eoaMember('Ana');
const ben = eoaMember('Ben');
const cleo = eoaMember('Cleo');
const UNKNOWN = 4;
/** The nonce of a closed account. */
const NO_NONCE = 2n ** 32n - 1n;

/** Ana holds 1,000 Aurora points, which can't be transferred, and 500 Bistro points; Ben 10 Aurora points. Ana's successor is Ben. */
async function successorFixture() {
  const coalition = await openCoalition();
  await coalition.issue(AURORA, [ana.account, 1_000n], [ben.account, 10n]);
  await coalition.issue(BISTRO, [ana.account, 500n]);
  const added = await addedKeysOn(coalition);
  await added.change(ana, cleo, 'full');
  await added.change(ana, ben, 'successor');
  return { ...coalition, ...performerOn(coalition), ...added };
}

const atBistro = { kind: 'redemption', issuer: AURORA, counterparty: BISTRO, amount: 100n } as const;

describe('Successions', () => {
  describe('succeed', () => {
    it('moves all points of the brand, by anyone’s call, though members can’t', async () => {
      const { hub, aurora, bistro, stranger } = await loadFixture(successorFixture);
      const before = await potsOf(hub);
      expect(await hub.connect(stranger).succeed.staticCall(AURORA, ana.account)).to.equal(1_000n);
      const moving = hub.connect(stranger).succeed(AURORA, ana.account);
      await expect(moving)
        .to.emit(hub, 'AccountSucceeded')
        .withArgs(AURORA, ana.account, ben.account, 1_000n);
      await expect(moving).to.emit(aurora, 'AccountMoved').withArgs(ana.account, ben.account, 1_000n);
      await expect(moving).to.emit(aurora, 'Transfer').withArgs(ana.account, ben.account, 1_000n);
      expect([await aurora.balanceOf(ana.account), await aurora.balanceOf(ben.account)]).to.deep.equal([
        0n,
        1_010n,
      ]);
      expect(await bistro.balanceOf(ana.account)).to.equal(500n);
      expect(await potsOf(hub)).to.deep.equal(before);
    });

    it('keeps the epochs', async () => {
      const { hub, aurora, issue } = await loadFixture(successorFixture);
      await mineAt(at('2028-07-01'));
      await issue(AURORA, [ana.account, 7n]);
      await hub.succeed(AURORA, ana.account);
      expect(await aurora.balanceOfAtEpoch(232n, ben.account)).to.equal(1_010n);
      expect(await aurora.balanceOfAtEpoch(234n, ben.account)).to.equal(7n);
      await mineAt(at('2029-01-01'));
      expect(await aurora.balanceOf(ben.account)).to.equal(7n);
    });

    it('closes the account: nothing that Ana or her keys signed can be done', async () => {
      const { hub, aurora, issue, signed, submit } = await loadFixture(successorFixture);
      const acts = [
        await signed(ana, atBistro),
        await signed(ana, { ...atBistro, nonce: 5 }),
        await signed(ana, { ...atBistro, nonce: Number(NO_NONCE) }),
        await signed(ana, { kind: 'cancellation', issuer: AURORA }),
      ];
      await hub.succeed(AURORA, ana.account);
      await issue(AURORA, [ana.account, 1_000n]);
      for (const one of acts)
        await expect(submit(one))
          .to.be.revertedWithCustomError(aurora, 'PointsNonceUnusable')
          .withArgs(ana.account, BigInt(one.act.nonce), NO_NONCE);
      expect(await aurora.balanceOf(ana.account)).to.equal(1_000n);
    });

    it('leaves the account open until it is called, at each brand by itself', async () => {
      const { hub, perform } = await loadFixture(successorFixture);
      await perform(ana, atBistro);
      await hub.succeed(AURORA, ana.account);
      await perform(ana, { ...atBistro, issuer: BISTRO, counterparty: AURORA });
    });

    it('ends the power of added keys at once', async () => {
      const { hub, perform } = await loadFixture(successorFixture);
      await expect(perform(ana, atBistro, cleo)).to.be.revertedWithCustomError(hub, 'ActSignatureInvalid');
    });

    it('moves again what has come since, and may move nothing', async () => {
      const { hub, aurora, issue } = await loadFixture(successorFixture);
      await hub.succeed(AURORA, ana.account);
      await issue(AURORA, [ana.account, 3n]);
      await hub.succeed(AURORA, ana.account);
      expect(await aurora.balanceOf(ben.account)).to.equal(1_013n);
      await expect(hub.succeed(AURORA, ana.account))
        .to.emit(hub, 'AccountSucceeded')
        .withArgs(AURORA, ana.account, ben.account, 0n);
    });

    it('moves on to the successor’s successor', async () => {
      const { hub, change, aurora } = await loadFixture(successorFixture);
      await change(ben, cleo, 'successor');
      await hub.succeed(AURORA, ben.account);
      await hub.succeed(AURORA, ana.account);
      await hub.succeed(AURORA, ben.account);
      expect(await aurora.balanceOf(cleo.account)).to.equal(1_010n);
    });

    it('is refused for a member without a successor', async () => {
      const { hub } = await loadFixture(successorFixture);
      for (const { account } of [ben, cleo])
        await expect(hub.succeed(AURORA, account))
          .to.be.revertedWithCustomError(hub, 'SuccessorUnknown')
          .withArgs(account);
    });

    it('waits while the brand or the coalition is halted', async () => {
      const { hub, guardian, governor } = await loadFixture(successorFixture);
      await hub.connect(guardian).haltPartner(AURORA);
      await expect(hub.succeed(AURORA, ana.account))
        .to.be.revertedWithCustomError(hub, 'PartnerHalted')
        .withArgs(AURORA);
      await hub.connect(guardian).halt();
      await expect(hub.succeed(BISTRO, ana.account)).to.be.revertedWithCustomError(hub, 'CoalitionHalted');
      await hub.connect(governor).resume();
      await hub.succeed(BISTRO, ana.account);
    });

    it('is refused for a brand that does not exist', async () => {
      const { hub } = await loadFixture(successorFixture);
      await expect(hub.succeed(UNKNOWN, ana.account))
        .to.be.revertedWithCustomError(hub, 'PartnerUnknown')
        .withArgs(UNKNOWN);
    });
  });
});
