import { expect } from 'chai';
import { type Address, type Hex, toHex, zeroAddress } from 'viem';
import type { PlacedEvent } from '../../../backend/audit/replay-event.ts';
import { ChainTally } from '../../../scripts/replay/chain-tally.ts';

const tokens: Address[] = [toHex(0xa, { size: 20 }), toHex(0xb, { size: 20 })];
const [ana, bruno, stranger] = [1, 2, 3].map((index) => toHex(index, { size: 20 })) as [
  Address,
  Address,
  Address,
];
const ref = toHex(9, { size: 32 });
const place = (transaction: number) => ({
  block: transaction,
  logIndex: 0,
  timestamp: 0,
  transaction: toHex(transaction, { size: 32 }) as Hex,
});

const mint = (transaction: number, token: number, to: Address, value: bigint): PlacedEvent => ({
  ...place(transaction),
  eventName: 'Transfer',
  token: tokens[token]!,
  args: { from: zeroAddress, to, value },
});
const event = (transaction: number, eventName: string, args: object) =>
  ({ ...place(transaction), eventName, args }) as PlacedEvent;

describe('chain tally of a replay', () => {
  const tallyOf = (events: PlacedEvent[]) => {
    const tally = new ChainTally({ members: new Set([ana, bruno]), refs: new Set([ref]) });
    const brands = tokens.map((token, index) => event(0, 'PartnerAdded', { partner: index + 1, token }));
    for (const each of [...brands, ...events]) tally.note(each);
    return tally;
  };

  it('counts what batches issued to the members, by brand', () => {
    const tally = tallyOf([
      mint(1, 0, ana, 5n),
      mint(1, 0, stranger, 50n),
      event(1, 'BatchIssued', { partner: 1 }),
      mint(1, 1, ana, 7n),
      event(1, 'BatchIssued', { partner: 2 }),
      mint(2, 0, ana, 1n),
      event(2, 'BatchIssued', { partner: 1 }),
      mint(3, 0, stranger, 1n),
      event(3, 'BatchIssued', { partner: 1 }),
    ]);
    expect([...tally.issued]).to.deep.equal([
      [`1/${ana}`, 6n],
      [`2/${ana}`, 7n],
    ]);
    expect(tally.batches).to.equal(3);
    expect([...tally.transactions.values()]).to.deep.equal([
      { ours: 2, all: 3 },
      { ours: 1, all: 1 },
      { ours: 0, all: 1 },
    ]);
  });

  it('does not take what an exchange minted for issued points', () => {
    const exchanged = { member: ana, issuer: 1, target: 2, amount: 4n, ref };
    const tally = tallyOf([
      mint(1, 1, ana, 3n),
      event(1, 'Exchanged', exchanged),
      event(1, 'BatchIssued', { partner: 2 }),
    ]);
    expect([...tally.issued]).to.deep.equal([]);
    expect(tally.acts.get(ref)).to.deep.equal([{ member: ana, issuer: 1, counterparty: 2, amount: 4n }]);
  });

  it('notices an act that was done twice, and leaves out those of others', () => {
    const redeemed = { member: ana, issuer: 1, acceptor: 2, amount: 4n, ref };
    const foreign = { ...redeemed, ref: toHex(8, { size: 32 }) };
    const tally = tallyOf([
      event(1, 'Redeemed', redeemed),
      event(2, 'Redeemed', redeemed),
      event(3, 'Donated', foreign),
    ]);
    expect(tally.acts.get(ref)).to.have.length(2);
    expect(tally.acts.size).to.equal(1);
  });
});
