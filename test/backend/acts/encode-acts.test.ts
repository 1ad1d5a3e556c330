import { expect } from 'chai';
import { decodeFunctionData, type Hex } from 'viem';
import { CoalitionAbi } from '../../../artifacts/abi.ts';
import { ACTS_LIMIT, callsOf } from '../../../backend/acts/encode-acts.ts';
import type { Act } from '../../../backend/protocol/acts.ts';
import { COMPACT_ACT_LENGTH } from '../../../backend/protocol/compact-acts.ts';
import { anAct } from '../../helpers/acts.ts';
import { eoaMember } from '../../helpers/members.ts';

const EOA: Hex = `0x${'11'.repeat(64)}`;
const DEVICE: Hex = `0x${'22'.repeat(128)}`;
const MAX_TRANSACTION_GAS = 2n ** 24n;
const ana = eoaMember('ana');

const acts = (count: number, fields: Partial<Act> = {}, signature = EOA) =>
  Array.from({ length: count }, (_, nonce) => ({
    act: anAct({
      kind: 'redemption',
      member: ana.account,
      issuer: 1,
      counterparty: 2,
      amount: 10n,
      deadline: 1_800_000_000,
      nonce,
      ...fields,
    }),
    signature,
    byOwnEoa: signature === EOA,
  }));

const shapeOf = ({ data, acts: { length } }: { data: Hex; acts: readonly unknown[] }) => {
  const { functionName, args } = decodeFunctionData({ abi: CoalitionAbi, data });
  return [functionName, functionName === 'executeCompactBatch' ? args[0] : '', length];
};

describe('callsOf', () => {
  it('puts EOAs’ acts of one issuer, however few, into the compact encoding', () => {
    for (const count of [1, 40]) {
      const [call, ...more] = callsOf(acts(count));
      expect(more).to.deep.equal([]);
      expect(call && shapeOf(call)).to.deep.equal(['executeCompactBatch', 1, count]);
      const { args } = decodeFunctionData({ abi: CoalitionAbi, data: call?.data ?? '0x' });
      expect((String(args?.[1]).length - 2) / 2).to.equal(count * COMPACT_ACT_LENGTH);
    }
  });

  it('gives signatures as short by added keys and contracts the gas that they may need, in ABI encoding', () => {
    const own = callsOf(acts(1));
    const added = callsOf(acts(1).map((act) => ({ ...act, byOwnEoa: false })));
    expect([...own, ...added].map((call) => shapeOf(call)[0])).to.deep.equal([
      'executeCompactBatch',
      'executeBatch',
    ]);
    expect((added[0]?.gasLimit ?? 0n) > 2n * (own[0]?.gasLimit ?? 0n) - 200_000n).to.equal(true);
  });

  it('leaves other signatures, and issuers with few acts, to one call in ABI encoding', () => {
    const calls = callsOf([
      ...acts(20),
      ...acts(2, {}, DEVICE),
      ...acts(3, { issuer: 7 }),
      ...acts(20, { issuer: 8 }),
    ]);
    expect(calls.map(shapeOf)).to.deep.equal([
      ['executeCompactBatch', 1, 20],
      ['executeCompactBatch', 8, 20],
      ['executeBatch', '', 5],
    ]);
  });

  it('cuts at the limits of a transaction, loses no act and keeps their order', () => {
    const cases = [
      acts(3 * ACTS_LIMIT + 1),
      acts(300, { kind: 'exchange' }),
      acts(90, {}, DEVICE),
      Array.from({ length: 300 }, (_, index) => acts(1, { counterparty: index + 1, nonce: index })).flat(),
    ];
    for (const given of cases) {
      const calls = callsOf(given);
      expect(calls.flatMap((call) => call.acts)).to.deep.equal(given);
      expect(calls.length).to.be.greaterThan(1);
      for (const call of calls) {
        expect(call.gasLimit < MAX_TRANSACTION_GAS).to.equal(true);
        expect(call.acts.length).to.be.at.most(ACTS_LIMIT);
      }
    }
  });
});
