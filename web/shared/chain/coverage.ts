import { valueOfBuckets } from '../../../backend/protocol/values-word.ts';
import type { CoalitionFigures, PartnerFigures } from './coalition.ts';

const ONE_HUNDRED_PERCENT = 10_000n;

/** `full`: holds all that it owes; `policy`: holds what its policy asks, which is less; `short`: holds less than it must. */
export type Backing = 'full' | 'policy' | 'short';

/** How a brand's reserve stands against what it owes. */
export function backingOf({ reserve, liability, required }: PartnerFigures): Backing {
  if (reserve < required) return 'short';
  return reserve >= liability ? 'full' : 'policy';
}

/** Reserve ÷ liability in basis points, rounded down; `undefined` while nothing is owed. */
export function coverageBps(reserve: bigint, liability: bigint): bigint | undefined {
  return liability === 0n ? undefined : (reserve * ONE_HUNDRED_PERCENT) / liability;
}

/** A sum that was recomputed here and compared with what the contract says. */
export interface FigureCheck {
  what: string;
  holds: boolean;
}

/** Recomputes the contract's own sums from its smaller parts. One that does not hold means that the figures can't be trusted. */
export function checkFigures(figures: CoalitionFigures): FigureCheck[] {
  const { partners, reserves, charitiesPayable, matchBudgets, treasury, membersFund, held, claimedHeld } =
    figures;
  const owed = reserves + charitiesPayable + matchBudgets + treasury + membersFund;
  const sum = (values: bigint[]) => values.reduce((total, value) => total + value, 0n);
  return [
    {
      what: 'The money in the stablecoin contract is at least all reserves and all donations waiting to be paid, and what is set aside',
      holds: held >= owed && held === claimedHeld,
    },
    {
      what: 'The brands’ reserves add up to the coalition’s total',
      holds:
        sum(partners.map((p) => p.reserve)) === reserves &&
        sum(partners.map((p) => p.matchBudget)) === matchBudgets,
    },
    {
      what: 'Each brand’s points, period by period, add up to its supply',
      holds: partners.every((p) => sum([...p.points.buckets]) === p.supply),
    },
    {
      what: 'Points × point value, period by period, add up to what each brand owes',
      holds: partners.every(
        (p) =>
          p.points.epoch === p.values.epoch && valueOfBuckets(p.points.buckets, p.values) === p.liability,
      ),
    },
    {
      what: 'What each brand must hold follows from its coverage policy, rounded up',
      holds: partners.every((p) => requiredReserve(p) === p.required),
    },
  ];
}

function requiredReserve({ liability, coverageBps: policy }: PartnerFigures): bigint {
  return (liability * BigInt(policy) + ONE_HUNDRED_PERCENT - 1n) / ONE_HUNDRED_PERCENT;
}
