import { expect } from 'chai';
import { id, ZeroAddress } from 'ethers';
import type { Address, Hex } from 'viem';
import { at, loadFixture, mineAt, time } from '../../helpers/chain.ts';
import { AURORA, BISTRO, CINEMA, NOBODY, openCoalition, potsOf } from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';
import { type AnyAct, digestOf, type Key, performerOn, structOf } from '../../helpers/performer.ts';
import { deviceKey, passkey } from '../members/stage.ts';

const ana = eoaMember('Ana');
const ben = eoaMember('Ben');
const keyOf = ({ name, sign }: ReturnType<typeof deviceKey>) => ({ account: name, signDigest: sign });
const dora = keyOf(deviceKey());
const pia = keyOf(passkey());
const UNKNOWN = 4;

/** Ana, Dora (a device key) and Pia (a passkey) hold 1,000 Bistro points; Ana holds 1,000 Aurora points, which can't be transferred. */
async function membersFixture() {
  const coalition = await openCoalition();
  const { issue } = coalition;
  await issue(AURORA, [ana.account, 1_000n]);
  await issue(BISTRO, [ana.account, 1_000n], [dora.account, 1_000n], [pia.account, 1_000n]);
  return { ...coalition, ...performerOn(coalition) };
}

const toBen = { kind: 'gift', issuer: BISTRO, recipient: ben.account, amount: 100n } as const;
const redemption = { kind: 'redemption', issuer: BISTRO, counterparty: AURORA, amount: 10n } as const;

describe('Acts', () => {
  describe('gift', () => {
    it('moves the points, and no money', async () => {
      const { hub, bistro, perform } = await loadFixture(membersFixture);
      const before = await potsOf(hub);
      const giving = perform(ana, toBen);
      await expect(giving).to.emit(hub, 'Gifted').withArgs(ana.account, BISTRO, ben.account, 100n, 0n);
      await expect(giving).to.emit(bistro, 'Transfer').withArgs(ana.account, ben.account, 100n);
      expect([await bistro.balanceOf(ana.account), await bistro.balanceOf(ben.account)]).to.deep.equal([
        900n,
        100n,
      ]);
      expect(await potsOf(hub)).to.deep.equal(before);
    });

    it('answers what the points are worth, and none received', async () => {
      const { hub, signed } = await loadFixture(membersFixture);
      const { act, signature } = await signed(ana, toBen);
      expect(await hub.execute.staticCall(structOf(act), signature)).to.deep.equal([300_000n, 0n]);
    });

    it('keeps the epochs: earliest expiry first, and no longer than before', async () => {
      const { bistro, issue, perform } = await loadFixture(membersFixture);
      await mineAt(at('2028-07-01'));
      await issue(BISTRO, [ana.account, 500n]);
      await perform(ana, { ...toBen, amount: 1_200n });
      const epochs = async (member: Address) => [
        await bistro.balanceOfAtEpoch(116n, member),
        await bistro.balanceOfAtEpoch(117n, member),
      ];
      expect(await epochs(ben.account)).to.deep.equal([1_000n, 200n]);
      expect(await epochs(ana.account)).to.deep.equal([0n, 300n]);
      await mineAt(at('2029-01-01'));
      expect(await bistro.balanceOf(ben.account)).to.equal(200n);
    });

    it('may be to oneself: it uses up a nonce, and no more', async () => {
      const { bistro, perform } = await loadFixture(membersFixture);
      await perform(ana, { ...toBen, recipient: ana.account });
      expect(await bistro.balanceOf(ana.account)).to.equal(1_000n);
      expect(await bistro.nextNonce(ana.account)).to.equal(1n);
    });

    it('is signed by device keys and passkeys too', async () => {
      const { bistro, perform } = await loadFixture(membersFixture);
      await perform(dora, toBen);
      await perform(pia, toBen);
      expect(await bistro.balanceOf(ben.account)).to.equal(200n);
    });

    describe('that is signed', () => {
      it('has the digest that ethers computes', async () => {
        const { hub, network, actOf } = await loadFixture(membersFixture);
        const gift = await actOf(ana, { ...toBen, nonce: 7, deadline: 1_900_000_000 });
        expect(await hub.actDigest(structOf(gift))).to.equal(digestOf(gift, network));
        const largest = {
          ...gift,
          member: `0x${'ff'.repeat(20)}`,
          issuer: 2 ** 32 - 1,
          ref: `0x${'00'.repeat(12)}${'ff'.repeat(20)}`,
          amount: 2n ** 48n - 1n,
          nonce: 2 ** 32 - 1,
          deadline: 2 ** 48 - 1,
        } satisfies AnyAct;
        expect(await hub.actDigest(structOf(largest))).to.equal(digestOf(largest, network));
      });

      it('binds member, issuer, recipient, amount, nonce and deadline', async () => {
        const { hub, bistro, signed, submit } = await loadFixture(membersFixture);
        const { act, signature } = await signed(ana, { ...toBen, counterparty: AURORA });
        const changes: Partial<AnyAct>[] = [
          { member: ben.account },
          { issuer: CINEMA },
          { ref: `0x${NOBODY.slice(2).padStart(64, '0')}` as Hex },
          { amount: 101n },
          { nonce: 1 },
          { deadline: act.deadline - 1 },
          { kind: 'redemption' },
          { kind: 'cancellation' },
        ];
        for (const change of changes) {
          const changed = { ...act, ...change };
          await expect(submit({ act: changed, signature }))
            .to.be.revertedWithCustomError(hub, 'ActSignatureInvalid')
            .withArgs(changed.member, await hub.actDigest(structOf(changed)));
        }
        expect(await bistro.balanceOf(ana.account)).to.equal(1_000n);
      });

      it('does not bind what it does not have: counterparty, minimum, and what is above the recipient', async () => {
        const { hub, bistro, signed, submit } = await loadFixture(membersFixture);
        const { act, signature } = await signed(ana, toBen);
        const ref = `0x${'ff'.repeat(12)}${act.ref.slice(26)}` as Hex;
        const changed = { ...act, counterparty: UNKNOWN, minimum: 2n ** 48n - 1n, ref };
        expect(await hub.actDigest(structOf(changed))).to.equal(await hub.actDigest(structOf(act)));
        await submit({ act: changed, signature });
        expect(await bistro.balanceOf(ben.account)).to.equal(100n);
      });
    });

    describe('that can not be', () => {
      it('is refused by name: transfers that are off', async () => {
        const { aurora, perform } = await loadFixture(membersFixture);
        await expect(perform(ana, { ...toBen, issuer: AURORA })).to.be.revertedWithCustomError(
          aurora,
          'PointsNotTransferable',
        );
      });

      it('is refused by name: of nothing, of more than there is, to nobody', async () => {
        const { hub, bistro, perform } = await loadFixture(membersFixture);
        await expect(perform(ana, { ...toBen, amount: 0n }))
          .to.be.revertedWithCustomError(hub, 'ActWorthless')
          .withArgs(BISTRO, 0n);
        await expect(perform(ana, { ...toBen, amount: 1_001n }))
          .to.be.revertedWithCustomError(bistro, 'PointsInsufficient')
          .withArgs(ana.account, 1_000n, 1_001n);
        await expect(perform(ana, { ...toBen, recipient: ZeroAddress as Address }))
          .to.be.revertedWithCustomError(bistro, 'ERC20InvalidReceiver')
          .withArgs(ZeroAddress);
      });

      it('is refused by name: twice, late, of an unknown brand, while halted', async () => {
        const { hub, bistro, guardian, governor, signed, submit, perform } =
          await loadFixture(membersFixture);
        const once = await signed(ana, toBen);
        await submit(once);
        await expect(submit(once))
          .to.be.revertedWithCustomError(bistro, 'PointsNonceUnusable')
          .withArgs(ana.account, 0n, 1n);
        const deadline = (await time.latest()) + 10;
        const late = await signed(ana, { ...toBen, deadline });
        await time.setNextBlockTimestamp(deadline + 1);
        await expect(submit(late))
          .to.be.revertedWithCustomError(hub, 'ActExpired')
          .withArgs(deadline, deadline + 1);
        await hub.connect(guardian).haltPartner(BISTRO);
        await expect(perform(ana, toBen))
          .to.be.revertedWithCustomError(hub, 'PartnerHalted')
          .withArgs(BISTRO);
        await hub.connect(guardian).halt();
        await expect(perform(ana, toBen)).to.be.revertedWithCustomError(hub, 'CoalitionHalted');
        await hub.connect(governor).resume();
        await hub.connect(governor).resumePartner(BISTRO);
        await perform(ana, toBen);
      });

      it('goes on while its recipient’s or counterparty’s brand is halted: it has none', async () => {
        const { hub, guardian, perform } = await loadFixture(membersFixture);
        await hub.connect(guardian).haltPartner(AURORA);
        await perform(ana, { ...toBen, counterparty: AURORA });
      });
    });
  });

  describe('cancellation', () => {
    const cancel = { kind: 'cancellation', issuer: AURORA } as const;

    it('uses up its nonce: what was signed with it is refused for ever', async () => {
      const { hub, aurora, signed, submit, perform } = await loadFixture(membersFixture);
      const promised = await signed(ana, { ...redemption, issuer: AURORA, counterparty: BISTRO, nonce: 3 });
      const cancelling = perform(ana, { ...cancel, nonce: 3 });
      await expect(cancelling).to.emit(hub, 'ActCancelled').withArgs(ana.account, AURORA, 3n);
      await expect(cancelling).to.emit(aurora, 'NonceCancelled').withArgs(ana.account, 3n);
      await expect(submit(promised))
        .to.be.revertedWithCustomError(aurora, 'PointsNonceUnusable')
        .withArgs(ana.account, 3n, 4n);
      expect(await aurora.balanceOf(ana.account)).to.equal(1_000n);
      for (const nonce of [0, 1, 2, 4])
        await perform(ana, { ...redemption, issuer: AURORA, counterparty: BISTRO, nonce });
    });

    it('is of one brand’s nonce alone', async () => {
      const { perform } = await loadFixture(membersFixture);
      await perform(ana, { ...cancel, nonce: 0 });
      await perform(ana, { ...redemption, nonce: 0 });
    });

    it('needs no points', async () => {
      const { hub, perform } = await loadFixture(membersFixture);
      await expect(perform(ben, cancel)).to.emit(hub, 'ActCancelled').withArgs(ben.account, AURORA, 0n);
    });

    it('is refused for a nonce that is used: what was done stays done', async () => {
      const { aurora, perform } = await loadFixture(membersFixture);
      await perform(ana, { ...cancel, nonce: 0 });
      await expect(perform(ana, { ...cancel, nonce: 0 }))
        .to.be.revertedWithCustomError(aurora, 'PointsNonceUnusable')
        .withArgs(ana.account, 0n, 1n);
    });

    it('has the digest that ethers computes, which binds member, issuer, nonce and deadline alone', async () => {
      const { hub, network, actOf, signed, submit } = await loadFixture(membersFixture);
      const plain = await actOf(ana, { ...cancel, nonce: 7, deadline: 1_900_000_000 });
      expect(await hub.actDigest(structOf(plain))).to.equal(digestOf(plain, network));
      const { act, signature } = await signed(ana, cancel);
      for (const change of [
        { member: ben.account },
        { issuer: BISTRO },
        { nonce: 1 },
        { deadline: act.deadline - 1 },
      ] satisfies Partial<AnyAct>[])
        await expect(submit({ act: { ...act, ...change }, signature })).to.be.revertedWithCustomError(
          hub,
          'ActSignatureInvalid',
        );
      const ignored = { counterparty: UNKNOWN, amount: 5n, minimum: 6n, ref: id('anything') as Hex };
      await submit({ act: { ...act, ...ignored }, signature });
    });

    it('is refused late, and while the brand is halted', async () => {
      const { hub, guardian, signed, submit, perform } = await loadFixture(membersFixture);
      const deadline = (await time.latest()) + 10;
      const late = await signed(ana, { ...cancel, deadline });
      await time.setNextBlockTimestamp(deadline + 1);
      await expect(submit(late))
        .to.be.revertedWithCustomError(hub, 'ActExpired')
        .withArgs(deadline, deadline + 1);
      await hub.connect(guardian).haltPartner(AURORA);
      await expect(perform(ana, cancel)).to.be.revertedWithCustomError(hub, 'PartnerHalted').withArgs(AURORA);
    });
  });

  describe('a batch with gifts and cancellations', () => {
    /** What Ana and Dora sign for Bistro's points, in the order in which it's done. */
    const batchOf = async ({ signed }: Awaited<ReturnType<typeof membersFixture>>, member: Key = ana) => [
      await signed(member, { ...redemption, nonce: 0 }),
      await signed(member, { ...toBen, nonce: 1 }),
      await signed(member, { ...toBen, nonce: 2, amount: 5_000n }), // more than there is
      await signed(member, { kind: 'cancellation', issuer: BISTRO, nonce: 3 }),
      await signed(member, { ...redemption, nonce: 3 }), // cancelled
      await signed(member, { ...toBen, nonce: 3 }), // cancelled
      await signed(member, { kind: 'cancellation', issuer: BISTRO, nonce: 1 }), // done
      await signed(member, { ...toBen, nonce: 4, recipient: ZeroAddress as Address }),
      await signed(member, { ...toBen, nonce: 5, amount: 0n }),
      await signed(member, { ...redemption, nonce: 6 }),
      await signed(member, {
        kind: 'exchange',
        issuer: BISTRO,
        counterparty: CINEMA,
        amount: 100n,
        nonce: 7,
      }),
      await signed(ben, { ...redemption, nonce: 0, amount: 100n }), // with what he was given
    ];
    const skipped = (member: Address) => [
      { member, nonce: 2n, reason: 'PointsInsufficient', details: [member, 890n, 5_000n] },
      { member, nonce: 3n, reason: 'PointsNonceUnusable', details: [member, 3n, 4n] },
      { member, nonce: 3n, reason: 'PointsNonceUnusable', details: [member, 3n, 4n] },
      { member, nonce: 1n, reason: 'PointsNonceUnusable', details: [member, 1n, 4n] },
      { member, nonce: 4n, reason: 'ERC20InvalidReceiver', details: [ZeroAddress] },
      { member, nonce: 5n, reason: 'ActWorthless', details: [BigInt(BISTRO), 0n] },
    ];
    const stateOf = async ({ hub, bistro, cinema }: Awaited<ReturnType<typeof membersFixture>>) => ({
      words: await Promise.all(
        [ana, ben, dora].flatMap(({ account }) => [bistro.accountWord(account), cinema.accountWord(account)]),
      ),
      reports: (await hub.partnerReports()).map((report) => [...report]),
      pots: await potsOf(hub),
    });

    it('skips what can’t be, with the reason, and does all the rest in order', async () => {
      const fixture = await loadFixture(membersFixture);
      const { bistro, submitBatch, skipsOf } = fixture;
      expect(await skipsOf(submitBatch(await batchOf(fixture)))).to.deep.equal(skipped(ana.account));
      expect(await bistro.balanceOf(ben.account)).to.equal(0n);
      expect(await bistro.balanceOf(ana.account)).to.equal(780n);
    });

    it('is the same in the compact encoding, and one by one', async () => {
      const outcomes = [];
      for (const way of ['abi', 'compact', 'singly'] as const) {
        const fixture = await loadFixture(membersFixture);
        const { submit, submitBatch, submitCompact, skipsOf } = fixture;
        const batch = await batchOf(fixture);
        if (way === 'abi') await submitBatch(batch);
        else if (way === 'compact')
          expect(await skipsOf(submitCompact(batch))).to.deep.equal(skipped(ana.account));
        else for (const act of batch) await submit(act).catch(() => undefined);
        outcomes.push(await stateOf(fixture));
      }
      expect(outcomes[1]).to.deep.equal(outcomes[0]);
      expect(outcomes[2]).to.deep.equal(outcomes[0]);
    });

    it('is the same for a device key', async () => {
      const fixture = await loadFixture(membersFixture);
      const { submitBatch, skipsOf, bistro } = fixture;
      const batch = await batchOf(fixture, dora);
      expect(await skipsOf(submitBatch(batch))).to.deep.equal(skipped(dora.account));
      expect(await bistro.balanceOf(dora.account)).to.equal(780n);
    });

    it('answers how many were done', async () => {
      const fixture = await loadFixture(membersFixture);
      const { hub, batchOf: argumentsOf } = fixture;
      const batch = await batchOf(fixture);
      expect(await hub.executeBatch.staticCall(...argumentsOf(batch))).to.equal(BigInt(batch.length - 6));
    });

    it('skips gifts of a brand without transfers', async () => {
      const { signed, submitCompact, skipsOf } = await loadFixture(membersFixture);
      const gift = await signed(ana, { ...toBen, issuer: AURORA });
      expect(await skipsOf(submitCompact([gift]))).to.deep.equal([
        { member: ana.account, nonce: 0n, reason: 'PointsNotTransferable', details: [] },
      ]);
    });
  });
});
