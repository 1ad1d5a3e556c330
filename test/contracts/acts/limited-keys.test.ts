import { expect } from 'chai';
import { getAddress, type Hex } from 'viem';
import { packContractKeySignature } from '../../../backend/protocol/keys.ts';
import { addedKeysOn } from '../../helpers/added-keys.ts';
import { at, ethers, loadFixture, time } from '../../helpers/chain.ts';
import { AURORA, BISTRO, CINEMA, openCoalition, potsOf, WOODLAND } from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';
import { type Key, performerOn, structOf } from '../../helpers/performer.ts';
import { deviceKey, passkey } from '../members/stage.ts';

const ana = eoaMember('Ana');
const ben = eoaMember('Ben');
const cleo = eoaMember('Cleo');
const keyOf = ({ name, sign }: ReturnType<typeof deviceKey>): Key => ({ account: name, signDigest: sign });
const device = keyOf(deviceKey());
const card = keyOf(passkey());
/** What Ben may spend of Ana's a day: 300 Aurora points. */
const LIMIT = 3_000_000n;
const NEXT_DAY = at('2028-02-11');

/** Ana and Cleo hold 1,000 Aurora points and 1,000 Bistro points; Ben is a limited key of Ana's. */
async function limitedFixture() {
  const coalition = await openCoalition();
  const { hub, issue } = coalition;
  await issue(AURORA, [ana.account, 1_000n], [cleo.account, 1_000n]);
  await issue(BISTRO, [ana.account, 1_000n], [cleo.account, 1_000n]);
  const added = await addedKeysOn(coalition);
  await added.change(ana, ben, 'limited', { dailyLimit: LIMIT });
  const spent = async (key: Key = ben) => (await added.keys.keyOf(ana.account, key.account)).spentToday;
  const performer = performerOn(coalition);
  const { interface: errors } = added.keys;
  /** The reasons of what a batch skipped; a key's limit is no error of the hub or its tokens. */
  const reasonsOf = async (sending: ReturnType<typeof performer.submitBatch>) => {
    const logs = (await (await sending).wait())?.logs ?? [];
    return logs.flatMap((log) => {
      const event = hub.interface.parseLog(log);
      if (event?.name !== 'ActSkipped') return [];
      const error = errors.parseError(event.args.reason) ?? hub.interface.parseError(event.args.reason);
      return [[event.args.nonce, error?.name, ...(error?.args ?? [])]];
    });
  };
  return { ...coalition, ...performer, ...added, spent, reasonsOf };
}

const atBistro = { kind: 'redemption', issuer: AURORA, counterparty: BISTRO, amount: 100n } as const;

describe('Acts', () => {
  describe('signed by a limited key', () => {
    describe('one by one', () => {
      it('are done, and charged with what the points are worth', async () => {
        const { hub, keys, aurora, perform, spent } = await loadFixture(limitedFixture);
        const redeeming = perform(ana, atBistro, ben);
        await expect(redeeming)
          .to.emit(keys, 'KeyCharged')
          .withArgs(ana.account, ben.account, 1_000_000n, 1_000_000n);
        await expect(redeeming).to.emit(hub, 'Redeemed');
        expect(await aurora.balanceOf(ana.account)).to.equal(900n);
        expect(await spent()).to.equal(1_000_000n);
      });

      it('are refused beyond the limit, and nothing of them happens', async () => {
        const { hub, keys, aurora, perform, spent } = await loadFixture(limitedFixture);
        await perform(ana, { ...atBistro, amount: 200n }, ben);
        const before = [await aurora.accountWord(ana.account), await potsOf(hub)];
        await expect(perform(ana, { ...atBistro, amount: 101n }, ben))
          .to.be.revertedWithCustomError(keys, 'KeyLimitExceeded')
          .withArgs(ben.account, 1_000_000n, 1_010_000n);
        expect([await aurora.accountWord(ana.account), await potsOf(hub)]).to.deep.equal(before);
        await perform(ana, { ...atBistro, amount: 100n }, ben);
        expect(await spent()).to.equal(LIMIT);
      });

      it('add up over brands and kinds: at home, exchanges, donations and gifts are worth the same', async () => {
        const { perform, spent } = await loadFixture(limitedFixture);
        let sum = 0n;
        for (const [fields, value] of [
          [{ ...atBistro, counterparty: AURORA, amount: 10n }, 100_000n],
          [{ ...atBistro, kind: 'exchange', counterparty: CINEMA, amount: 10n }, 100_000n],
          [{ ...atBistro, kind: 'donation', counterparty: WOODLAND, amount: 10n }, 100_000n],
          [{ kind: 'gift', issuer: BISTRO, recipient: ben.account, amount: 10n }, 30_000n],
          [{ kind: 'cancellation', issuer: BISTRO }, 0n],
        ] as const) {
          await perform(ana, fields, ben);
          sum += value;
          expect(await spent()).to.equal(sum);
        }
      });

      it('are refused beyond the limit whatever their kind', async () => {
        const { keys, perform } = await loadFixture(limitedFixture);
        await perform(ana, { ...atBistro, amount: 300n }, ben);
        for (const [fields, value] of [
          [{ ...atBistro, counterparty: AURORA, amount: 1n }, 10_000n],
          [{ ...atBistro, kind: 'exchange', counterparty: CINEMA, amount: 8n }, 80_000n],
          [{ ...atBistro, kind: 'donation', counterparty: WOODLAND, amount: 1n }, 10_000n],
          [{ kind: 'gift', issuer: BISTRO, recipient: ben.account, amount: 1n }, 3_000n],
        ] as const)
          await expect(perform(ana, fields, ben))
            .to.be.revertedWithCustomError(keys, 'KeyLimitExceeded')
            .withArgs(ben.account, 0n, value);
        await perform(ana, { kind: 'cancellation', issuer: BISTRO }, ben);
      });

      it('begin anew at midnight UTC, not a second before', async () => {
        const { keys, signed, submit, spent } = await loadFixture(limitedFixture);
        await submit(await signed(ana, { ...atBistro, amount: 300n }, ben));
        const next = await signed(ana, { ...atBistro, amount: 300n }, ben);
        await time.setNextBlockTimestamp(NEXT_DAY - 1);
        await expect(submit(next))
          .to.be.revertedWithCustomError(keys, 'KeyLimitExceeded')
          .withArgs(ben.account, 0n, LIMIT);
        await time.setNextBlockTimestamp(NEXT_DAY);
        await submit(next);
        expect(await spent()).to.equal(LIMIT);
      });

      it('are no charge to others: Ana’s own acts and a full key’s have no limit', async () => {
        const { keys, change, perform, spent } = await loadFixture(limitedFixture);
        await change(ana, cleo, 'full');
        await expect(perform(ana, { ...atBistro, amount: 400n })).to.not.emit(keys, 'KeyCharged');
        await expect(perform(ana, { ...atBistro, amount: 400n }, cleo)).to.not.emit(keys, 'KeyCharged');
        expect(await spent()).to.equal(0n);
      });

      it('may be by keys of every kind', async () => {
        const { change, perform, spent } = await loadFixture(limitedFixture);
        const wallet = await ethers.deployContract('OwnedWallet', [cleo.account]);
        const account = getAddress(await wallet.getAddress());
        const inner = (digest: Hex) => cleo.wallet.signingKey.sign(digest).serialized as Hex;
        const contract: Key = {
          account,
          signDigest: (digest) => packContractKeySignature(account, inner(digest)),
        };
        for (const key of [device, card, contract]) {
          await change(ana, key, 'limited', { dailyLimit: 10_000n });
          await perform(ana, { ...atBistro, amount: 1n }, key);
          expect(await spent(key)).to.equal(10_000n);
        }
      });
    });

    describe('that has no power', () => {
      it('are refused: a stranger’s, a recovery key’s, one that waits and one that was removed', async () => {
        const { hub, change, perform, signed, submit } = await loadFixture(limitedFixture);
        const refused = async (key: Key) => {
          const act = await signed(ana, atBistro, key);
          await expect(submit(act))
            .to.be.revertedWithCustomError(hub, 'ActSignatureInvalid')
            .withArgs(ana.account, await hub.actDigest(structOf(act.act)));
        };
        await refused(cleo);
        await change(ana, cleo, 'recovery');
        await refused(cleo);
        await change(ana, device, 'full', { by: cleo });
        await refused(device);
        await perform(ana, atBistro, ben);
        await change(ana, ben, 'none');
        await refused(ben);
        await time.increase(7 * 86_400);
        await perform(ana, atBistro, device);
      });

      it('are refused for another member than the one who added the key', async () => {
        const { hub, perform } = await loadFixture(limitedFixture);
        await expect(perform(cleo, atBistro, ben)).to.be.revertedWithCustomError(hub, 'ActSignatureInvalid');
      });
    });

    describe('in a batch', () => {
      it('skips those beyond the limit, which leave no trace, and does the rest', async () => {
        const { signed, submitBatch, reasonsOf, aurora, spent } = await loadFixture(limitedFixture);
        const redemption = async (nonce: number, amount: bigint, key: Key) =>
          signed(ana, { ...atBistro, amount, nonce }, key);
        const batch = [
          await redemption(0, 150n, ben),
          await redemption(1, 151n, ben), // a cent too much
          await redemption(2, 200n, ana),
          await redemption(1, 150n, ben),
          await redemption(3, 1n, ben),
          await signed(cleo, { ...atBistro, amount: 5n }),
        ];
        expect(await reasonsOf(submitBatch(batch))).to.deep.equal([
          [1n, 'KeyLimitExceeded', ben.account, 1_500_000n, 1_510_000n],
          [3n, 'KeyLimitExceeded', ben.account, 0n, 10_000n],
        ]);
        expect(await spent()).to.equal(LIMIT);
        expect(await aurora.balanceOf(ana.account)).to.equal(500n);
        expect(await aurora.isNonceOpen(ana.account, 3)).to.equal(true);
      });

      it('charges nothing for what is refused otherwise', async () => {
        const { signed, submitBatch, reasonsOf, spent } = await loadFixture(limitedFixture);
        const batch = [
          await signed(ana, { ...atBistro, amount: 2_000n, nonce: 0 }, ben),
          await signed(ana, { ...atBistro, minimum: 1_000_001n, nonce: 1 }, ben),
          await signed(ana, { ...atBistro, deadline: 1, nonce: 2 }, ben),
        ];
        const reasons = (await reasonsOf(submitBatch(batch))).map(([, name]) => name);
        expect(reasons.slice(1)).to.deep.equal(['ActMinimumNotMet', 'ActExpired']);
        expect(await spent()).to.equal(0n);
      });

      it('is the same in the compact encoding, and one by one', async () => {
        const outcomes = [];
        for (const way of ['abi', 'compact', 'singly'] as const) {
          const fixture = await loadFixture(limitedFixture);
          const { hub, signed, submit, submitBatch, submitCompact, aurora, spent } = fixture;
          const batch = [];
          for (const [nonce, amount, key] of [
            [0, 100n, ana],
            [1, 250n, ben],
            [2, 60n, ben],
            [3, 40n, ben],
            [3, 50n, ben],
            [4, 10n, ana],
          ] as const)
            batch.push(await signed(ana, { ...atBistro, amount, nonce }, key));
          batch.push(await signed(ana, { ...atBistro, kind: 'exchange', amount: 10n, nonce: 5 }, ben));
          if (way === 'abi') await submitBatch(batch);
          else if (way === 'compact') await submitCompact(batch);
          else for (const one of batch) await submit(one).catch(() => undefined);
          const reports = (await hub.partnerReports()).map((report) => [...report]);
          outcomes.push([await aurora.accountWord(ana.account), await spent(), await potsOf(hub), reports]);
        }
        expect(outcomes[0]?.[1]).to.equal(3_000_000n);
        expect(outcomes[1]).to.deep.equal(outcomes[0]);
        expect(outcomes[2]).to.deep.equal(outcomes[0]);
      });

      it('never skips one for want of gas: it is done, or the batch reverts', async () => {
        const { hub, signed, batchOf } = await loadFixture(limitedFixture);
        const batch = [
          await signed(ana, { ...atBistro, nonce: 0 }),
          await signed(ana, { ...atBistro, nonce: 1 }, ben),
          await signed(
            ana,
            { kind: 'gift', issuer: BISTRO, recipient: cleo.account, amount: 1n, nonce: 0 },
            ben,
          ),
          await signed(ana, { kind: 'cancellation', issuer: BISTRO, nonce: 1 }, ben),
        ];
        const enough = await hub.executeBatch.estimateGas(...batchOf(batch));
        let refused = 0;
        for (let gasLimit = 60_000n; gasLimit < enough; gasLimit += 5_000n) {
          const done = await hub.executeBatch.staticCall(...batchOf(batch), { gasLimit }).catch(() => {
            refused += 1;
            return 4n;
          });
          expect(done, `${gasLimit} gas`).to.equal(4n);
        }
        expect(refused).to.be.greaterThan(10);
        expect(await hub.executeBatch.staticCall(...batchOf(batch), { gasLimit: enough })).to.equal(4n);
      });

      it('never skips one of a slow key: what its own frame lacked is told from a refusal', async () => {
        const { hub, change, signed, batchOf } = await loadFixture(limitedFixture);
        const account = getAddress(await (await ethers.deployContract('SlowWallet')).getAddress());
        const slow: Key = { account, signDigest: () => packContractKeySignature(account, '0x') };
        await change(ana, slow, 'limited', { dailyLimit: LIMIT });
        const exchange = { kind: 'exchange', issuer: AURORA, counterparty: CINEMA, amount: 100n } as const;
        const batch = batchOf([await signed(ana, exchange, slow)]);
        let refused = 0;
        for (let gasLimit = 150_000n; gasLimit < 500_000n; gasLimit += 2_000n) {
          const done = await hub.executeBatch.staticCall(...batch, { gasLimit }).catch(() => {
            refused += 1;
            return 1n;
          });
          expect(done, `${gasLimit} gas`).to.equal(1n);
        }
        expect(refused).to.be.greaterThan(10);
      });
    });

    describe('that is a hostile contract', () => {
      for (const name of ['GasBombWallet', 'ShortAnswerWallet', 'WritingWallet', 'RevertingWallet'])
        it(`is refused, and stops no other act: ${name}`, async () => {
          const { hub, change, signed, submit, submitBatch, reasonsOf, aurora } =
            await loadFixture(limitedFixture);
          const account = getAddress(
            await (await ethers.deployContract(name as 'GasBombWallet')).getAddress(),
          );
          const hostile: Key = { account, signDigest: () => packContractKeySignature(account, '0x') };
          await change(ana, hostile, 'limited', { dailyLimit: LIMIT });
          const bad = await signed(ana, atBistro, hostile);
          await expect(submit(bad)).to.be.revertedWithCustomError(hub, 'ActSignatureInvalid');
          const batch = [
            bad,
            await signed(cleo, atBistro),
            bad,
            await signed(ana, { ...atBistro, nonce: 1 }, ben),
          ];
          const reasons = (await reasonsOf(submitBatch(batch))).map(([, reason]) => reason);
          expect(reasons).to.deep.equal(['ActSignatureInvalid', 'ActSignatureInvalid']);
          expect([await aurora.balanceOf(ana.account), await aurora.balanceOf(cleo.account)]).to.deep.equal([
            900n,
            900n,
          ]);
        });

      it('cannot act while it is asked: neither execute, nor a batch, nor charge', async () => {
        const { hub, keys, change, signed, submit, submitBatch, reasonsOf, batchOf, aurora, spent } =
          await loadFixture(limitedFixture);
        const inner = await signed(ana, { ...atBistro, amount: 300n }, ben);
        const calls = [
          [hub, hub.interface.encodeFunctionData('execute', [structOf(inner.act), inner.signature])],
          [hub, hub.interface.encodeFunctionData('executeBatch', [...batchOf([inner])])],
          [hub, hub.interface.encodeFunctionData('recordBreakage', [AURORA])],
          [hub, hub.interface.encodeFunctionData('succeed', [AURORA, ana.account])],
          [keys, keys.interface.encodeFunctionData('charge', [ana.account, ben.account, 1n])],
        ] as const;
        for (const [target, call] of calls) {
          const wallet = await ethers.deployContract('ReenteringWallet' as 'OwnedWallet', [
            await target.getAddress(),
          ]);
          await (wallet as unknown as { set(call: string): Promise<unknown> }).set(call);
          const account = getAddress(await wallet.getAddress());
          const hostile: Key = { account, signDigest: () => packContractKeySignature(account, '0x') };
          await change(ana, hostile, 'limited', { dailyLimit: LIMIT });
          const bad = await signed(ana, { ...atBistro, nonce: 1 }, hostile);
          await expect(submit(bad)).to.be.revertedWithCustomError(hub, 'ActSignatureInvalid');
          const [[, reason] = []] = await reasonsOf(submitBatch([bad]));
          expect(reason).to.equal('ActSignatureInvalid');
        }
        expect([await aurora.balanceOf(ana.account), await spent()]).to.deep.equal([1_000n, 0n]);
      });

      it('is charged like any other, and can not spend its limit twice in a batch', async () => {
        const { change, signed, submitBatch, reasonsOf, aurora } = await loadFixture(limitedFixture);
        const account = getAddress(await (await ethers.deployContract('ReturnBombWallet')).getAddress());
        const willing: Key = { account, signDigest: () => packContractKeySignature(account, '0x') };
        await change(ana, willing, 'limited', { dailyLimit: 1_000_000n });
        const batch = [];
        for (const nonce of [0, 1, 2]) batch.push(await signed(ana, { ...atBistro, nonce }, willing));
        expect(await reasonsOf(submitBatch(batch))).to.deep.equal([
          [1n, 'KeyLimitExceeded', account, 0n, 1_000_000n],
          [2n, 'KeyLimitExceeded', account, 0n, 1_000_000n],
        ]);
        expect(await aurora.balanceOf(ana.account)).to.equal(900n);
      });
    });
  });
});
