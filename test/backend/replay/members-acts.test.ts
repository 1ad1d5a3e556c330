import { expect } from 'chai';
import { customersOf } from '../../../scripts/replay/customers.ts';
import { planActs } from '../../../scripts/replay/members-acts.ts';
import type { Sale } from '../../../scripts/replay/send-purchases.ts';
import type { Till } from '../../../scripts/replay/till-keys.ts';

const tills = [1, 2, 3].map(
  (partner): Till => ({ partner, slug: `b${partner}`, name: `B${partner}`, key: 'tsk_', currency: 'USD' }),
);
const charities = [1, 2];

/** Two purchases of each of many customers, 10 and 11 points. */
function salesOf(count: number): Sale[] {
  const customerOf = customersOf({ seed: 'test', namespace: 'f' });
  return Array.from({ length: 2 * count }, (_, index) => {
    const name = String(index % count);
    const purchase = {
      id: String(index),
      customer: name,
      occurredAt: '',
      amountMinor: 1,
      currency: 'USD',
      partner: null,
    };
    return {
      purchase,
      customer: customerOf(name),
      till: tills[(index % count) % 3]!,
      points: index < count ? 10n : 11n,
    };
  });
}

describe('acts of a replay', function () {
  this.timeout(30_000);

  const planned = planActs(salesOf(1_200), { tills, charities });

  it('are of every kind, by about a twentieth of the members', () => {
    const kinds = Map.groupBy(planned, ({ kind }) => kind);
    expect([...kinds.keys()].toSorted()).to.deep.equal(['donation', 'exchange', 'redemption']);
    for (const acts of kinds.values()) expect(acts.length).to.be.within(10, 32);
  });

  it('spend half of what the member earned at the brand, at another brand or for a charity', () => {
    for (const { kind, till, counterparty, amount } of planned) {
      expect(amount).to.equal(11n);
      if (kind === 'donation') expect(counterparty).to.be.oneOf(charities);
      else expect(counterparty).to.be.oneOf([1, 2, 3].filter((partner) => partner !== till.partner));
    }
  });

  it('are the same for the same sales in any order, each with a reference of its own', () => {
    const again = planActs(salesOf(1_200).toReversed(), { tills, charities });
    const said = (acts: typeof planned) =>
      acts
        .map(({ ref, kind, counterparty, amount }) => `${ref} ${kind} ${counterparty} ${amount}`)
        .toSorted();
    expect(said(again)).to.deep.equal(said(planned));
    expect(new Set(planned.map(({ ref }) => ref)).size).to.equal(planned.length);
  });

  it('are not made by members without points, nor where there is nobody to take them', () => {
    const penniless = salesOf(300).map((sale) => ({ ...sale, points: 0n }));
    expect(planActs(penniless, { tills, charities })).to.deep.equal([]);
    const [alone] = tills as [Till];
    const atOne = salesOf(300).map((sale) => ({ ...sale, till: alone }));
    expect(planActs(atOne, { tills: [alone], charities: [] })).to.deep.equal([]);
  });
});
