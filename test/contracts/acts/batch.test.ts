import { expect } from 'chai';
import type { LogDescription, Result } from 'ethers';
import { getAddress, type Hex } from 'viem';
import type { Act } from '../../../backend/protocol/acts.ts';
import { anAct, toStruct } from '../../helpers/acts.ts';
import { ethers, itBoundsGas, loadFixture } from '../../helpers/chain.ts';
import { AURORA, BISTRO, CINEMA, openCoalition, WOODLAND } from '../../helpers/coalition.ts';
import { deviceMember, eoaMember, type Member } from '../../helpers/members.ts';

const ana = eoaMember('Ana');
const ben = eoaMember('Ben');
const dora = await deviceMember();
const UNKNOWN = 4;

type Signed = { act: Act; signature: Hex };

/** Ana, Ben and the device member Dora hold 1,000 Aurora points each; Ana holds 1,000 Bistro points too. */
async function membersFixture() {
  const coalition = await openCoalition();
  const { hub, aurora, issue, network, relay } = coalition;
  await issue(AURORA, [ana.account, 1_000n], [ben.account, 1_000n], [dora.account, 1_000n]);
  await issue(BISTRO, [ana.account, 1_000n]);
  /** A redemption of 10 Aurora points at Bistro, unless told otherwise, signed by its member unless by somebody else. */
  const signed = async (member: Member, fields: Partial<Act> = {}, signer = member): Promise<Signed> => {
    const act = anAct({
      kind: 'redemption',
      member: member.account,
      issuer: AURORA,
      counterparty: BISTRO,
      amount: 10n,
      ...fields,
    });
    return { act, signature: await signer.sign(act, network) };
  };
  const argumentsOf = (batch: readonly Signed[]) =>
    [batch.map(({ act }) => toStruct(act)), batch.map(({ signature }) => signature)] as const;
  const send = (batch: readonly Signed[]) => hub.connect(relay).executeBatch(...argumentsOf(batch));

  const parse = (data: string): { name: string; args: Result } => {
    const error = hub.interface.parseError(data) ?? aurora.interface.parseError(data);
    if (!error) throw new TypeError(`${data} is no error of the hub or its tokens`);
    return error;
  };
  /** What a transaction skipped, with the reasons as errors. */
  const skipsOf = async (sending: ReturnType<typeof send>) =>
    (await eventsOf(sending))
      .filter(({ name }) => name === 'ActSkipped')
      .map(({ args }) => {
        const { name, args: details } = parse(args.reason);
        const { member, issuer, ref, nonce } = args;
        return { member, issuer, ref, nonce, reason: name, details: [...details] };
      });
  const eventsOf = async (sending: ReturnType<typeof send>): Promise<LogDescription[]> => {
    const receipt = await (await sending).wait();
    return (receipt?.logs ?? []).flatMap((log) => hub.interface.parseLog(log) ?? []);
  };
  return { ...coalition, signed, argumentsOf, send, skipsOf, eventsOf, parse };
}

type Fixture = Awaited<ReturnType<typeof membersFixture>>;

/** All that the hub and its tokens know. */
async function stateOf({ hub, aurora, bistro, cinema }: Fixture) {
  const words = [];
  for (const token of [aurora, bistro, cinema])
    for (const { account } of [ana, ben, dora]) words.push(await token.accountWord(account));
  return {
    words,
    reports: (await hub.partnerReports()).map((report) => [...report]),
    charity: [...(await hub.charityAccount(WOODLAND))],
    solvency: [...(await hub.solvency())],
  };
}

/** A day’s work: all kinds of acts, and all kinds of bad ones between them. */
async function mixedBatch({ signed }: Fixture): Promise<Signed[]> {
  return [
    await signed(ana),
    await signed(ben, { amount: 2_000n }),
    await signed(dora, { kind: 'exchange', counterparty: CINEMA, amount: 100n }),
    await signed(ana), // its nonce is used by the first
    await signed(ben, {}, ana),
    await signed(ben, { kind: 'donation', counterparty: WOODLAND, amount: 33n }),
    await signed(ana, { kind: 'exchange', counterparty: AURORA, nonce: 1 }),
    await signed(ana, { issuer: BISTRO, counterparty: BISTRO, amount: 5n }),
    await signed(dora, { nonce: 1, deadline: 1 }),
    await signed(ana, { nonce: 5, minimum: 100_000n }),
    await signed(ana, { nonce: 3, minimum: 100_001n }),
    await signed(dora, { nonce: 1, counterparty: UNKNOWN }),
    await signed(ana, { nonce: 1, amount: 1n }),
    await signed(ben, { kind: 'donation', counterparty: 2, nonce: 1 }),
    await signed(ben, { nonce: 1, amount: 0n }),
    await signed(ben, { nonce: 2_000 }),
    await signed(dora, { nonce: 1, amount: 890n }),
  ];
}

describe('Acts', () => {
  describe('executeBatch', () => {
    describe('of good acts', () => {
      it('does all of them in order and says how many', async () => {
        const { hub, aurora, signed, argumentsOf, send, skipsOf } = await loadFixture(membersFixture);
        const batch = [
          await signed(ana),
          await signed(ben),
          await signed(dora),
          await signed(ana, { nonce: 1 }),
        ];
        expect(await hub.executeBatch.staticCall(...argumentsOf(batch))).to.equal(4n);
        const sending = send(batch);
        for (const [member, nonce] of [
          [ana, 0n],
          [ben, 0n],
          [dora, 0n],
          [ana, 1n],
        ] as const)
          await expect(sending)
            .to.emit(hub, 'Redeemed')
            .withArgs(member.account, AURORA, BISTRO, 10n, 100_000n, nonce, batch[0]?.act.ref);
        expect(await skipsOf(sending)).to.deep.equal([]);
        expect(await aurora.totalSupply()).to.equal(2_960n);
      });
    });

    describe('of no act', () => {
      it('does nothing', async () => {
        const { hub, send, eventsOf } = await loadFixture(membersFixture);
        expect(await hub.executeBatch.staticCall([], [])).to.equal(0n);
        expect(await eventsOf(send([]))).to.deep.equal([]);
      });
    });

    describe('of as many acts as allowed', () => {
      itBoundsGas('does 256, and refuses 257', async () => {
        const { hub, aurora, signed, argumentsOf, send } = await loadFixture(membersFixture);
        expect(await hub.ACTS_LIMIT()).to.equal(256n);
        const batch: Signed[] = [];
        for (let nonce = 0; nonce < 256; nonce += 1) batch.push(await signed(ana, { nonce, amount: 1n }));
        const [first] = batch;
        if (!first) throw new TypeError('the batch is empty');
        await expect(send([...batch, first]))
          .to.be.revertedWithCustomError(hub, 'ActBatchInvalid')
          .withArgs(257n, 257n, 256n);
        await hub.executeBatch(...argumentsOf(batch), { gasLimit: 16_000_000n });
        expect(await aurora.balanceOf(ana.account)).to.equal(744n);
      }).timeout(60_000);
    });

    describe('with another number of signatures than acts', () => {
      it('is refused with both numbers', async () => {
        const { hub, signed, argumentsOf } = await loadFixture(membersFixture);
        const [acts, signatures] = argumentsOf([await signed(ana), await signed(ben)]);
        await expect(hub.executeBatch(acts, signatures.slice(1)))
          .to.be.revertedWithCustomError(hub, 'ActBatchInvalid')
          .withArgs(2n, 1n, 256n);
        await expect(hub.executeBatch([], signatures))
          .to.be.revertedWithCustomError(hub, 'ActBatchInvalid')
          .withArgs(0n, 2n, 256n);
      });
    });

    describe('with bad acts among good ones', () => {
      it('skips each with the reason that a single call would have given', async () => {
        const fixture = await loadFixture(membersFixture);
        const { hub, aurora, send, skipsOf } = fixture;
        const batch = await mixedBatch(fixture);
        const act = (index: number) => batch[index]?.act as Act;
        const digest = await hub.actDigest(toStruct(act(4)));
        const sending = send(batch);
        const skips = await skipsOf(sending);
        const { timestamp } = (await (await sending).getBlock()) ?? { timestamp: 0 };
        const skipped = (index: number, reason: string, ...details: unknown[]) => {
          const { member, issuer, ref, nonce } = act(index);
          return { member, issuer: BigInt(issuer), ref, nonce: BigInt(nonce), reason, details };
        };
        expect(skips).to.deep.equal([
          skipped(1, 'PointsInsufficient', ben.account, 1_000n, 2_000n),
          skipped(3, 'PointsNonceUnusable', ana.account, 0n, 1n),
          skipped(4, 'ActSignatureInvalid', ben.account, digest),
          skipped(6, 'ActCounterpartyInvalid', 1n, 1n),
          skipped(8, 'ActExpired', 1n, BigInt(timestamp)),
          skipped(10, 'ActMinimumNotMet', 100_000n, 100_001n),
          skipped(11, 'PartnerUnknown', 4n),
          skipped(13, 'CharityUnknown', 2n),
          skipped(14, 'ActWorthless', 1n, 0n),
          skipped(15, 'PointsNonceUnusable', ben.account, 2_000n, 1n),
        ]);
        expect(await aurora.isNonceOpen(ana.account, 3n)).to.equal(true); // a skipped act uses no nonce
      });

      it('leaves the same state and the same events as single calls in order', async () => {
        const together = await loadFixture(membersFixture);
        const batch = await mixedBatch(together);
        const { hub } = together;
        const executed = await hub.executeBatch.staticCall(...together.argumentsOf(batch));
        const events = (await together.eventsOf(together.send(batch))).filter(
          ({ name }) => name !== 'ActSkipped',
        );
        const afterBatch = await stateOf(together);

        const apart = await loadFixture(membersFixture);
        const singles: LogDescription[] = [];
        const refusals: string[] = [];
        for (const { act, signature } of batch) {
          const reason = await refusalOf(apart.hub.execute.staticCall(toStruct(act), signature));
          if (reason === null)
            singles.push(...(await apart.eventsOf(apart.hub.execute(toStruct(act), signature))));
          else refusals.push(apart.parse(reason).name);
        }
        const plain = ({ name, args }: LogDescription) => [name, ...args];
        expect(events.map(plain)).to.deep.equal(singles.map(plain));
        expect(await stateOf(apart)).to.deep.equal(afterBatch);
        expect(executed).to.equal(BigInt(singles.length));
        expect([singles.length, refusals.length]).to.deep.equal([7, 10]);
      });
    });

    describe('while everything is halted', () => {
      it('skips all with that reason', async () => {
        const { hub, guardian, aurora, signed, send, skipsOf } = await loadFixture(membersFixture);
        await hub.connect(guardian).halt();
        const sending = send([await signed(ana), await signed(ben)]);
        const { selector } = hub.interface.getError('CoalitionHalted') ?? {};
        const { ref } = (await signed(ana)).act;
        for (const { account } of [ana, ben])
          await expect(sending).to.emit(hub, 'ActSkipped').withArgs(account, AURORA, ref, 0n, selector);
        const skips = await skipsOf(sending);
        expect(skips.map(({ reason }) => reason)).to.deep.equal(['CoalitionHalted', 'CoalitionHalted']);
        expect(await aurora.totalSupply()).to.equal(3_000n);
      });

      it('skips the acts of one halted brand and does the others', async () => {
        const { hub, guardian, signed, send, skipsOf } = await loadFixture(membersFixture);
        await hub.connect(guardian).haltPartner(AURORA);
        const skips = await skipsOf(
          send([await signed(ben), await signed(ana, { issuer: BISTRO, counterparty: CINEMA })]),
        );
        expect(skips.map(({ member, reason, details }) => [member, reason, ...details])).to.deep.equal([
          [ben.account, 'PartnerHalted', 1n],
        ]);
      });
    });

    describe('with an account that burns all the gas it gets', () => {
      it('skips it and does the others', async () => {
        const { issue, aurora, signed, send, skipsOf } = await loadFixture(membersFixture);
        const bomb = await ethers.deployContract('GasBombWallet');
        const account = getAddress(await bomb.getAddress());
        await issue(AURORA, [account, 1_000n]);
        const bombs: Signed[] = [];
        for (let nonce = 0; nonce < 20; nonce += 1)
          bombs.push(await signed({ account, sign: ana.sign }, { nonce }));
        const skips = await skipsOf(send([...bombs, await signed(ben)]));
        expect(skips.map(({ reason }) => reason)).to.deep.equal(bombs.map(() => 'ActSignatureInvalid'));
        expect(await aurora.balanceOf(ben.account)).to.equal(990n);
      });
    });

    describe('with too little gas', () => {
      /** Tries a batch at every gas limit from nothing to enough; it must do all or revert, and never skip. */
      async function neverSkips({ hub, argumentsOf }: Fixture, batch: readonly Signed[]) {
        const enough = await hub.executeBatch.estimateGas(...argumentsOf(batch));
        const outcomes = { done: 0, refused: 0 };
        for (let gasLimit = enough / 4n; gasLimit < enough + 20_000n; gasLimit += enough / 60n) {
          const calling = hub.executeBatch.staticCall(...argumentsOf(batch), { gasLimit });
          const executed = await calling.catch(() => null);
          outcomes[executed === null ? 'refused' : 'done'] += 1;
          if (executed !== null) expect(executed, `${gasLimit} gas`).to.equal(BigInt(batch.length));
        }
        expect(outcomes.done).to.be.above(0);
        expect(outcomes.refused).to.be.above(0);
      }

      it('never skips an act of an EOA or a device key', async () => {
        const fixture = await loadFixture(membersFixture);
        const { signed } = fixture;
        await neverSkips(fixture, [
          await signed(ana),
          await signed(dora, { kind: 'exchange', counterparty: CINEMA }),
          await signed(ben, { kind: 'donation', counterparty: WOODLAND }),
        ]);
      });

      it('never skips an act of a contract account', async () => {
        const fixture = await loadFixture(membersFixture);
        const { signed, issue } = fixture;
        const wallet = await ethers.deployContract('SlowWallet');
        const account = getAddress(await wallet.getAddress());
        await issue(AURORA, [account, 1_000n]);
        await neverSkips(fixture, [await signed({ account, sign: ana.sign })]);
      });

      it('reverts with the number of the act that had no fair try', async () => {
        const { hub, aurora, issue, signed, argumentsOf, send } = await loadFixture(membersFixture);
        const wallet = await ethers.deployContract('SlowWallet');
        const account = getAddress(await wallet.getAddress());
        await issue(AURORA, [account, 1_000n]);
        const quick = await signed(ana);
        const slow = await signed({ account, sign: ben.sign });
        // Enough for Ana's act and half of what a contract account may use.
        const gasLimit = (await hub.executeBatch.estimateGas(...argumentsOf([quick]))) + 75_000n;
        for (const [batch, index] of [
          [[quick, slow], 1n],
          [[slow, quick], 0n],
        ] as const)
          await expect(hub.executeBatch(...argumentsOf(batch), { gasLimit }))
            .to.be.revertedWithCustomError(hub, 'ActGasInsufficient')
            .withArgs(index);
        await send([quick, slow]);
        expect(await aurora.totalSupply()).to.equal(3_980n);
      });
    });
  });
});

/** The revert data of a call, or null when it would go through. */
async function refusalOf(calling: Promise<unknown>): Promise<string | null> {
  try {
    await calling;
    return null;
  } catch (error) {
    if (error instanceof Error && 'data' in error && typeof error.data === 'string') return error.data;
    throw error;
  }
}
