import { expect } from 'chai';
import { concat, dataLength, type LogDescription } from 'ethers';
import { getAddress, type Hex } from 'viem';
import type { Act } from '../../../backend/protocol/acts.ts';
import { packAct, type SignedAct } from '../../../backend/protocol/compact-acts.ts';
import { anAct, toStruct } from '../../helpers/acts.ts';
import { at, ethers, itBoundsGas, loadFixture, time } from '../../helpers/chain.ts';
import { AURORA, BISTRO, CINEMA, openCoalition, WOODLAND } from '../../helpers/coalition.ts';
import { eoaMember, type Member } from '../../helpers/members.ts';

const ana = eoaMember('Ana');
const ben = eoaMember('Ben');
/** A deadline that the compact encoding can hold. */
const TOMORROW = at('2028-02-11T12:00:00Z');

/** Ana and Ben hold 1,000 Aurora points each. */
async function membersFixture() {
  const coalition = await openCoalition();
  const { hub, issue, network, relay } = coalition;
  await issue(AURORA, [ana.account, 1_000n], [ben.account, 1_000n]);
  /** A redemption of 10 Aurora points at Bistro, unless told otherwise. */
  const signed = async (
    member: Member,
    fields: Partial<Act> = {},
    signer: Member = member,
  ): Promise<SignedAct> => {
    const act = anAct({
      kind: 'redemption',
      member: member.account,
      issuer: AURORA,
      counterparty: BISTRO,
      amount: 10n,
      deadline: TOMORROW,
      ...fields,
    });
    return { act, signature: await signer.sign(act, network) };
  };
  const send = (batch: readonly SignedAct[]) => hub.connect(relay).executeCompactBatch(AURORA, packed(batch));
  return { ...coalition, signed, send };
}

function packed(batch: readonly SignedAct[]): string {
  const acts = batch.map(packAct);
  if (acts.includes(null)) throw new TypeError('an act does not fit the compact encoding');
  return concat(acts as Hex[]);
}

type Fixture = Awaited<ReturnType<typeof membersFixture>>;

/** All kinds of acts, with bad ones between them. */
const mixedBatch = async ({ signed }: Fixture): Promise<SignedAct[]> => [
  await signed(ana),
  await signed(ben, { amount: 2_000n }),
  await signed(ben, { kind: 'exchange', counterparty: CINEMA, amount: 100n }),
  await signed(ana), // its nonce is used by the first
  await signed(ben, { nonce: 1 }, ana),
  await signed(ben, { kind: 'donation', counterparty: WOODLAND, amount: 33n, nonce: 1 }),
  await signed(ana, { kind: 'exchange', counterparty: AURORA, nonce: 1 }),
  await signed(ana, { counterparty: AURORA, amount: 5n, nonce: 1 }),
  await signed(ana, { nonce: 2, deadline: 1 }),
  await signed(ana, { nonce: 2, minimum: 100_001n }),
  await signed(ana, { nonce: 2, counterparty: 4 }),
  await signed(ben, { kind: 'donation', counterparty: 2, nonce: 2 }),
  await signed(ben, { amount: 0n, nonce: 2 }),
  await signed(ana, { nonce: 2, counterparty: CINEMA }),
];

describe('Acts', () => {
  describe('executeCompactBatch', () => {
    describe('of good acts', () => {
      it('does all of them in order and says how many, whoever calls', async () => {
        const { hub, aurora, signed, stranger } = await loadFixture(membersFixture);
        const batch = [await signed(ana), await signed(ben), await signed(ana, { nonce: 1, amount: 7n })];
        const call = [AURORA, packed(batch)] as const;
        expect(dataLength(call[1])).to.equal(3 * 142);
        expect(await hub.executeCompactBatch.staticCall(...call)).to.equal(3n);
        const sending = hub.connect(stranger).executeCompactBatch(...call);
        for (const [member, amount, nonce] of [
          [ana, 10n, 0n],
          [ben, 10n, 0n],
          [ana, 7n, 1n],
        ] as const)
          await expect(sending)
            .to.emit(hub, 'Redeemed')
            .withArgs(member.account, AURORA, BISTRO, amount, amount * 10_000n, nonce, batch[0]?.act.ref);
        expect(await aurora.balanceOf(ana.account)).to.equal(983n);
        expect(await aurora.totalSupply()).to.equal(1_973n);
      });
    });

    describe('of no act', () => {
      it('does nothing', async () => {
        const { hub } = await loadFixture(membersFixture);
        expect(await hub.executeCompactBatch.staticCall(AURORA, '0x')).to.equal(0n);
      });
    });

    describe('of as many acts as allowed', () => {
      itBoundsGas('does 256, and refuses 257', async () => {
        const { hub, aurora, signed, send } = await loadFixture(membersFixture);
        const batch: SignedAct[] = [];
        for (let nonce = 0; nonce < 257; nonce += 1) batch.push(await signed(ana, { nonce, amount: 1n }));
        await expect(send(batch))
          .to.be.revertedWithCustomError(hub, 'ActBytesInvalid')
          .withArgs(257n * 142n, 142n, 256n);
        await hub.executeCompactBatch(AURORA, packed(batch.slice(0, 256)), { gasLimit: 16_000_000n });
        expect(await aurora.balanceOf(ana.account)).to.equal(744n);
      }).timeout(60_000);
    });

    describe('of bytes that are no whole acts', () => {
      it('is refused with their number', async () => {
        const { hub, signed } = await loadFixture(membersFixture);
        const act = packed([await signed(ana)]);
        for (const bytes of ['0x00', act.slice(0, -2), `${act}00`, `${act}${act.slice(2, -2)}`])
          await expect(hub.executeCompactBatch(AURORA, bytes))
            .to.be.revertedWithCustomError(hub, 'ActBytesInvalid')
            .withArgs(dataLength(bytes), 142n, 256n);
      });
    });

    describe('of an act of no known kind', () => {
      it('is refused with its number, and nothing is done', async () => {
        const { hub, signed } = await loadFixture(membersFixture);
        const [first, second] = [packed([await signed(ana)]), packed([await signed(ben)])];
        for (const kind of ['05', '06', '80', 'ff'])
          await expect(hub.executeCompactBatch(AURORA, `${first}${kind}${second.slice(4)}`))
            .to.be.revertedWithCustomError(hub, 'ActMalformed')
            .withArgs(1n);
      });
    });

    describe('of acts of another issuer', () => {
      it('skips them: the issuer is signed as well', async () => {
        const { hub, signed } = await loadFixture(membersFixture);
        const { act, signature } = await signed(ana);
        const claimed = { ...toStruct(act), issuer: CINEMA };
        const digest = await hub.actDigest(claimed);
        const reason = hub.interface.encodeErrorResult('ActSignatureInvalid', [ana.account, digest]);
        await expect(hub.executeCompactBatch(CINEMA, packed([{ act, signature }])))
          .to.emit(hub, 'ActSkipped')
          .withArgs(ana.account, CINEMA, act.ref, 0n, reason);
      });
    });

    describe('of a brand that there is not', () => {
      it('skips them, number 0 included', async () => {
        const { hub, signed } = await loadFixture(membersFixture);
        for (const issuer of [0, 4]) {
          const { act, signature } = await signed(ana, { issuer });
          await expect(hub.executeCompactBatch(issuer, packed([{ act, signature }])))
            .to.emit(hub, 'ActSkipped')
            .withArgs(
              ana.account,
              issuer,
              act.ref,
              0n,
              hub.interface.encodeErrorResult('PartnerUnknown', [issuer]),
            );
        }
      });
    });

    describe('with bad acts among good ones', () => {
      it('does and says what executeBatch does and says', async () => {
        const fixture = await loadFixture(membersFixture);
        const batch = await mixedBatch(fixture);
        const instant = (await time.latest()) + 60; // which refusals name
        await time.setNextBlockTimestamp(instant);
        const compact = await effectOf(fixture, await fixture.send(batch));
        const again = await loadFixture(membersFixture);
        const structs = batch.map(({ act }) => toStruct(act));
        const signatures = batch.map(({ signature }) => signature);
        await time.setNextBlockTimestamp(instant);
        const plain = await effectOf(again, await again.hub.executeBatch(structs, signatures));
        expect(compact).to.deep.equal(plain);
        const names = compact.events.map(([name]) => name);
        expect(names.filter((name) => name === 'ActSkipped')).to.have.length(9);
        expect(names).to.have.length(14);
      });
    });

    describe('of a contract account that looks at the chain', () => {
      it('shows it what the acts before have changed, as single calls would', async () => {
        const { hub, aurora, issue, signed, send } = await loadFixture(membersFixture);
        const wallet = await ethers.deployContract('WatchingWallet', [aurora, ana.account, 990n]);
        const account = getAddress(await wallet.getAddress());
        await issue(AURORA, [account, 100n]);
        const [early, late] = [
          await signed({ account, sign: ana.sign }),
          await signed({ account, sign: ana.sign }, { nonce: 1 }),
        ];
        const sending = send([early, await signed(ana), late]);
        await expect(sending)
          .to.emit(hub, 'Redeemed')
          .withArgs(account, AURORA, BISTRO, 10n, 100_000n, 1n, late.act.ref);
        expect(await aurora.isNonceOpen(account, 0n)).to.equal(true);
        expect(await aurora.balanceOf(account)).to.equal(90n);
      });
    });

    describe('with too little gas', () => {
      it('does all or reverts, and never skips', async () => {
        const { hub, signed } = await loadFixture(membersFixture);
        const batch = packed([
          await signed(ana),
          await signed(ben, { kind: 'exchange', counterparty: CINEMA }),
          await signed(ana, { kind: 'donation', counterparty: WOODLAND, nonce: 1 }),
        ]);
        const enough = await hub.executeCompactBatch.estimateGas(AURORA, batch);
        const outcomes = new Set<bigint | null>();
        for (let gasLimit = enough / 4n; gasLimit < enough + 20_000n; gasLimit += enough / 90n)
          outcomes.add(
            await hub.executeCompactBatch.staticCall(AURORA, batch, { gasLimit }).catch(() => null),
          );
        expect(outcomes).to.deep.equal(new Set([null, 3n]));
      });
    });
  });
});

/** The hub's events and all that acts can change. */
async function effectOf(
  { hub, aurora, bistro, cinema }: Fixture,
  sent: { wait(): Promise<{ logs: readonly { topics: readonly string[]; data: string }[] } | null> },
) {
  const receipt = await sent.wait();
  const logs: LogDescription[] = (receipt?.logs ?? []).flatMap((log) => hub.interface.parseLog(log) ?? []);
  const words = [];
  for (const token of [aurora, bistro, cinema])
    for (const { account } of [ana, ben]) words.push(await token.accountWord(account));
  return {
    events: logs.map(({ name, args }): unknown[] => [name, ...args]),
    words,
    reports: (await hub.partnerReports()).map((report) => [...report]),
    charity: [...(await hub.charityAccount(WOODLAND))],
  };
}
